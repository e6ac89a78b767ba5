"""Outside the sandbox: a file that a program appends to, sent to the platform in pieces of whole lines."""

import os
import stat

LEFT_OUT = b'"a line that is too long was left out"\n'


class Stream:
    """One growing file, read from where the platform is.

    Offsets are the platform's. They are those of the file as long as nothing was left out of it.
    """

    def __init__(self, name, path, piece_bytes, line_bytes_max):
        self.name = name
        self._path = path
        self._piece_bytes, self._line_bytes_max = piece_bytes, line_bytes_max
        self.offset = 0
        # From which offset on the file is how much further: a line was left out before it.
        self._ahead = [(0, 0)]

    def piece(self):
        """The next whole lines, about as many as fit a piece; empty when there are none."""
        fd = _open_file(self._path)
        if fd is None:
            return b""
        try:
            return self._read(fd, self.offset + self._ahead_at(self.offset))
        finally:
            os.close(fd)

    def _read(self, fd, start):
        size = self._piece_bytes
        while True:
            data = os.pread(fd, size, start)
            end = data.rfind(b"\n") + 1
            if end > self._line_bytes_max:  # more than one line, the first of them not too long
                end = data.rfind(b"\n", 0, self._line_bytes_max) + 1
            if end:
                return data[:end]
            if len(data) > self._line_bytes_max:
                return self._leave_out(fd, start)
            if len(data) < size:
                return b""
            size *= 2

    def _leave_out(self, fd, start):
        """A short line in the place of one that is too long, once its end is there."""
        at = start
        while data := os.pread(fd, self._piece_bytes, at):
            end = data.find(b"\n") + 1
            at += end or len(data)
            if end:
                behind = self.offset + len(LEFT_OUT)
                self._ahead = [
                    *((since, by) for since, by in self._ahead if since < behind),
                    (behind, at - behind),
                ]
                return LEFT_OUT
        return b""

    def _ahead_at(self, offset):
        return next(by for since, by in reversed(self._ahead) if since <= offset)


def _open_file(path):
    """A descriptor of the file; None where there is none.

    The environment may put a link or a pipe in its place, and what that leads to is not ours to read.
    """
    try:
        fd = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError:
        return None
    if stat.S_ISREG(os.fstat(fd).st_mode):
        return fd
    os.close(fd)
    return None
