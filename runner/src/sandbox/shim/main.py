"""Outside the sandbox (with Docker, first in the container): keeps one program, outlives the supervisor.

    python -I -S runner/src/sandbox shim WORKDIR VARIABLES

Reads WORKDIR/spawn.json (what to start, in which sandbox if any, how much it may use, and whether it gets
our standard input) and the program's environment variables: from VARIABLES, a descriptor or a file that is
deleted once it is read, because our own variables must not be such as a stranger wrote. Writes shim.json
(who runs), output.jsonl (what was printed), disk (bytes in use) and exit.json (how it ended), and leaves no
process behind. The program may write to WORKDIR/inside alone. Started for every run, so it imports little.
"""

import contextlib
import errno
import json
import os
import select
import signal
import time

from .cgroups import ControlGroups
from .files import read_variables, write_json
from .limits import Limits
from .output import Lines, Output
from .processes import kill_descendants, start_time
from .program import STOP_SIGNALS, Program

READ_BYTES = 64 * 1024
SWEEP_SECONDS = 10.0
CHECK_SECONDS = 1.0


class Shim:
    """The program, its output and its end."""

    def __init__(self, workdir, variables):
        self._workdir = workdir
        with open(f"{workdir}/spawn.json", encoding="utf-8") as file:
            spawn = json.load(file)
        limits = spawn["limits"]
        self._groups = ControlGroups(spawn["name"], limits, spawn["limited_by_engine"])
        self._limits = Limits(limits, self._groups, workdir)
        self._program = Program(spawn, variables, self._groups)
        self._output = Output(f"{workdir}/output.jsonl", spawn["output_bytes_max"])
        self._pipes = {}
        self._grace_seconds = spawn["grace_seconds"]
        self._status = None
        self._stopping = False
        self._exceeded = None
        self._deadline = None
        self._check_at = time.monotonic() + CHECK_SECONDS

    def run(self):
        """Start the program, see it through and write exit.json."""
        with contextlib.suppress(PermissionError):  # it leads a session already
            os.setsid()
        wake = self._take_signals()
        self._start()
        self._limits.start(self._wake)
        self._serve(wake)
        self._sweep()
        self._drain()
        if self._groups.out_of_memory():
            self._exceeded = "memory"
        elif self._exceeded is None:
            # What was written in the last moments was measured by nobody yet.
            self._limits.measure_disk()
            if self._limits.disk_exceeded():
                self._exceeded = "disk"
        self._groups.remove()
        code = self._program.exit_code(self._status)
        end = {
            "code": code if code >= 0 else None,
            "signal": signal.Signals(-code).name if code < 0 else None,
            "ts": time.time(),
            "reason": "limit" if self._exceeded else "stopped" if self._stopping else "exited",
            "limit": self._exceeded,
            "begun": self._program.has_begun,
        }
        write_json(f"{self._workdir}/exit.json", end)

    def _take_signals(self):
        """Handle signals; the descriptor that becomes readable with each of them."""
        wake_read, wake_write = os.pipe()
        os.set_blocking(wake_read, False)
        os.set_blocking(wake_write, False)
        signal.set_wakeup_fd(wake_write, warn_on_full_buffer=False)
        self._wake_fd = wake_write
        # A stop before the child exists waits until it does.
        signal.pthread_sigmask(signal.SIG_BLOCK, STOP_SIGNALS)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.signal(signal.SIGTERM, self._stop)
        signal.signal(signal.SIGINT, self._stop)
        return wake_read

    def _wake(self):
        """Make the loop look at the limits now. Called from another thread."""
        with contextlib.suppress(BlockingIOError):
            os.write(self._wake_fd, b"x")

    def _start(self):
        for name, read in self._program.start().items():
            os.set_blocking(read, False)
            self._pipes[read] = Lines(name, self._output.write)
        who = {
            "pid": os.getpid(),
            "start_time": start_time(os.getpid()),
            "child_pid": self._program.child,
            "child_start_time": start_time(self._program.child),
        }
        write_json(f"{self._workdir}/shim.json", who)

    def _serve(self, wake):
        """Take output and hold the limits until the child has ended."""
        poll = select.poll()
        for fd in (wake, *self._pipes):
            poll.register(fd, select.POLLIN)
        status = self._program.status.fileno() if self._program.status else None
        if status is not None:
            poll.register(status, select.POLLIN)
        while self._status is None:
            for fd, _ in poll.poll(self._timeout_ms()):
                if fd == wake:
                    with contextlib.suppress(BlockingIOError):
                        os.read(wake, READ_BYTES)
                elif fd == status:
                    poll.unregister(fd)
                    self._program.on_status()
                    status = None
                    if self._stopping:
                        self._program.terminate()
                elif not self._pump(fd):
                    poll.unregister(fd)
            self._keep_time()
            self._reap()
        if self._program.status and select.select([self._program.status], [], [], 0)[0]:
            self._program.on_status()

    def _stop(self, *_):
        """Ask the program to end; after the grace period everything below us is killed."""
        if self._stopping:
            return
        self._stopping = True
        self._deadline = time.monotonic() + self._grace_seconds
        self._program.terminate()

    def _exceed(self, limit):
        """End a program that exceeds a limit: in an orderly way, where there is time for that."""
        if self._exceeded is None:
            self._exceeded = limit
            if limit == "memory" or (limit == "disk" and self._limits.runs_away()):
                kill_descendants(self._program.child)
            else:
                self._stop()

    def _timeout_ms(self):
        now = time.monotonic()
        waits = [self._output.due(), max(0.0, self._check_at - now)]
        waits += [lines.due() for lines in self._pipes.values()]
        if self._deadline is not None:
            waits.append(max(0.0, self._deadline - now))
        return int(min(wait for wait in waits if wait is not None) * 1000) + 1

    def _keep_time(self):
        now = time.monotonic()
        for lines in self._pipes.values():
            if lines.due() == 0.0:
                lines.show()
        if self._output.due() == 0.0:
            self._output.flush()
        if self._deadline is not None and now >= self._deadline:
            self._deadline = None
            kill_descendants(self._program.child)
        if self._limits.disk_exceeded():
            self._exceed("disk")
        if now >= self._check_at:
            if self._limits.memory_exceeded():
                self._exceed("memory")
            # Looking at many processes takes time; it must not take all of it.
            self._check_at = time.monotonic() + CHECK_SECONDS + 10 * (time.monotonic() - now)

    def _reap(self):
        """Collect every process that has ended, adopted ones as well."""
        while True:
            try:
                pid, status = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                return
            if pid == 0:
                return
            if pid == self._program.child:
                self._status = status

    def _sweep(self):
        """Kill what the child left behind until nothing is left, but not for ever: SIGKILL can get stuck."""
        deadline = time.monotonic() + SWEEP_SECONDS
        while kill_descendants(self._program.child) and time.monotonic() < deadline:
            self._reap()
            time.sleep(0.005)
        self._reap()

    def _pump(self, fd):
        """Read once; False at the end of the stream."""
        try:
            data = os.read(fd, READ_BYTES)
        except OSError as error:
            return error.errno in (errno.EAGAIN, errno.EINTR)
        self._pipes[fd].feed(data)
        if self._output.excessive(len(data)):
            self._exceed("output")
        return bool(data)

    def _drain(self):
        """Take what is in the pipes now. A process that escaped may hold them open: it is not waited for."""
        for fd, lines in self._pipes.items():
            deadline = time.monotonic() + 1
            while select.select([fd], [], [], 0)[0] and time.monotonic() < deadline and self._pump(fd):
                pass
            lines.finish()
        self._output.flush()


def main(workdir, variables):
    """Run the program of a work dir to its end."""
    Shim(os.path.abspath(workdir), read_variables(variables)).run()
