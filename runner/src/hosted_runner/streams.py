"""What this process prints, in the order in which it prints it."""

import array
import contextlib
import fcntl
import io
import sys
import termios
import threading
import time

WAIT_SECONDS_MAX = 0.2
_lock = threading.Lock()


class _Ordered(io.RawIOBase):
    """A standard stream that writes only when what was written to the other one has been read.

    They are two pipes, of which the reader cannot tell what was written first.
    """

    def __init__(self, fd: int, other_fd: int) -> None:
        self._fd, self._other_fd = fd, other_fd
        self._raw = io.FileIO(fd, "wb", closefd=False)

    def write(self, data) -> int:
        with _lock:
            _wait_until_read(self._other_fd)
            rest = memoryview(data).cast("B")
            while rest:
                rest = rest[self._raw.write(rest) :]
        return len(data)

    def writable(self) -> bool:
        return True

    def fileno(self) -> int:
        return self._fd

    def isatty(self) -> bool:
        return self._raw.isatty()


def _wait_until_read(fd: int) -> None:
    waiting = array.array("i", [0])
    deadline = time.monotonic() + WAIT_SECONDS_MAX
    with contextlib.suppress(OSError):  # no pipe
        while True:
            fcntl.ioctl(fd, termios.FIONREAD, waiting)
            if waiting[0] == 0 or time.monotonic() > deadline:
                return
            time.sleep(0.0001)


def keep_order() -> None:
    """Replace sys.stdout and sys.stderr by streams that keep their order, and write every character."""
    for name, fd, other in (("stdout", 1, 2), ("stderr", 2, 1)):
        getattr(sys, name).flush()
        stream = io.TextIOWrapper(
            _Ordered(fd, other), encoding="utf-8", errors="backslashreplace", write_through=True
        )
        setattr(sys, name, stream)
        setattr(sys, f"__{name}__", stream)
