"""Outside the sandbox: cuts what a program prints into lines and keeps them in a file, up to a limit."""

import json
import os
import time

LINE_BYTES_MAX = 16 * 1024
FLUSH_SECONDS = 0.05
FLUSH_BYTES = 64 * 1024
# A program that prints this many times what is kept of it is ended: reading it costs the machine time.
EXCESS_FACTOR = 10


class Lines:
    """Cuts one stream into lines of 16 KiB at most, keeping what a terminal shows after carriage returns."""

    def __init__(self, stream, write):
        self._stream, self._write, self._rest = stream, write, b""

    def feed(self, data):
        """Take bytes as they come and write the lines they complete."""
        *complete, self._rest = (self._rest + data).split(b"\n")
        for line in complete:
            self._cut(self._shown(line.rstrip(b"\r")), 0)
        self._rest = self._cut(self._shown(self._rest), LINE_BYTES_MAX)

    def finish(self):
        """Write a last line that has no newline."""
        if self._rest:
            self._cut(self._shown(self._rest.rstrip(b"\r")), 0)
        self._rest = b""

    @staticmethod
    def _shown(line):
        # A carriage return at the very end changes nothing yet: what overwrites the line is still to come.
        return line[line.rfind(b"\r", 0, max(len(line) - 1, 0)) + 1 :]

    def _cut(self, line, keep):
        """Write the line in pieces: all of it or, with `keep`, only while more than that is left."""
        while len(line) > LINE_BYTES_MAX:
            end = LINE_BYTES_MAX
            while end > LINE_BYTES_MAX - 4 and line[end] & 0xC0 == 0x80:  # not inside a UTF-8 character
                end -= 1
            self._write(self._stream, line[:end])
            line = line[end:]
        if keep:
            return line
        self._write(self._stream, line)
        return b""


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

    def write(self, stream, line):
        """Add a line. Once the limit is reached, one last line reports that and the rest is dropped."""
        if self._full:
            return
        encoded = self._encode(stream, line.decode("utf-8", "replace"))
        self._left -= len(encoded)
        if self._left < 0:
            self._full = True
            text = f"[output limit of {self._bytes_max} bytes reached, what follows is not kept]"
            encoded = self._encode("stderr", text)
        self._buffer.append(encoded)
        self._buffered += len(encoded)

    @staticmethod
    def _encode(stream, text):
        return json.dumps({"ts": time.time(), "stream": stream, "text": text}).encode() + b"\n"

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
