"""Keeps one runner process: starts it, writes down its output and its end, and leaves nothing of it behind.

    python -I -S shim.py WORKDIR

Reads WORKDIR/spawn.json {argv, cwd, grace_seconds, output_bytes_max, input}; the environment is inherited, and with
`input` so is standard input. Writes
shim.json (who runs), output.jsonl (what it printed) and exit.json (how it ended). Standard library only, and
started for every run, so it imports little.
"""

import contextlib
import errno
import json
import os
import select
import signal
import sys
import time

LINE_BYTES_MAX = 16 * 1024
FLUSH_SECONDS = 0.05
FLUSH_BYTES = 64 * 1024
READ_BYTES = 64 * 1024
SWEEP_SECONDS = 10.0
LINUX = sys.platform == "linux"
STOP_SIGNALS = {signal.SIGTERM, signal.SIGINT}
PR_SET_PDEATHSIG = 1
PR_SET_CHILD_SUBREAPER = 36


def write_json(path, value):
    """Write a file that is either whole and on disk or not there."""
    temporary = f"{path}.tmp"
    with open(temporary, "w", encoding="utf-8") as file:
        json.dump(value, file)
        file.flush()
        os.fsync(file.fileno())
    os.rename(temporary, path)
    folder = os.open(os.path.dirname(path), os.O_RDONLY)
    os.fsync(folder)
    os.close(folder)


def load_prctl():
    """The prctl system call, or a function that does nothing where there is none."""
    if not LINUX:
        return lambda *_: 0
    import ctypes

    return ctypes.CDLL(None).prctl


def read_stat(pid):
    """(state, parent pid, start time in ticks since boot) of a process, or None when it is gone."""
    try:
        with open(f"/proc/{pid}/stat", "rb") as file:
            # The name is in parentheses and may hold anything; fields are counted after the last one.
            fields = file.read().rpartition(b")")[2].split()
    except OSError:
        return None
    return fields[0].decode(), int(fields[1]), int(fields[19])


def start_time(pid):
    """Field 22 of /proc/PID/stat: with the pid it names a process for good. None outside Linux."""
    stat = read_stat(pid) if LINUX else None
    return stat and stat[2]


def descendants():
    """Living descendants of this process. Being a subreaper, it inherits those whose own parent is gone."""
    parents = {}
    for name in os.listdir("/proc"):
        if name.isdigit():
            stat = read_stat(name)
            if stat:
                parents[int(name)] = stat
    found, frontier = set(), {os.getpid()}
    while frontier:
        frontier = {pid for pid, stat in parents.items() if stat[1] in frontier and pid not in found}
        found |= frontier
    return [pid for pid in found if parents[pid][0] not in "ZX"]


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
        # A carriage return at the very end says nothing yet: what overwrites the line is still to come.
        return line[line.rfind(b"\r", 0, max(len(line) - 1, 0)) + 1 :]

    def _cut(self, line, keep):
        """Write the line in pieces, all of it or, with `keep`, as long as more than that is left."""
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
    """output.jsonl: one line of output a line, flushed every 50 ms, up to a number of bytes."""

    def __init__(self, path, bytes_max):
        self._fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
        self._left = bytes_max - os.fstat(self._fd).st_size
        self._bytes_max = bytes_max
        self._buffer, self._buffered, self._flushed_at, self._full = [], 0, 0.0, False

    def write(self, stream, line):
        """Add a line; what does not fit any more is dropped, after one line that says so."""
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
        """Seconds until the buffer should be flushed, None when there is nothing in it."""
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


class Shim:
    """The child, its output and its end."""

    def __init__(self, workdir):
        self._workdir = workdir
        with open(f"{workdir}/spawn.json", encoding="utf-8") as file:
            self._spawn = json.load(file)
        self._output = Output(f"{workdir}/output.jsonl", self._spawn["output_bytes_max"])
        self._status = None
        self._stopping = False
        self._deadline = None
        self._pipes = {}

    def run(self):
        """Start the child, see it through and write exit.json."""
        with contextlib.suppress(PermissionError):  # leader of a group: nothing to become
            os.setsid()
        wake_read, wake_write = os.pipe()
        os.set_blocking(wake_read, False)
        os.set_blocking(wake_write, False)
        signal.set_wakeup_fd(wake_write, warn_on_full_buffer=False)
        # A stop before the child exists waits until it does.
        signal.pthread_sigmask(signal.SIG_BLOCK, STOP_SIGNALS)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.signal(signal.SIGTERM, self._stop)
        signal.signal(signal.SIGINT, self._stop)
        self._start()
        poll = select.poll()
        for fd in (wake_read, *self._pipes):
            poll.register(fd, select.POLLIN)
        while self._status is None:
            for fd, _ in poll.poll(self._timeout_ms()):
                if fd == wake_read:
                    with contextlib.suppress(BlockingIOError):
                        os.read(wake_read, READ_BYTES)
                elif not self._pump(fd):
                    poll.unregister(fd)
            self._keep_time()
            self._reap()
        self._sweep()
        self._drain()
        code = os.waitstatus_to_exitcode(self._status)
        end = {
            "code": code if code >= 0 else None,
            "signal": signal.Signals(-code).name if code < 0 else None,
            "ts": time.time(),
            "reason": "stopped" if self._stopping else "exited",
        }
        write_json(f"{self._workdir}/exit.json", end)

    def _start(self):
        prctl = load_prctl()
        prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
        pipes = {"stdout": os.pipe(), "stderr": os.pipe()}
        shim_pid = os.getpid()
        pid = os.fork()
        if pid == 0:
            self._become_child(prctl, shim_pid, pipes)
        self._child = pid
        with contextlib.suppress(OSError):  # the child does it too; whoever is first
            os.setpgid(pid, pid)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, STOP_SIGNALS)
        for name, (read, write) in pipes.items():
            os.close(write)
            os.set_blocking(read, False)
            self._pipes[read] = Lines(name, self._output.write)
        who = {
            "pid": shim_pid,
            "start_time": start_time(shim_pid),
            "child_pid": pid,
            "child_start_time": start_time(pid),
        }
        write_json(f"{self._workdir}/shim.json", who)

    def _become_child(self, prctl, shim_pid, pipes):
        try:
            os.setpgid(0, 0)
            prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
            if os.getppid() != shim_pid:  # it died before the line above
                os._exit(1)
            for number in (*STOP_SIGNALS, signal.SIGCHLD, signal.SIGPIPE):
                signal.signal(number, signal.SIG_DFL)
            signal.pthread_sigmask(signal.SIG_UNBLOCK, STOP_SIGNALS)
            if not self._spawn.get("input"):
                os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
            os.dup2(pipes["stdout"][1], 1)
            os.dup2(pipes["stderr"][1], 2)
            os.chdir(self._spawn["cwd"])
            os.execvp(self._spawn["argv"][0], self._spawn["argv"])
        except BaseException as error:
            os.write(2, f"cannot start {self._spawn['argv'][0]}: {error}\n".encode())
        os._exit(127)

    def _stop(self, *_):
        """Ask the child's group to end; after the grace period everything below us is killed."""
        if self._stopping:
            return
        self._stopping = True
        self._deadline = time.monotonic() + self._spawn["grace_seconds"]
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._child, signal.SIGTERM)

    def _timeout_ms(self):
        waits = [self._output.due()]
        if self._deadline is not None:
            waits.append(max(0.0, self._deadline - time.monotonic()))
        waits = [wait for wait in waits if wait is not None]
        return int(min(waits) * 1000) + 1 if waits else None

    def _keep_time(self):
        if self._output.due() == 0.0:
            self._output.flush()
        if self._deadline is not None and time.monotonic() >= self._deadline:
            self._deadline = None
            self._kill_all()

    def _kill_all(self):
        """Send SIGKILL to everything below this process; how many there were."""
        if not LINUX:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self._child, signal.SIGKILL)
            return 0
        living = descendants()
        for pid in living:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        return len(living)

    def _reap(self):
        """Collect whoever ended, inherited processes as well."""
        while True:
            try:
                pid, status = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                return
            if pid == 0:
                return
            if pid == self._child:
                self._status = status

    def _sweep(self):
        """Kill what the child left behind until nothing is left, but not for ever: SIGKILL can get stuck."""
        deadline = time.monotonic() + SWEEP_SECONDS
        while self._kill_all() and time.monotonic() < deadline:
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
        return bool(data)

    def _drain(self):
        """Take what is in the pipes now. A process that got away may hold them open: it is not waited for."""
        for fd, lines in self._pipes.items():
            deadline = time.monotonic() + 1
            while select.select([fd], [], [], 0)[0] and time.monotonic() < deadline and self._pump(fd):
                pass
            lines.finish()
        self._output.flush()


if __name__ == "__main__":
    Shim(os.path.abspath(sys.argv[1])).run()
