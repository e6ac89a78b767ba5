"""Inside the sandbox: runs commands in a shell."""

import contextlib
import os
import select
import signal
import subprocess
import threading
import time

from .output import Output, drain
from .protocol import Refused

SHELL = "/bin/bash" if os.path.exists("/bin/bash") else "/bin/sh"
# How watching a command ended: it ended itself, its time was up, or the worker closed the connection.
ENDED, TIMED_OUT, ABANDONED = "ended", "timed out", "abandoned"


def execute(connection, request):
    """Run a line in a shell. Ends when the shell ends, whatever else it left running."""
    deadline = time.monotonic() + request["timeout"]
    directory = request.get("working_dir") or os.getcwd()
    if not os.path.isdir(directory):
        text = f"cd: {directory}: No such file or directory\n"
        return {"stdout": "", "stderr": text, "exit_code": 1, "stdout_cut": False, "stderr_cut": False}
    pipes = [os.pipe(), os.pipe()]
    ended_read, ended_write = os.pipe()
    try:
        process = subprocess.Popen(
            [SHELL, "-c", request["command"]],
            cwd=directory,
            env={**os.environ, **request.get("env", {})},
            stdin=subprocess.DEVNULL,
            stdout=pipes[0][1],
            stderr=pipes[1][1],
            start_new_session=True,
        )
    except (OSError, ValueError) as error:
        for fd in (pipes[0][0], pipes[1][0], ended_read, ended_write):
            os.close(fd)
        raise Refused("invalid", f"The command cannot be started: {error}") from error
    finally:
        os.close(pipes[0][1])
        os.close(pipes[1][1])
    outputs = [Output(read) for read, _ in pipes]

    def wait():
        process.wait()
        os.close(ended_write)

    threading.Thread(target=wait, daemon=True).start()
    outcome = watch(connection, outputs, ended_read, deadline)
    if outcome != ENDED:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    for output in outputs:
        output.pump()
    drain.take([output for output in outputs if output.open])
    os.close(ended_read)
    if outcome == TIMED_OUT:
        raise Refused("timeout", f"The command took longer than {request['timeout']} s and was ended")
    code = process.returncode
    stdout, stderr = outputs
    return {
        "stdout": stdout.text(),
        "stderr": stderr.text(),
        "exit_code": code if code >= 0 else 128 - code,
        "stdout_cut": stdout.cut,
        "stderr_cut": stderr.cut,
    }


def watch(connection, outputs, ended, deadline):
    """Read what a command prints until one of the outcomes above."""
    poll = select.poll()
    poll.register(connection, select.POLLIN | select.POLLHUP)
    poll.register(ended, select.POLLIN | select.POLLHUP)
    for output in outputs:
        poll.register(output.fd, select.POLLIN)
    while True:
        left = deadline - time.monotonic()
        if left <= 0:
            return TIMED_OUT
        ready = {fd for fd, _ in poll.poll(min(left, 60) * 1000)}
        for output in outputs:
            if output.fd in ready and output.open:
                output.pump()
                if not output.open:
                    poll.unregister(output.fd)
        if ended in ready:
            return ENDED
        if connection.fileno() in ready:
            return ABANDONED
