"""Outside the sandbox: takes new rules from the platform while the sandbox runs.

One line of JSON, as Rules reads it; one line comes back once the rules are in force, or a sentence that says
why they are not.
"""

import contextlib
import json
import os
import socket

from .loop import READABLE, received
from .rules import Rules

LINE_BYTES_MAX = 2 * 1024 * 1024
IN_FORCE = b"in force\n"


def rules_listener(path):
    """A socket at a path that this user alone may connect to."""
    with contextlib.suppress(FileNotFoundError):
        os.unlink(path)
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    listener.bind(path)
    os.chmod(path, 0o600)
    listener.listen(8)
    return listener


class RulesSocket:
    """The platform's way to a policy."""

    def __init__(self, loop, policy, listener):
        self._loop, self._policy = loop, policy
        listener.setblocking(False)
        loop.watch(listener.fileno(), READABLE, lambda _: self._on_client(listener))

    def _on_client(self, listener):
        try:
            sock, _ = listener.accept()
        except OSError:
            return
        sock.setblocking(False)
        line = bytearray()
        self._loop.watch(sock.fileno(), READABLE, lambda _: self._on_data(sock, line))

    def _on_data(self, sock, line):
        data = received(sock)
        if data is None:
            return
        line += data
        if not data or len(line) > LINE_BYTES_MAX:
            return self._loop.close(sock)
        if not line.endswith(b"\n"):
            return
        try:
            self._policy.rules = Rules(json.loads(line))
            answer = IN_FORCE
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            answer = f"not understood: {error}\n".encode()
        with contextlib.suppress(OSError):
            sock.send(answer)
        self._loop.close(sock)
