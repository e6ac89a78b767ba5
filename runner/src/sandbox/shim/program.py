"""Outside the sandbox: starts the program, in its sandbox where it has one, and the egress proxy."""

import contextlib
import os
import resource
import signal
import socket
import struct
import sys

from .files import in_memory
from .processes import load_prctl

STOP_SIGNALS = {signal.SIGTERM, signal.SIGINT}
PR_SET_PDEATHSIG = 1
PR_SET_CHILD_SUBREAPER = 36
# The folder that the platform's programs are started from.
PROGRAMS = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))


class Program:
    """The child process. In a sandbox, that is what makes the sandbox, and the program is below it."""

    def __init__(self, spawn, variables, groups):
        self._spawn, self._variables, self._groups = spawn, variables, groups
        self._sandbox, self._limits = spawn["sandbox"], spawn["limits"]
        self.child = None
        # The program's own pid; in a sandbox it is unknown until init says that the program begins.
        self.pid = None
        # The socket on which init reports that; None afterwards, and where there is no sandbox.
        self.status = None
        self._proxy = None
        # Whether the program has begun: a sandbox may fail before.
        self.has_begun = not self._sandbox

    def start(self):
        """Start it; the descriptors to read its output from, by the name of the stream."""
        prctl = load_prctl()
        prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
        pipes = {"stdout": os.pipe(), "stderr": os.pipe()}
        shim_pid = os.getpid()
        argv = self._sandboxed(pipes["stderr"][1]) if self._sandbox else self._spawn["argv"]
        pid = os.fork()
        if pid == 0:
            self._become_child(prctl, shim_pid, pipes, argv)
        self.child = pid
        if not self._sandbox:
            self.pid = pid
        with contextlib.suppress(OSError):  # the child does it too; the first one wins
            os.setpgid(pid, pid)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, STOP_SIGNALS)
        for _, write in pipes.values():
            os.close(write)
        return {name: read for name, (read, _) in pipes.items()}

    def on_status(self):
        """Init says that the program begins: from here on its pid, as seen out here, is known."""
        data, rights, _, _ = self.status.recvmsg(4096, socket.CMSG_SPACE(12))
        self.status.close()
        self.status = None
        self.has_begun = data == b"ready"
        for level, kind, content in rights:
            if data == b"ready" and level == socket.SOL_SOCKET and kind == socket.SCM_CREDENTIALS:
                self.pid = struct.unpack("3i", content)[0]

    def terminate(self):
        """Ask the program to end, once it has begun."""
        if self.pid is None:
            return
        with contextlib.suppress(ProcessLookupError):
            # The process group of a program in a sandbox is not ours to know: it alone is asked.
            (os.kill if self._sandbox else os.killpg)(self.pid, signal.SIGTERM)

    def exit_code(self, status):
        """The program's exit code from the child's wait status; negative for a signal."""
        code = os.waitstatus_to_exitcode(status)
        # A sandbox reports its program's signal as a shell does; 143 is also an exit code of the runner.
        return 128 - code if self._sandbox and code > 128 and code != 128 + signal.SIGTERM else code

    def _sandboxed(self, stderr):
        """The command that starts the program in its sandbox, with the descriptors that init works with."""
        self.status, status = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self.status.setsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED, 1)
        status.set_inheritable(True)
        status_fd, proxy_fd = status.detach(), -1
        network = self._sandbox["network"]
        if network:
            # Kept open here as well: the proxy ends when we do.
            self._proxy = self._reach_proxy(network, stderr)
            self._proxy.set_inheritable(True)
            proxy_fd = self._proxy.fileno()
        config = {
            "argv": self._spawn["argv"],
            "cwd": self._spawn["cwd"],
            "env": self._variables,
            "uid": self._sandbox["uid"],
            "mapped": self._sandbox["mapped"],
            "limits": self._limits,
            "listen": network["listen"] if network else [],
            "own_families": network["own_families"] if network else [],
        }
        return [*self._sandbox["argv"], str(in_memory(config)), str(status_fd), str(proxy_fd)]

    def _reach_proxy(self, network, stderr):
        """The socket to the egress proxy: to one that waits outside of our own container, or to a new one."""
        if network["proxy"] is None:
            outside = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
            outside.connect(network["socket"])
            rights = (socket.SOL_SOCKET, socket.SCM_RIGHTS, struct.pack("i", stderr))
            outside.sendmsg([b"stderr"], [rights])
            return outside
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        theirs.set_inheritable(True)
        config = in_memory(network["proxy"])
        argv = [sys.executable, "-I", "-S", PROGRAMS, "egress_proxy", str(config), str(theirs.fileno())]
        if os.fork() == 0:
            try:
                os.dup2(os.open(os.devnull, os.O_RDWR), 0)
                os.dup2(0, 1)
                os.dup2(stderr, 2)
                with contextlib.suppress(OSError):
                    self._groups.join()  # what it holds for the program counts as the program's
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
                self._groups.join()
            if not self._spawn["input"]:
                os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
            os.dup2(pipes["stdout"][1], 1)
            os.dup2(pipes["stderr"][1], 2)
            if self._sandbox:
                os.execvp(argv[0], argv)
            self._limit_process()
            os.chdir(self._spawn["cwd"])
            os.execvpe(argv[0], argv, self._variables)
        except BaseException as error:
            os.write(2, f"cannot start {argv[0]}: {error}\n".encode())
        os._exit(127)

    def _limit_process(self):
        """Limits that each process of the tree inherits. None on processes, which counts all of a user's."""
        for kind, wanted in (
            (resource.RLIMIT_CORE, 0),
            (resource.RLIMIT_NOFILE, self._limits["open_files"]),
            (resource.RLIMIT_FSIZE, self._limits["disk_bytes"]),
        ):
            hard = resource.getrlimit(kind)[1]
            value = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
            resource.setrlimit(kind, (value, value))
