"""Outside the sandbox: the HTTP proxy, which reaches every port and looks names up itself."""

import contextlib

from .connector import Attempt
from .loop import READABLE, received
from .policy import split_address
from .relay import End

HEAD_BYTES_MAX = 64 * 1024
CONNECTED = b"HTTP/1.1 200 Connection established\r\n\r\n"
# Those of a hop, and the host, which is the one that the request names.
DROPPED_HEADERS = (b"connection", b"proxy-connection", b"proxy-authorization", b"keep-alive", b"host")


class HttpProxy:
    """Serves CONNECT and plain HTTP requests."""

    def __init__(self, loop, connector):
        self._loop, self._connector = loop, connector

    def accept(self, sock):
        """Serve a client."""
        client, head = End(sock), bytearray()
        self._loop.watch(sock.fileno(), READABLE, lambda _: self._on_head(client, head))

    def _on_head(self, client, head):
        data = received(client.sock)
        if data is None:
            return
        head += data
        if not data or len(head) > HEAD_BYTES_MAX:
            return self._loop.close(client.sock)
        if b"\r\n\r\n" not in head:
            return
        self._loop.pause(client.sock)
        lines, _, rest = bytes(head).partition(b"\r\n\r\n")
        try:
            method, target, version = lines.split(b"\r\n")[0].decode("ascii").split(" ")
            if method == "CONNECT":
                host, port = split_address(target)
                first, greeting = rest, CONNECTED
            else:
                if not target.startswith("http://"):
                    raise ValueError("not an http URL")
                authority, _, path = target[7:].partition("/")
                if authority.rpartition(":")[2].isdigit():
                    host, port = split_address(authority)
                else:
                    host, port = authority.strip("[]"), "80"
                first = self._request(lines, f"{method} /{path} {version}", authority) + rest
                greeting = b""
            if not 0 < int(port) < 65_536:
                raise ValueError("not a port")
        except (ValueError, UnicodeError):
            return self._answer(client, 400, "The sandbox's proxy does not understand this request")

        def fail(status, message):
            self._answer(client, status, message)

        self._connector.connect(Attempt(client, fail, first, greeting), host, int(port))

    @staticmethod
    def _request(lines, first, host):
        """The request as its target expects it. One per connection: the next may have another target."""
        headers = lines.split(b"\r\n")[1:]
        kept = [line for line in headers if line.split(b":")[0].lower() not in DROPPED_HEADERS]
        own = [f"Host: {host}".encode("ascii"), b"Connection: close"]
        return b"\r\n".join([first.encode("ascii"), *own, *kept, b"", b""])

    def _answer(self, client, status, message):
        """Answer with a status. Of a refused CONNECT, clients show the reason beside it and nothing else."""
        body = f"{message}\n".encode("utf-8", "replace")
        head = (
            f"HTTP/1.1 {status} {message}\r\nContent-Type: text/plain; charset=utf-8\r\n"
            f"Content-Length: {len(body)}\r\nConnection: close\r\n\r\n"
        )
        with contextlib.suppress(OSError):
            client.sock.send(head.encode("ascii", "replace") + body)
        self._loop.close(client.sock)
