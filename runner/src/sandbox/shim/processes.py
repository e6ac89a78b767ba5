"""Outside the sandbox: the processes below the shim, and what they use of the machine."""

import contextlib
import os
import signal
import sys

LINUX = sys.platform == "linux"


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
            # The name is in parentheses and may contain anything; fields are counted after the last one.
            fields = file.read().rpartition(b")")[2].split()
    except OSError:
        return None
    return fields[0].decode(), int(fields[1]), int(fields[19])


def start_time(pid):
    """Field 22 of /proc/PID/stat: with the pid it identifies a process for good. None outside Linux."""
    stat = read_stat(pid) if LINUX else None
    return stat and stat[2]


def descendants():
    """Living descendants of this process. As a subreaper it also adopts those whose own parent is gone."""
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


def kill_descendants(child):
    """Kill everything below this process; how many there were. Outside Linux: the child's group."""
    if not LINUX:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(child, signal.SIGKILL)
        return 0
    living = descendants()
    for pid in living:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    return len(living)


def memory_of(pids):
    """Bytes of memory of processes, shared pages counted once. What cannot be read counts nothing."""
    kilobytes = 0
    for pid in pids:
        with contextlib.suppress(OSError), open(f"/proc/{pid}/smaps_rollup", "rb") as file:
            for line in file:
                if line.startswith(b"Pss:"):
                    kilobytes += int(line.split()[1])
                    break
    return kilobytes * 1024
