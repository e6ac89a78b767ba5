"""Keeps one runner process: starts it, writes down its output and its end, and leaves nothing of it behind.

    python -I -S shim.py WORKDIR ENVIRONMENT       (a descriptor, or a file that is deleted once it is read)

Reads WORKDIR/spawn.json (what to start, in which box if any, how much it may use, and whether it gets our
standard input) and, from ENVIRONMENT, the program's variables: ours must not be such as a stranger
wrote. Writes shim.json (who runs), output.jsonl (what it printed) and exit.json (how it ended). The
program may write to WORKDIR/inside alone. Standard library only, and started for every run, so it imports
little.
"""

import contextlib
import errno
import json
import os
import resource
import select
import signal
import socket
import struct
import sys
import threading
import time

LINE_BYTES_MAX = 16 * 1024
FLUSH_SECONDS = 0.05
FLUSH_BYTES = 64 * 1024
READ_BYTES = 64 * 1024
SWEEP_SECONDS = 10.0
LOOK_SECONDS = 1.0
DISK_LOOK_SECONDS = 2.0
# A program that prints this many times what is kept of it is ended: reading it costs the machine time.
OUTPUT_EXCESS = 10
EMPTY_FILE_BYTES = 1024
CGROUPS = "/sys/fs/cgroup"
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


def memory_of(pids):
    """Bytes of memory of processes, shared ones counted once. What cannot be read counts nothing."""
    kilobytes = 0
    for pid in pids:
        with contextlib.suppress(OSError), open(f"/proc/{pid}/smaps_rollup", "rb") as file:
            for line in file:
                if line.startswith(b"Pss:"):
                    kilobytes += int(line.split()[1])
                    break
    return kilobytes * 1024


def disk_of(folder, pids):
    """Bytes of disk below a folder, and of files that processes hold open although they were deleted."""
    total, seen = 0, set()
    device = os.stat(folder).st_dev

    def add(stat):
        nonlocal total
        if (stat.st_dev, stat.st_ino) not in seen:
            if stat.st_nlink != 1:
                seen.add((stat.st_dev, stat.st_ino))
            total += max(stat.st_blocks * 512, EMPTY_FILE_BYTES)

    # By descriptors: a folder that is replaced by a link meanwhile leads nowhere.
    for _, _, files, fd in os.fwalk(folder, onerror=lambda _: None):
        total += 4096
        for name in files:
            with contextlib.suppress(OSError):
                add(os.stat(name, dir_fd=fd, follow_symlinks=False))
    for pid in pids:
        with contextlib.suppress(OSError):
            for number in os.listdir(f"/proc/{pid}/fd"):
                with contextlib.suppress(OSError):
                    stat = os.stat(f"/proc/{pid}/fd/{number}")
                    if stat.st_nlink == 0 and stat.st_dev == device:
                        add(stat)
    return total


class Group:
    """Control groups with the limits, where this machine lets us make them; version 1 and 2."""

    def __init__(self, name, limits, limited):
        self.folders, self._oom = [], None
        if limited:
            # A container engine has set the limits; what became of them is to be seen here.
            places = (f"{CGROUPS}/memory.events", f"{CGROUPS}/memory/memory.oom_control")
            self._oom = next(filter(os.path.exists, places), None)
            return
        try:
            with open("/proc/self/cgroup", encoding="utf-8") as file:
                own = dict(line.strip().split(":", 2)[1:] for line in file)
            if not self._version1(name, limits, own):
                self._version2(name, limits, own)
        except OSError:
            self.remove()

    def _version1(self, name, limits, own):
        memory = self._make(f"{CGROUPS}/memory", own.get("memory", "/"), name)
        pids = self._make(f"{CGROUPS}/pids", own.get("pids", "/"), name)
        if not memory or not pids:
            self.remove()
            return False
        _write(f"{memory}/memory.limit_in_bytes", limits["memory_bytes"])
        with contextlib.suppress(OSError):  # not every kernel counts swap
            _write(f"{memory}/memory.memsw.limit_in_bytes", limits["memory_bytes"])
        _write(f"{pids}/pids.max", limits["processes"])
        self._oom = f"{memory}/memory.oom_control"
        return True

    def _version2(self, name, limits, own):
        # Below the root, as container engines do: a group with processes cannot have limited ones below it.
        parent = f"{CGROUPS}/hosted-evals"
        if not os.path.exists(f"{CGROUPS}/cgroup.controllers"):
            return
        os.makedirs(parent, exist_ok=True)
        for folder in (CGROUPS, parent):
            _write(f"{folder}/cgroup.subtree_control", "+memory +pids")
        group = self._make(parent, "", name)
        if group:
            _write(f"{group}/memory.max", limits["memory_bytes"])
            with contextlib.suppress(OSError):
                _write(f"{group}/memory.swap.max", 0)
            _write(f"{group}/pids.max", limits["processes"])
            self._oom = f"{group}/memory.events"

    def _make(self, mount, own, name):
        """Make a group below our own; below the root where a container hides our place."""
        for parent in dict.fromkeys((f"{mount}{own}".rstrip("/"), mount)):
            if not os.path.isdir(parent):
                continue
            # Those whose shim was killed are empty but still there; each name ends with its shim's pid.
            for stale in os.listdir(parent):
                if stale.startswith("he-") and read_stat(stale.rpartition("-")[2]) is None:
                    with contextlib.suppress(OSError):
                        os.rmdir(f"{parent}/{stale}")
            folder = f"{parent}/he-{name}-{os.getpid()}"
            with contextlib.suppress(OSError):
                os.mkdir(folder)
                self.folders.append(folder)
                return folder
        return None

    def join(self):
        """Put this process into the groups."""
        for folder in self.folders:
            _write(f"{folder}/cgroup.procs", os.getpid())

    def pids(self):
        """The processes in the groups; what is below this process where there are no groups."""
        if not self.folders:
            return descendants()
        with contextlib.suppress(OSError), open(f"{self.folders[0]}/cgroup.procs", encoding="ascii") as file:
            return [int(line) for line in file]
        return []

    def limits_memory(self):
        """Whether the kernel holds the limit, and nobody else has to."""
        return self._oom is not None

    def out_of_memory(self):
        """Whether the kernel has ended a process of the group because it wanted too much memory."""
        with contextlib.suppress(OSError, TypeError), open(self._oom, encoding="utf-8") as file:
            return any(line.startswith("oom_kill ") and line.split()[1] != "0" for line in file)
        return False

    def remove(self):
        """Remove the groups. Their processes must be gone."""
        for folder in self.folders:
            for _ in range(50):
                with contextlib.suppress(OSError):
                    os.rmdir(folder)
                if not os.path.exists(folder):
                    break
                time.sleep(0.01)  # a process that was killed leaves its group a moment later
        self.folders = []


def _write(path, value):
    with open(path, "w", encoding="utf-8") as file:
        file.write(str(value))


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
        self._read = 0

    def excessive(self, count):
        """Count bytes that were printed; whether they are far too many by now."""
        self._read += count
        return self._read > self._bytes_max * OUTPUT_EXCESS

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

    def __init__(self, workdir, environment):
        self._workdir, self._environment = workdir, environment
        with open(f"{workdir}/spawn.json", encoding="utf-8") as file:
            self._spawn = json.load(file)
        self._limits, self._box = self._spawn["limits"], self._spawn["box"]
        self._output = Output(f"{workdir}/output.jsonl", self._spawn["output_bytes_max"])
        self._status = None
        self._stopping = False
        self._exceeded = None
        self._deadline = None
        self._look_at = time.monotonic() + LOOK_SECONDS
        self._disk_bytes = 0
        self._pipes = {}
        self._program = None
        self._said = None
        self._gate = None
        self._group = None

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
        if LINUX:
            threading.Thread(target=self._look_at_disk, daemon=True).start()
        poll = select.poll()
        for fd in (wake_read, *self._pipes):
            poll.register(fd, select.POLLIN)
        if self._said:
            poll.register(self._said.fileno(), select.POLLIN)
        while self._status is None:
            for fd, _ in poll.poll(self._timeout_ms()):
                if fd == wake_read:
                    with contextlib.suppress(BlockingIOError):
                        os.read(wake_read, READ_BYTES)
                elif self._said and fd == self._said.fileno():
                    poll.unregister(fd)
                    self._on_begin()
                elif not self._pump(fd):
                    poll.unregister(fd)
            self._keep_time()
            self._reap()
        self._sweep()
        self._drain()
        if self._group.out_of_memory():
            self._exceeded = "memory"
        self._group.remove()
        code = os.waitstatus_to_exitcode(self._status)
        if self._box and code > 128 and code != 128 + signal.SIGTERM:
            code = (
                128 - code
            )  # the box tells its program's signal as a shell does; 143 is also a code of the runner
        end = {
            "code": code if code >= 0 else None,
            "signal": signal.Signals(-code).name if code < 0 else None,
            "ts": time.time(),
            "reason": "limit" if self._exceeded else "stopped" if self._stopping else "exited",
            "limit": self._exceeded,
        }
        write_json(f"{self._workdir}/exit.json", end)

    def _start(self):
        prctl = load_prctl()
        prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
        self._group = Group(self._spawn["name"], self._limits, bool(self._box and self._box["limited"]))
        pipes = {"stdout": os.pipe(), "stderr": os.pipe()}
        shim_pid = os.getpid()
        argv = self._enter_box(pipes["stderr"][1]) if self._box else self._spawn["argv"]
        pid = os.fork()
        if pid == 0:
            self._become_child(prctl, shim_pid, pipes, argv)
        self._child = pid
        if not self._box:
            self._program = pid
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

    def _enter_box(self, stderr):
        """The command that starts the program in its box, with the descriptors that it works with."""
        self._said, status = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._said.setsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED, 1)
        status.set_inheritable(True)
        status_fd, gate_fd = status.detach(), -1
        network = self._box["network"]
        if network:
            # Kept open here as well: the gate ends when we do.
            self._gate = self._open_gate(network, stderr)
            self._gate.set_inheritable(True)
            gate_fd = self._gate.fileno()
        config = {
            "argv": self._spawn["argv"],
            "cwd": self._spawn["cwd"],
            "env": self._environment,
            "uid": self._box["uid"],
            "mapped": self._box["mapped"],
            "limits": self._limits,
            "listen": network["listen"] if network else [],
            "own_families": network["own_families"] if network else [],
        }
        return [*self._box["argv"], str(in_memory(config)), str(status_fd), str(gate_fd)]

    def _open_gate(self, network, stderr):
        """The socket to the gate: one that waits for us outside of our own box, or else a new one."""
        if network["gate"] is None:
            outside = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
            outside.connect(network["socket"])
            rights = (socket.SOL_SOCKET, socket.SCM_RIGHTS, struct.pack("i", stderr))
            outside.sendmsg([b"stderr"], [rights])
            return outside
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        theirs.set_inheritable(True)
        config = in_memory(network["gate"])
        argv = [sys.executable, "-I", "-S", network["program"], str(config), str(theirs.fileno())]
        if os.fork() == 0:
            try:
                os.dup2(os.open(os.devnull, os.O_RDWR), 0)
                os.dup2(0, 1)
                os.dup2(stderr, 2)
                with contextlib.suppress(OSError):
                    self._group.join()  # what it holds for the program counts as the program's
                signal.pthread_sigmask(signal.SIG_UNBLOCK, STOP_SIGNALS)
                os.execve(argv[0], argv, {})
            finally:
                os._exit(127)
        theirs.close()
        os.close(config)
        return ours

    def _become_child(self, prctl, shim_pid, pipes, argv):
        try:
            os.setpgid(0, 0)
            prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
            if os.getppid() != shim_pid:  # it died before the line above
                os._exit(1)
            for number in (*STOP_SIGNALS, signal.SIGCHLD, signal.SIGPIPE):
                signal.signal(number, signal.SIG_DFL)
            signal.pthread_sigmask(signal.SIG_UNBLOCK, STOP_SIGNALS)
            with contextlib.suppress(OSError):
                self._group.join()
            if not self._spawn["input"]:
                os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
            os.dup2(pipes["stdout"][1], 1)
            os.dup2(pipes["stderr"][1], 2)
            if self._box:
                os.execvp(argv[0], argv)
            self._limit_process()
            os.chdir(self._spawn["cwd"])
            os.execvpe(argv[0], argv, self._environment)
        except BaseException as error:
            os.write(2, f"cannot start {argv[0]}: {error}\n".encode())
        os._exit(127)

    def _limit_process(self):
        """Limits that each process of the tree inherits. None on processes: that counts all of a user."""
        for kind, wanted in (
            (resource.RLIMIT_CORE, 0),
            (resource.RLIMIT_NOFILE, self._limits["open_files"]),
            (resource.RLIMIT_FSIZE, self._limits["disk_bytes"]),
        ):
            hard = resource.getrlimit(kind)[1]
            value = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
            resource.setrlimit(kind, (value, value))

    def _on_begin(self):
        """The program begins: from here on its own pid, as it is out here, is known."""
        data, rights, _, _ = self._said.recvmsg(4096, socket.CMSG_SPACE(12))
        self._said.close()
        self._said = None
        for level, kind, content in rights:
            if data == b"ready" and level == socket.SOL_SOCKET and kind == socket.SCM_CREDENTIALS:
                self._program = struct.unpack("3i", content)[0]
        if self._stopping:
            self._terminate()

    def _stop(self, *_):
        """Ask the program to end; after the grace period everything below us is killed."""
        if self._stopping:
            return
        self._stopping = True
        self._deadline = time.monotonic() + self._spawn["grace_seconds"]
        self._terminate()

    def _terminate(self):
        if self._program is None:
            return
        with contextlib.suppress(ProcessLookupError):
            # The group of a boxed program is not ours to know: it alone is asked.
            (os.kill if self._box else os.killpg)(self._program, signal.SIGTERM)

    def _exceed(self, limit):
        """End a program that wanted too much: memory at once, anything else in order."""
        if self._exceeded is None:
            self._exceeded = limit
            if limit == "memory":
                self._kill_all()
            else:
                self._stop()

    def _timeout_ms(self):
        now = time.monotonic()
        waits = [self._output.due(), max(0.0, self._look_at - now)]
        if self._deadline is not None:
            waits.append(max(0.0, self._deadline - now))
        return int(min(wait for wait in waits if wait is not None) * 1000) + 1

    def _keep_time(self):
        now = time.monotonic()
        if self._output.due() == 0.0:
            self._output.flush()
        if self._deadline is not None and now >= self._deadline:
            self._deadline = None
            self._kill_all()
        if now >= self._look_at:
            self._look()
            # Looking at many processes takes time; it must not take all of it.
            self._look_at = time.monotonic() + LOOK_SECONDS + 10 * (time.monotonic() - now)

    def _look(self):
        """See whether the program uses more than it may."""
        if not LINUX:
            return
        if self._group.limits_memory():
            over = self._group.out_of_memory()
        else:
            over = memory_of(descendants()) > self._limits["memory_bytes"]
        if over:
            self._exceed("memory")
        elif self._disk_bytes > self._limits["disk_bytes"]:
            self._exceed("disk")

    def _look_at_disk(self):
        """Measures in a thread of its own: a folder of a million files must not hold up the output."""
        folder = f"{self._workdir}/inside"
        while True:
            began = time.monotonic()
            with contextlib.suppress(OSError):
                self._disk_bytes = disk_of(folder, self._group.pids())
            time.sleep(DISK_LOOK_SECONDS + 10 * (time.monotonic() - began))

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
        if self._output.excessive(len(data)):
            self._exceed("output")
        return bool(data)

    def _drain(self):
        """Take what is in the pipes now. A process that got away may hold them open: it is not waited for."""
        for fd, lines in self._pipes.items():
            deadline = time.monotonic() + 1
            while select.select([fd], [], [], 0)[0] and time.monotonic() < deadline and self._pump(fd):
                pass
            lines.finish()
        self._output.flush()


def in_memory(value):
    """A descriptor that programs we start read a value from, as JSON: on no disk and in no argument."""
    fd = os.memfd_create("config", 0)
    data = json.dumps(value).encode()
    while data:
        data = data[os.write(fd, data) :]
    os.lseek(fd, 0, os.SEEK_SET)
    return fd


if __name__ == "__main__":
    place = sys.argv[2]
    with open(int(place) if place.isdigit() else place, encoding="utf-8") as given:
        variables = json.load(given)
    if not place.isdigit():
        os.unlink(place)
    Shim(os.path.abspath(sys.argv[1]), variables).run()
