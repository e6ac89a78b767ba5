"""Inside a sandbox of the sandbox API: runs commands and shells, takes and gives files, connects with ports.

    python -I -S FOLDER agent SOCKET [START]

SOCKET is the path of a Unix socket on which the platform's worker listens. The agent keeps one idle
connection to it; when a request comes over it, the agent serves it there, in a thread of its own, and opens
the next one. So nothing listens inside, and the worker never opens a path that the sandbox could have
replaced. START is the path of a JSON file with what to do first: `archive` is null, or the file of an archive
and the folder to unpack it into; `command` is null, or runs in the background: a line for the shell, or a
list of program and arguments. When the command ends, the sandbox ends with its exit code.
"""

import contextlib
import json
import os
import socket
import subprocess
import sys
import threading
import time

from .commands import SHELL, execute
from .files import download, read_file, upload
from .pack import pack
from .ports import connect
from .protocol import Refused, answer, reason
from .sessions import session
from .unpack import unpack

RETRY_SECONDS = 0.1


def serve(connection, reader, line):
    """One request, from its line to its answer."""
    with contextlib.suppress(OSError), connection, reader:
        try:
            request = json.loads(line)
            kind = request["do"]
            if kind == "download":
                download(connection, request)
                return
            if kind == "pack":
                pack(connection, request)
                return
            if kind == "connect":
                connect(connection, reader, request)
                return
            if kind == "session":
                session(connection, reader, request)
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


def restore(file, folder):
    """Put back the files of a checkpoint; without them, the sandbox is not what was asked for, and ends."""
    try:
        unpack(file, folder)
    except Exception as error:
        sys.exit(f"The checkpoint cannot be unpacked: {type(error).__name__}: {error}")


def main(path, start_file=None):
    """Serve until the sandbox is ended."""
    if start_file is not None:
        with open(start_file, encoding="utf-8") as file:
            first = json.load(file)
        if first["archive"]:
            restore(**first["archive"])
        if first["command"] is not None:
            start(first["command"])
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
