"""Outside the sandbox: whether a program uses more memory or disk than it may."""

import contextlib
import os
import threading
import time

from .disk import Disk
from .processes import LINUX, descendants, memory_of

LOOK_SECONDS = 0.05
MEASURE_SECONDS = 2.0
# A file system that lost this part of what the program may still write is a reason to measure at once.
LOSS_FACTOR = 0.5
LOSS_FACTOR_MIN = 1 / 64
# This much more than allowed is no accident: such a program is not asked to end, but ended.
RUNAWAY_FACTOR = 1.25


class Limits:
    """The limits that nobody but the shim holds. Measured on Linux alone."""

    def __init__(self, limits, groups, workdir):
        self._limits, self._groups, self._folder = limits, groups, f"{workdir}/inside"
        self._disk = Disk(self._folder, limits["disk_bytes"])
        self._used = 0
        self._report = os.open(f"{workdir}/disk", os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC, 0o644)

    def start(self, wake):
        """Begin to watch the disk, in a thread that calls `wake` when there is too much."""
        if LINUX:
            threading.Thread(target=self._watch_disk, args=(wake,), daemon=True).start()

    def memory_exceeded(self):
        """Whether the program used more memory than it may."""
        if not LINUX:
            return False
        if self._groups.limits_memory():
            return self._groups.out_of_memory()
        return memory_of(descendants()) > self._limits["memory_bytes"]

    def disk_exceeded(self):
        """Whether the program used more disk than it may when that was measured last."""
        return self._used > self._limits["disk_bytes"]

    def runs_away(self):
        """Whether it used so much more disk that every moment counts."""
        return self._used > self._limits["disk_bytes"] * RUNAWAY_FACTOR

    def measure_disk(self):
        """Measure now what the program uses of the disk."""
        with contextlib.suppress(OSError):
            self._used = self._disk.used(self._groups.pids())
            # Always as long, so that it can be written over on a full disk.
            os.pwrite(self._report, b"%-20d" % self._used, 0)

    def _watch_disk(self, wake):
        """Measure from time to time, and whenever the file system fills up quickly, whoever fills it."""
        while True:
            free = self._free()
            began = time.monotonic()
            self.measure_disk()
            if self.disk_exceeded():
                wake()
            next_at = time.monotonic() + MEASURE_SECONDS + 10 * (time.monotonic() - began)
            limit = self._limits["disk_bytes"]
            loss = max((limit - self._used) * LOSS_FACTOR, limit * LOSS_FACTOR_MIN)
            while time.monotonic() < next_at and free - self._free() < loss:
                time.sleep(LOOK_SECONDS)

    def _free(self):
        found = os.statvfs(self._folder)
        return found.f_bfree * found.f_frsize
