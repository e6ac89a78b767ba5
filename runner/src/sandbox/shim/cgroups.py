"""Outside the sandbox: control groups that hold the limits on memory and processes, versions 1 and 2."""

import contextlib
import os
import time

from .processes import descendants, read_stat

CGROUPS = "/sys/fs/cgroup"


class ControlGroups:
    """The groups of one program, where this machine lets us make them."""

    def __init__(self, name, limits, limited_by_engine):
        self.folders, self._oom = [], None
        if limited_by_engine:
            # A container engine has set the limits; whether they were hit can be read here.
            candidates = (f"{CGROUPS}/memory.events", f"{CGROUPS}/memory/memory.oom_control")
            self._oom = next(filter(os.path.exists, candidates), None)
            return
        try:
            with open("/proc/self/cgroup", encoding="utf-8") as file:
                own = dict(line.strip().split(":", 2)[1:] for line in file)
            if not self._make_version1(name, limits, own):
                self._make_version2(name, limits)
        except OSError:
            self.remove()

    def _make_version1(self, name, limits, own):
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

    def _make_version2(self, name, limits):
        # Below the root, as container engines do: a group with processes cannot have limited groups below it.
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
        """Make a group below our own, or below the root where a container hides our own."""
        for parent in dict.fromkeys((f"{mount}{own}".rstrip("/"), mount)):
            if not os.path.isdir(parent):
                continue
            # Groups whose shim was killed are empty but still there; each name ends with its shim's pid.
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
        """The processes in the groups, or everything below this process where there are no groups."""
        if not self.folders:
            return descendants()
        with contextlib.suppress(OSError), open(f"{self.folders[0]}/cgroup.procs", encoding="ascii") as file:
            return [int(line) for line in file]
        return []

    def limits_memory(self):
        """Whether the kernel holds the memory limit, so that nobody else has to."""
        return self._oom is not None

    def out_of_memory(self):
        """Whether the kernel has killed a process of the group for using too much memory."""
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
                time.sleep(0.01)  # a killed process leaves its group a moment later
        self.folders = []


def _write(path, value):
    with open(path, "w", encoding="utf-8") as file:
        file.write(str(value))
