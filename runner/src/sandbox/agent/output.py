"""Inside the sandbox: reads what commands print."""

import os
import select
import threading

from .protocol import PIECE_BYTES

OUTPUT_BYTES_MAX = 5 * 1024 * 1024


class Output:
    """What a command prints on one stream, up to a limit; the rest is read and dropped."""

    def __init__(self, fd):
        os.set_blocking(fd, False)
        self.fd, self.open, self.cut = fd, True, False
        self._kept, self._left = [], OUTPUT_BYTES_MAX

    def pump(self):
        """Take what is there now."""
        while self.open:
            try:
                data = os.read(self.fd, PIECE_BYTES)
            except BlockingIOError:
                return
            except OSError:
                data = b""
            if not data:
                self.open = False
                os.close(self.fd)
                return
            self._kept.append(data[: self._left])
            self.cut = self.cut or len(data) > self._left
            self._left -= len(self._kept[-1])
            if self.cut:
                return  # a command that prints for ever must not keep its reader here

    def text(self):
        """What was kept."""
        return b"".join(self._kept).decode("utf-8", "replace")


class Drain(threading.Thread):
    """Reads and drops what comes after a command has ended: processes it left behind may still print."""

    def __init__(self):
        super().__init__(daemon=True)
        self._fds, self._lock = select.poll(), threading.Lock()
        self._begun = False

    def take(self, outputs):
        """Read these from now on."""
        with self._lock:
            if not self._begun:
                self._begun = True
                self.start()
        for output in outputs:
            self._fds.register(output.fd, select.POLLIN)

    def run(self):
        """Until the sandbox ends."""
        while True:
            for fd, _ in self._fds.poll(200):
                try:
                    data = os.read(fd, PIECE_BYTES)
                except BlockingIOError:
                    continue
                except OSError:
                    data = b""
                if not data:
                    self._fds.unregister(fd)
                    os.close(fd)


drain = Drain()
