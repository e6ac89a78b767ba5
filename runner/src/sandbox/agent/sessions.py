"""Inside the sandbox: a shell or a command that somebody talks to while it runs, with a terminal or without.

After the answer, both sides send frames: one byte for the kind, four for the length, then as many bytes.
Whoever sends more than the other side reads waits.
"""

import contextlib
import fcntl
import json
import os
import select
import signal
import socket
import struct
import subprocess
import sys
import termios
import threading

from .commands import SHELL
from .output import drain
from .protocol import PIECE_BYTES, Refused, answer

# From the worker.
INPUT, SIZE, END_OF_INPUT, SIGNAL = 0, 1, 2, 3
# To the worker.
OUTPUT, ERRORS, EXIT = 0, 1, 2

FRAME_BYTES_MAX = 1024 * 1024
HANGS_UP_SECONDS = 5
SIGNALS = ("HUP", "INT", "QUIT", "TERM", "KILL", "USR1", "USR2")
# The terminal becomes that of the new session in a process of its own: between fork and exec of a process
# with threads nothing of Python may run.
TAKE_TERMINAL = (
    "import fcntl,os,sys,termios;fcntl.ioctl(0,termios.TIOCSCTTY,0);os.execvp(sys.argv[1],sys.argv[1:])"
)


def session(connection, reader, request):
    """Run a shell, or a line in one, until it ends, or the worker closes the connection and so hangs up."""
    terminal = request.get("terminal")
    inputs, outputs, process = _start(request, terminal)
    answer(connection, {"begun": True})
    ended_read, ended_write = os.pipe()

    def wait():
        process.wait()
        os.close(ended_write)

    threading.Thread(target=wait, daemon=True).start()
    gone_read, gone_write = os.pipe()
    taking = threading.Thread(
        target=_take, args=(reader, inputs, process, terminal is not None, gone_write), daemon=True
    )
    taking.start()
    try:
        _give(connection, outputs, ended_read, gone_read)
    finally:
        code = _end(process)
        with contextlib.suppress(OSError):
            _send(connection, EXIT, json.dumps({"code": code} if code >= 0 else {"signal": -code}).encode())
            connection.shutdown(socket.SHUT_WR)
        # Read on until the worker closes: input for a connection that is gone would cost it what it has
        # not read yet.
        taking.join()
        for fd in {inputs, ended_read, gone_read}:
            os.close(fd)


def _start(request, terminal):
    """The process, where to write its input, and where to read what it prints, by the kind of frame."""
    command = request.get("command")
    arguments = [SHELL]
    if command is not None:
        arguments += ["-c", command]
    elif terminal is not None:
        arguments.append("-i")
    environment = {**os.environ, **request.get("env", {})}
    directory = request.get("working_dir") or os.getcwd()
    if terminal is None:
        pipes = [os.pipe() for _ in range(3)]
        theirs, ours = [pipes[0][0], pipes[1][1], pipes[2][1]], [pipes[0][1], pipes[1][0], pipes[2][0]]
        inputs, outputs = ours[0], {ours[1]: OUTPUT, ours[2]: ERRORS}
    else:
        ours_, theirs_ = os.openpty()
        _resize(ours_, terminal["columns"], terminal["rows"])
        environment["TERM"] = terminal["type"]
        arguments = [sys.executable, "-I", "-S", "-c", TAKE_TERMINAL, *arguments]
        theirs, ours = [theirs_] * 3, [ours_, os.dup(ours_)]
        inputs, outputs = ours[0], {ours[1]: OUTPUT}
    try:
        process = subprocess.Popen(
            arguments,
            cwd=directory if os.path.isdir(directory) else "/",
            env=environment,
            stdin=theirs[0],
            stdout=theirs[1],
            stderr=theirs[2],
            start_new_session=True,
        )
    except (OSError, ValueError) as error:
        for fd in ours:
            os.close(fd)
        raise Refused("invalid", f"The command cannot be started: {error}") from error
    finally:
        for fd in set(theirs):
            os.close(fd)
    return inputs, outputs, process


def _end(process):
    """The code of a program that has ended; one that nobody listens to is told so, and ended if it stays."""
    if process.poll() is None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGHUP)
        try:
            process.wait(HANGS_UP_SECONDS)
        except subprocess.TimeoutExpired:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
    return process.wait()


def _give(connection, outputs, ended, gone):
    """Send what the program prints, until it has ended and nothing more is there, or nobody listens."""
    poll = select.poll()
    for fd in (*outputs, ended, gone):
        os.set_blocking(fd, False)
        poll.register(fd, select.POLLIN | select.POLLHUP)
    over = False
    try:
        # One that prints nothing more goes on until it has ended: its code is told, and it is not hung up on.
        while outputs or not over:
            was_over = over
            ready = {fd for fd, _ in poll.poll(0 if over else None)}
            if gone in ready:
                return
            if ended in ready and not over:
                over = True
                poll.unregister(ended)
            for fd in [fd for fd in outputs if fd in ready]:
                try:
                    data = os.read(fd, PIECE_BYTES)
                except BlockingIOError:
                    continue
                except OSError:  # a terminal says so when all who had it are gone
                    data = b""
                if data:
                    _send(connection, outputs[fd], data)
                else:
                    poll.unregister(fd)
                    os.close(fd)
                    del outputs[fd]
            # What it left running may print for ever: with the program its session is over.
            if was_over and not any(fd in outputs for fd in ready):
                return
    except OSError:
        return
    finally:
        # Those that it left running must not die of a pipe that nobody reads.
        drain.take([_Open(fd) for fd in outputs])


class _Open:
    def __init__(self, fd):
        self.fd = fd


def _take(reader, inputs, process, is_terminal, gone):
    """Pass on what the worker sends, until it closes the connection."""
    open_ = True
    try:
        while True:
            head = reader.read(5)
            if len(head) < 5:
                return
            kind, size = struct.unpack(">BI", head)
            if size > FRAME_BYTES_MAX:
                return
            data = reader.read(size)
            if len(data) < size:
                return
            if kind == INPUT and open_:
                open_ = _write(inputs, data, process)
            elif kind == END_OF_INPUT and open_ and not is_terminal:  # a terminal has no end of its own
                # The number stays taken, so that nothing else gets it before the session closes it.
                null = os.open(os.devnull, os.O_WRONLY)
                os.dup2(null, inputs)
                os.close(null)
                open_ = False
            elif kind == SIZE and is_terminal:
                _resize(inputs, *struct.unpack(">HH", data))
            elif kind == SIGNAL and data.decode("ascii", "replace") in SIGNALS:
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(process.pid, getattr(signal, f"SIG{data.decode()}"))
    except (OSError, ValueError, struct.error):
        return
    finally:
        os.close(gone)


def _write(fd, data, process):
    """Write all of it; False when nobody reads any more."""
    os.set_blocking(fd, False)
    poll = select.poll()
    poll.register(fd, select.POLLOUT)
    view = memoryview(data)
    while view:
        if not poll.poll(1000):
            if process.poll() is not None:
                return False
            continue
        try:
            view = view[os.write(fd, view) :]
        except BlockingIOError:
            continue
        except OSError:
            return False
    return True


def _resize(fd, columns, rows):
    fcntl.ioctl(fd, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))


def _send(connection, kind, data):
    connection.sendall(struct.pack(">BI", kind, len(data)) + data)
