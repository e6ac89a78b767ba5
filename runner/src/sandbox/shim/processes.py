"""Outside the sandbox: the processes below the shim, and what they use of the machine."""

import contextlib
import os
import signal
import sys

LINUX = sys.platform == "linux"
EMPTY_FILE_BYTES = 1024
FOLDER_BYTES = 4096


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


def disk_of(folder, pids):
    """Bytes of disk below a folder, and of deleted files that the processes still have open."""
    total, seen = 0, set()
    device = os.stat(folder).st_dev

    def add(stat):
        nonlocal total
        if (stat.st_dev, stat.st_ino) not in seen:
            if stat.st_nlink != 1:
                seen.add((stat.st_dev, stat.st_ino))
            total += max(stat.st_blocks * 512, EMPTY_FILE_BYTES)

    # By descriptors: a folder that is replaced by a link in the meantime leads nowhere.
    for _, _, files, fd in os.fwalk(folder, onerror=lambda _: None):
        total += FOLDER_BYTES
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
