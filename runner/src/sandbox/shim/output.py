"""Outside the sandbox: cuts what a program prints into lines and keeps them in a file, up to a limit."""

import json
import os
import time

LINE_BYTES_MAX = 16 * 1024
# An unfinished line is shown after this time and again when it has changed; after a minute, less often.
SHOW_SECONDS, SHOW_SECONDS_MAX, SHOW_SHARE = 0.8, 30.0, 1 / 75
INCOMPLETE = "".join(map(chr, range(0xDC80, 0xDD00)))
FLUSH_SECONDS = 0.05
FLUSH_BYTES = 64 * 1024
# A program that prints this many times what is kept of it is ended: reading it costs the machine time.
EXCESS_FACTOR = 10


class Lines:
    """Cuts one stream into lines of 16 KiB at most, keeping what a terminal shows after carriage returns.

    What is no whole line says so: a `piece` goes on in the next line of the stream; an `unfinished` one is
    what a line without its end shows at the moment, like a progress bar, and the next line of the stream
    takes its place.
    """

    def __init__(self, stream, write):
        self._stream, self._write, self._rest = stream, write, b""
        self._begun, self._show_at, self._showed = 0.0, None, b""

    def feed(self, data):
        """Take bytes as they come and write the lines they complete."""
        *complete, self._rest = (self._rest + data).split(b"\n")
        for line in complete:
            self._finish(line)
        self._rest = self._cut(self._shown(self._rest))
        if not self._rest:
            self._show_at = None
        elif complete or self._show_at is None:
            self._begun, self._showed = time.monotonic(), b""
            self._show_at = self._begun + SHOW_SECONDS

    def finish(self):
        """Write a last line that has no newline."""
        if self._rest:
            self._finish(self._rest)
        self._rest, self._show_at = b"", None

    def due(self):
        """Seconds until an unfinished line should be shown; None when there is none, or nothing new in it."""
        if self._show_at is None or self._rest == self._showed:
            return None
        return max(0.0, self._show_at - time.monotonic())

    def show(self):
        """Write what an unfinished line shows at the moment. The older it is, the less often."""
        now = time.monotonic()
        self._showed = self._rest
        self._show_at = now + min(max(SHOW_SECONDS, (now - self._begun) * SHOW_SHARE), SHOW_SECONDS_MAX)
        # The end of a character may be still to come.
        text = self._rest.rstrip(b"\r").decode("utf-8", "surrogateescape").rstrip(INCOMPLETE)
        self._write(self._stream, text.encode("utf-8", "surrogateescape"), "unfinished")

    @staticmethod
    def _shown(line):
        # A carriage return at the very end changes nothing yet: what overwrites the line is still to come.
        return line[line.rfind(b"\r", 0, max(len(line) - 1, 0)) + 1 :]

    def _finish(self, line):
        self._write(self._stream, self._cut(self._shown(line.rstrip(b"\r"))))

    def _cut(self, line):
        """Write pieces of the line while it is too long; what is left of it."""
        while len(line) > LINE_BYTES_MAX:
            end = LINE_BYTES_MAX
            while end > LINE_BYTES_MAX - 4 and line[end] & 0xC0 == 0x80:  # not inside a UTF-8 character
                end -= 1
            self._write(self._stream, line[:end], "piece")
            line = line[end:]
        return line


class Output:
    """output.jsonl: one JSON object per printed line, flushed every 50 ms, up to a number of bytes."""

    def __init__(self, path, bytes_max):
        self._fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
        self._left = bytes_max - os.fstat(self._fd).st_size
        self._bytes_max = bytes_max
        self._buffer, self._buffered, self._flushed_at, self._full = [], 0, 0.0, False
        self._read = 0

    def excessive(self, count):
        """Count bytes that were printed; whether they are far too many by now."""
        self._read += count
        return self._read > self._bytes_max * EXCESS_FACTOR

    def write(self, stream, line, part=None):
        """Add a line, or a part of one (see Lines).

        Once the limit is reached, one last line reports that and the rest is dropped.
        """
        if self._full:
            return
        encoded = self._encode(stream, line.decode("utf-8", "replace"), part)
        self._left -= len(encoded)
        if self._left < 0:
            self._full = True
            text = f"[output limit of {self._bytes_max} bytes reached, what follows is not kept]"
            encoded = self._encode("stderr", text)
        self._buffer.append(encoded)
        self._buffered += len(encoded)

    @staticmethod
    def _encode(stream, text, part=None):
        line = {"ts": time.time(), "stream": stream, "text": text}
        return json.dumps(line | {"part": part} if part else line).encode() + b"\n"

    def due(self):
        """Seconds until the buffer should be flushed, None when it is empty."""
        if not self._buffer:
            return None
        if self._buffered >= FLUSH_BYTES:
            return 0.0
        return max(0.0, self._flushed_at + FLUSH_SECONDS - time.monotonic())

    def flush(self):
        """Write out the buffer. A full disk costs the rest of the output, not the run."""
        data = b"".join(self._buffer)
        self._buffer, self._buffered, self._flushed_at = [], 0, time.monotonic()
        try:
            while data:
                data = data[os.write(self._fd, data) :]
        except OSError:
            self._full = True
