"""Inside the sandbox: connects the worker with what listens here."""

import contextlib
import socket
import threading

from .protocol import PIECE_BYTES, Refused, answer

CONNECT_SECONDS = 10
ADDRESSES = ("127.0.0.1", "::1")


def connect(connection, reader, request):
    """Join a connection with a port, until both sides have ended."""
    target = _open(request["port"])
    answer(connection, {"connected": True})
    with target:
        back = threading.Thread(
            target=_pass_on, args=(lambda: target.recv(PIECE_BYTES), connection), daemon=True
        )
        back.start()
        _pass_on(lambda: reader.read1(PIECE_BYTES), target)
        back.join()


def _open(port):
    for address in ADDRESSES:
        with contextlib.suppress(OSError):
            target = socket.create_connection((address, port), CONNECT_SECONDS)
            target.settimeout(None)
            return target
    raise Refused("not_found", f"Nothing listens at the port {port} of the sandbox")


def _pass_on(read, sink):
    with contextlib.suppress(OSError):
        while data := read():
            sink.sendall(data)
    with contextlib.suppress(OSError):
        sink.shutdown(socket.SHUT_WR)
