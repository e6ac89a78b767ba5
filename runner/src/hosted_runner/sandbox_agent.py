"""Does inside a sandbox what the platform asks for: runs commands, takes and gives files.

    python -I -S sandbox_agent.py SOCKET [START]

SOCKET is the path of a Unix socket on which the platform's worker listens. The agent keeps one idle
connection to it; when a request comes over it, the agent serves it there, in a thread of its own, and opens
the next one. So nothing listens inside, and the worker never opens a path that the sandbox could have
replaced. START is the path of a JSON file with a command to run beside: a line for the shell, or a list of
program and arguments. When it ends, the sandbox ends with its exit code. Standard library only.

A request is one line of JSON. For an upload, pieces follow, each behind its length in four bytes; one of
length 0 is the last. The answer is one line of JSON; after that of a download come as many bytes as it
says.
"""

import contextlib
import json
import os
import select
import signal
import socket
import struct
import subprocess
import sys
import threading
import time

OUTPUT_BYTES_MAX = 5 * 1024 * 1024
READ_BYTES_MAX = 10 * 1024 * 1024
PIECE_BYTES = 256 * 1024
RETRY_SECONDS = 0.1
SHELL = "/bin/bash" if os.path.exists("/bin/bash") else "/bin/sh"


class Refused(Exception):
    """A request that cannot be done; `kind` is one of invalid, not_found, too_large, timeout."""

    def __init__(self, kind, message):
        super().__init__(message)
        self.kind = kind


class Output:
    """What a command prints on one stream, up to a limit; the rest is read and dropped."""

    def __init__(self, fd):
        os.set_blocking(fd, False)
        self.fd, self.open, self.cut = fd, True, False
        self._kept, self._left = [], OUTPUT_BYTES_MAX

    def pump(self):
        """Take what is there now."""
        while self.open:
            try:
                data = os.read(self.fd, PIECE_BYTES)
            except BlockingIOError:
                return
            except OSError:
                data = b""
            if not data:
                self.open = False
                os.close(self.fd)
                return
            self._kept.append(data[: self._left])
            self.cut = self.cut or len(data) > self._left
            self._left -= len(self._kept[-1])
            if self.cut:
                return  # a command that prints for ever must not keep its reader here

    def text(self):
        """What was kept."""
        return b"".join(self._kept).decode("utf-8", "replace")


class Drain(threading.Thread):
    """Reads and drops what comes after a command has ended: whoever it left behind may still print."""

    def __init__(self):
        super().__init__(daemon=True)
        self._fds, self._lock = select.poll(), threading.Lock()
        self._begun = False

    def take(self, outputs):
        """Read these from now on."""
        with self._lock:
            if not self._begun:
                self._begun = True
                self.start()
        for output in outputs:
            self._fds.register(output.fd, select.POLLIN)

    def run(self):
        """Until the sandbox ends."""
        while True:
            for fd, _ in self._fds.poll(200):
                try:
                    data = os.read(fd, PIECE_BYTES)
                except BlockingIOError:
                    continue
                except OSError:
                    data = b""
                if not data:
                    self._fds.unregister(fd)
                    os.close(fd)


drain = Drain()


def execute(connection, request):
    """Run a line in a shell. Ends when the shell ends, whoever else it left running."""
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
    if outcome != "ended":
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    for output in outputs:
        output.pump()
    drain.take([output for output in outputs if output.open])
    os.close(ended_read)
    if outcome == "late":
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
    """Read along until the command ends ("ended"), time is up ("late") or nobody waits any more ("alone")."""
    poll = select.poll()
    poll.register(connection, select.POLLIN | select.POLLHUP)
    poll.register(ended, select.POLLIN | select.POLLHUP)
    for output in outputs:
        poll.register(output.fd, select.POLLIN)
    while True:
        left = deadline - time.monotonic()
        if left <= 0:
            return "late"
        ready = {fd for fd, _ in poll.poll(min(left, 60) * 1000)}
        for output in outputs:
            if output.fd in ready and output.open:
                output.pump()
                if not output.open:
                    poll.unregister(output.fd)
        if ended in ready:
            return "ended"
        if connection.fileno() in ready:
            return "alone"


def pieces(reader):
    """The pieces of an upload."""
    while True:
        head = reader.read(4)
        if len(head) < 4:
            raise Refused("invalid", "The upload ended before it was whole")
        (left,) = struct.unpack(">I", head)
        if left == 0:
            return
        while left > 0:
            data = reader.read(min(left, PIECE_BYTES))
            if not data:
                raise Refused("invalid", "The upload ended before it was whole")
            left -= len(data)
            yield data


def upload(reader, request):
    """Write a file, and the folders on the way to it."""
    path = request["path"]
    size = 0
    arriving = pieces(reader)
    try:
        os.makedirs(os.path.dirname(os.path.abspath(path)), exist_ok=True)
        with open(path, "wb") as file:
            for data in arriving:
                file.write(data)
                size += len(data)
    except (OSError, ValueError) as error:
        for _ in arriving:  # whoever still sends would not read the answer
            pass
        raise Refused("invalid", f"{path} cannot be written: {reason(error)}") from error
    return {"path": path, "size": size}


def open_file(path):
    """A file to read. Folders, devices and pipes are none."""
    try:
        if not os.path.isfile(path):
            if os.path.exists(path):
                raise Refused("invalid", f"{path} is not a file")
            raise Refused("not_found", f"There is no file {path}")
        return open(path, "rb")
    except (OSError, ValueError) as error:
        raise Refused("invalid", f"{path} cannot be read: {reason(error)}") from error


def reason(error):
    """What the system says, without the path."""
    return (getattr(error, "strerror", None) or str(error)).rstrip(".")


def download(connection, request):
    """Send a file: its size, then as many bytes."""
    with open_file(request["path"]) as file:
        left = os.fstat(file.fileno()).st_size
        answer(connection, {"size": left})
        while left > 0:
            data = file.read(min(left, PIECE_BYTES))
            if not data:
                return  # it became shorter: the worker sees that bytes are missing
            connection.sendall(data)
            left -= len(data)


def read_file(request):
    """A file's text, or that of a window of it. A negative offset counts from the end."""
    with open_file(request["path"]) as file:
        total = os.fstat(file.fileno()).st_size
        offset = request.get("offset") or 0
        offset = max(0, total + offset) if offset < 0 else min(offset, total)
        length = request.get("length")
        wanted = total - offset if length is None else min(length, total - offset)
        if wanted > READ_BYTES_MAX:
            text = f"{wanted} bytes are more than the {READ_BYTES_MAX} that can be read at once"
            raise Refused("too_large", f"{text}: read windows of it, or download it")
        file.seek(offset)
        data = file.read(wanted)
    return {
        "content": data.decode("utf-8", "replace"),
        "size": len(data),
        "total_size": total,
        "offset": offset,
        "truncated": len(data) < total,
    }


def answer(connection, value):
    """Send one line of JSON."""
    connection.sendall(json.dumps(value, ensure_ascii=False).encode("utf-8", "replace") + b"\n")


def serve(connection, reader, line):
    """One request, from its line to its answer."""
    with contextlib.suppress(OSError), connection, reader:
        try:
            request = json.loads(line)
            kind = request["do"]
            if kind == "download":
                download(connection, request)
                return
            done = {
                "execute": lambda: execute(connection, request),
                "upload": lambda: upload(reader, request),
                "read": lambda: read_file(request),
            }[kind]()
        except Refused as refusal:
            done = {"refused": {"kind": refusal.kind, "message": str(refusal)}}
        except Exception as error:
            # Whatever the sandbox has run out of (threads, memory, open files) is its own to mend.
            done = {
                "refused": {
                    "kind": "invalid",
                    "message": f"The sandbox cannot do this: {type(error).__name__}: {error}",
                }
            }
        answer(connection, done)


def start(command):
    """Run the start command beside; the sandbox ends with it."""
    arguments = [SHELL, "-c", command] if isinstance(command, str) else command
    try:
        process = subprocess.Popen(arguments, stdin=subprocess.DEVNULL, start_new_session=True)
    except OSError as error:
        print(
            f"The start command cannot be started: {arguments[0]}: {reason(error)}",
            file=sys.stderr,
            flush=True,
        )
        sys.exit(127)

    def wait():
        code = process.wait()
        os._exit(code if code >= 0 else 128 - code)

    threading.Thread(target=wait, daemon=True).start()


def main(path, start_file=None):
    """Serve until the sandbox is ended."""
    if start_file is not None:
        with open(start_file, encoding="utf-8") as file:
            command = json.load(file)
        start(command)
    while True:
        connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        reader = connection.makefile("rb")
        try:
            connection.connect(path)
            line = reader.readline()
        except OSError:
            line = b""
        if not line:
            # No worker at the moment, or it left: it, or the next one, will listen again.
            reader.close()
            connection.close()
            time.sleep(RETRY_SECONDS)
            continue
        try:
            threading.Thread(target=serve, args=(connection, reader, line), daemon=True).start()
        except RuntimeError:  # no more threads: the sandbox is full of processes
            serve(connection, reader, line)


if __name__ == "__main__":
    main(*sys.argv[1:])
