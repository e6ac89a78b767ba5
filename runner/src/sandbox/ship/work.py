"""Outside the sandbox: the work dir of an attempt, and its process below the shim."""

import base64
import contextlib
import ctypes
import json
import os
import shutil
import signal
import subprocess
import sys

# The folder that the platform's programs are started from.
PROGRAMS = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
PR_SET_PDEATHSIG = 1
# The shim gives the program its grace time, and then as long again to be killed.
STOP_SECONDS = 30.0
LOG_BYTES = 2000
REFUSED_CHARACTERS = 500


class Work:
    """What an order of the platform says, done on this machine."""

    def __init__(self, order):
        self.folder = order["work_dir"]
        self._order = order
        self._shim = None
        self._stopping = False

    def start(self):
        """Make the folder with its files, and start the shim in it.

        Raises OSError where there is such a folder already, or no room for one.
        """
        os.makedirs(os.path.dirname(self.folder), 0o700, exist_ok=True)
        os.mkdir(self.folder, 0o700)
        for folder in ("inside/home", "inside/tmp"):
            os.makedirs(f"{self.folder}/{folder}", 0o700)
        for path, content in self._order["files"].items():
            self._write(path, base64.b64decode(content))
        self._write("spawn.json", json.dumps(self._order["spawn"]).encode())
        sandbox = self._order["spawn"]["sandbox"]
        if sandbox and sandbox["uid"] is not None:
            _give(f"{self.folder}/inside", sandbox["uid"])
        # Deleted by the shim as soon as it has read it.
        self._write("variables.json", json.dumps(self._variables()).encode())
        log = os.open(f"{self.folder}/shim.log", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        command = [sys.executable, "-I", "-S", PROGRAMS, "shim", self.folder, f"{self.folder}/variables.json"]
        self._shim = subprocess.Popen(
            command,
            cwd=self.folder,
            # What was set for us (our token, for one) is nothing for those below us.
            env={"LANG": "C.UTF-8", "PATH": os.environ.get("PATH", os.defpath)},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            preexec_fn=_end_with(os.getpid()),
        )
        os.close(log)
        if self._stopping:
            self._shim.terminate()

    def _variables(self):
        """The program's environment: what the order says, and what it takes over from ours."""
        names = [name for name in self._order.get("inherited", []) if name in os.environ]
        return {**self._order["variables"], **{name: os.environ[name] for name in names}}

    def has_ended(self):
        """Whether the shim has, and with it everything below it."""
        return self._shim is None or self._shim.poll() is not None

    def stop(self):
        """Ask the program to end, by the shim, which sees to it."""
        if self._stopping:
            return
        self._stopping = True
        if self._shim is not None:
            self._shim.terminate()

    def exit_state(self):
        """How the program ended; all of it None where the shim could not write that down."""
        with (
            contextlib.suppress(OSError, ValueError),
            open(f"{self.folder}/exit.json", encoding="utf-8") as file,
        ):
            end = json.load(file)
            state = {name: end[name] for name in ("code", "signal", "limit")}
            # A stop may come before the program has begun, too.
            if not end["begun"] and end["reason"] == "exited":
                state["refused"] = f"{os.uname().nodename} could not make the sandbox: {self._said()}"
            return state
        return {"code": None, "signal": None, "limit": None}

    def last_words(self):
        """What the shim said of its own trouble."""
        with contextlib.suppress(OSError), open(f"{self.folder}/shim.log", "rb") as file:
            return file.read()[-LOG_BYTES:].decode("utf-8", "replace").strip()
        return ""

    def _said(self):
        """What was printed last: by what makes the sandbox, as the program has printed nothing."""
        with contextlib.suppress(OSError), open(f"{self.folder}/output.jsonl", encoding="utf-8") as file:
            return "; ".join(json.loads(line)["text"] for line in file)[-REFUSED_CHARACTERS:]
        return ""

    def clear(self):
        """End what still runs, and delete the folder, where it is ours."""
        if self._shim is None:
            return
        self.stop()
        try:
            self._shim.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._shim.kill()
            self._shim.wait()
        # A folder that its owner has closed to everybody would stay.
        for folder, below, _ in os.walk(self.folder):
            for name in below:
                path = os.path.join(folder, name)
                if not os.path.islink(path):
                    with contextlib.suppress(OSError):
                        os.chmod(path, 0o700)
        shutil.rmtree(self.folder, ignore_errors=True)

    def _write(self, path, content):
        path = f"{self.folder}/{path}"
        os.makedirs(os.path.dirname(path), 0o700, exist_ok=True)
        fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(fd, "wb") as file:
            file.write(content)
            # What is not the program's own is shown in its sandbox, where another user reads it.
            if path.startswith("etc/"):
                os.fchmod(fd, 0o644)


def _give(folder, uid):
    """Give a folder and all in it, which we have made, to the program's user."""
    os.chown(folder, uid, uid)
    for inside, folders, files in os.walk(folder):
        for name in folders + files:
            os.chown(f"{inside}/{name}", uid, uid, follow_symlinks=False)


def _end_with(parent):
    """For a new process: it is asked to end when we are gone, since nobody would send what it writes."""
    if sys.platform != "linux":
        return None
    prctl = ctypes.CDLL(None).prctl

    def prepare():
        prctl(PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)
        if os.getppid() != parent:  # we died before the line above
            os._exit(1)

    return prepare
