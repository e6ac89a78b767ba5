"""Outside the sandbox: whether a program uses more memory or disk than it may."""

import contextlib
import threading
import time

from .processes import LINUX, descendants, disk_of, memory_of

DISK_SECONDS = 2.0


class Limits:
    """The limits that nobody but the shim holds. Measured on Linux alone."""

    def __init__(self, limits, groups, folder):
        self._limits, self._groups, self._folder = limits, groups, folder
        self._disk_bytes = 0

    def start(self):
        """Begin to measure the disk, in a thread: a folder of a million files must not hold up the output."""
        if LINUX:
            threading.Thread(target=self._measure_disk, daemon=True).start()

    def exceeded(self):
        """The limit that is exceeded, or None."""
        if not LINUX:
            return None
        if self._groups.limits_memory():
            over = self._groups.out_of_memory()
        else:
            over = memory_of(descendants()) > self._limits["memory_bytes"]
        if over:
            return "memory"
        return "disk" if self._disk_bytes > self._limits["disk_bytes"] else None

    def _measure_disk(self):
        while True:
            began = time.monotonic()
            with contextlib.suppress(OSError):
                self._disk_bytes = disk_of(self._folder, self._groups.pids())
            time.sleep(DISK_SECONDS + 10 * (time.monotonic() - began))
