"""Inside the sandbox: stops its other processes for a moment, so that their files are those of one moment."""

import contextlib
import os
import signal
import threading
import time

# What talks to the outside would be given up there if it were stopped for long.
SECONDS_MAX = 20
STOPS_WITHIN_SECONDS = 2


@contextlib.contextmanager
def frozen():
    """Stop all others until the work is done, or too long."""
    # A sandbox's agent is the child of its first process. Elsewhere the others are none of ours.
    if os.getppid() != 1:
        yield
        return
    before = {pid for pid in _others() if _state(pid) in "Tt"}
    with contextlib.suppress(ProcessLookupError):
        os.kill(-1, signal.SIGSTOP)
    timer = threading.Timer(SECONDS_MAX, _resume, [before])
    try:
        timer.start()
        _wait_until_stopped()
        yield
    finally:
        timer.cancel()
        _resume(before)


def _resume(before):
    """Let all go on that were not stopped before; children first, so that no shell hears of their stop."""
    for pid in sorted(_others(), reverse=True):
        if pid not in before:
            with contextlib.suppress(OSError):
                os.kill(pid, signal.SIGCONT)


def _wait_until_stopped():
    end = time.monotonic() + STOPS_WITHIN_SECONDS
    while time.monotonic() < end and any(_state(pid) in "RSD" for pid in _others()):
        time.sleep(0.005)


def _others():
    return [int(name) for name in os.listdir("/proc") if name.isdigit() and int(name) not in (1, os.getpid())]


def _state(pid):
    """As in /proc/PID/stat; X for one that is gone."""
    try:
        with open(f"/proc/{pid}/stat", "rb") as file:
            # The name is in parentheses and may contain anything.
            return file.read().rpartition(b")")[2].split()[0].decode()
    except OSError:
        return "X"
