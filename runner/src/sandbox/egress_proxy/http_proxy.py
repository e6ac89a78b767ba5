"""Outside the sandbox: the HTTP proxy, which reaches every port and looks names up itself."""

import contextlib

from .loop import READABLE
from .policy import addresses_of, split_address
from .relay import READ_BYTES, End

HEAD_BYTES_MAX = 64 * 1024
HOP_HEADERS = (b"connection", b"proxy-connection", b"proxy-authorization", b"keep-alive")


class HttpProxy:
    """Serves CONNECT and plain HTTP requests."""

    def __init__(self, loop, relay, lookups, policy, tunnels):
        self._loop, self._relay, self._lookups, self._policy = loop, relay, lookups, policy
        self._tunnels = tunnels

    def accept(self, sock):
        """Serve a client."""
        client, head = End(sock), bytearray()
        self._loop.watch(sock.fileno(), READABLE, lambda _: self._on_head(client, head))

    def _on_head(self, client, head):
        try:
            data = client.sock.recv(READ_BYTES)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        head += data
        if not data or len(head) > HEAD_BYTES_MAX:
            return self._loop.close(client.sock)
        if b"\r\n\r\n" not in head:
            return
        self._loop.change(client.sock.fileno(), 0)
        lines, _, rest = bytes(head).partition(b"\r\n\r\n")
        try:
            method, target, version = lines.split(b"\r\n")[0].decode("ascii").split(" ")
            if method == "CONNECT":
                host, port = split_address(target)
                first = rest
            else:
                if not target.startswith("http://"):
                    raise ValueError("not an http URL")
                authority, _, path = target[7:].partition("/")
                if authority.rpartition(":")[2].isdigit():
                    host, port = split_address(authority)
                else:
                    host, port = authority.strip("[]"), "80"
                first = self._request(lines, f"{method} /{path} {version}") + rest
            if not 0 < int(port) < 65_536:
                raise ValueError("not a port")
            self._look_up(client, host, int(port), method == "CONNECT", first)
        except (ValueError, UnicodeError):
            self._answer(client, 400, "The sandbox's proxy does not understand this request")

    @staticmethod
    def _request(lines, first):
        """The request as its target expects it. One per connection: the next may have another target."""
        kept = [line for line in lines.split(b"\r\n")[1:] if line.split(b":")[0].lower() not in HOP_HEADERS]
        return b"\r\n".join([first.encode("ascii"), *kept, b"Connection: close", b"", b""])

    def _look_up(self, client, host, port, tunnel, first):
        """Look a name up once, and connect to what of its addresses the policy allows."""
        if self._tunnels and self._tunnels.leads(host, port):
            return self._connect(client, ["127.0.0.1"], self._tunnels.proxy_port, tunnel, first)

        def look_up():
            found = addresses_of(host)
            return found, [address for address in found if self._policy.allows(address, port, host)]

        def on_found(result):
            found, allowed = result
            if not found:
                self._policy.report_unknown(host)
                self._answer(client, 502, f"There is no host {host}")
            elif not allowed:
                self._policy.report(host, port)
                at = "" if found == [host] else f" ({', '.join(found)})"
                why = f"{host}:{port}{at} is not a public address, and SANDBOX_ALLOW does not name it"
                self._answer(client, 403, why)
            else:
                self._connect(client, allowed, port, tunnel, first)

        self._lookups.call(look_up, on_found)

    def _connect(self, client, addresses, port, tunnel, first):
        """Connect to the first of the addresses that answers."""

        def connected(client, failure):
            if failure and len(addresses) > 1:
                return self._connect(client, addresses[1:], port, tunnel, first)
            if failure:
                why = f"{addresses[0]}:{port} cannot be reached: {failure}"
                return self._answer(client, 502, why)
            if tunnel:
                self._relay.send(client, b"HTTP/1.1 200 Connection established\r\n\r\n")
            if first:
                self._relay.send(client.other, first)

        self._relay.connect(client, addresses[0], port, connected)

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
