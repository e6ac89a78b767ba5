"""Outside the sandbox: reads from what a client says first which name a connection is for."""

from .loop import READABLE, received

SAID_BYTES_MAX = 64 * 1024


def name_said(data):
    """The server name of TLS or the host of an HTTP request; "" for none, None while more is needed."""
    if not data:
        return None
    if data[0] == 22:
        return _tls_name(data)
    if not 65 <= data[0] <= 90:
        return ""
    head, end, _ = bytes(data).partition(b"\r\n\r\n")
    if not end:
        return None
    hosts = [line[5:] for line in head.split(b"\r\n")[1:] if line[:5].lower() == b"host:"]
    if len(hosts) != 1:
        return ""
    host = hosts[0].strip().decode("ascii", "replace")
    name, colon, port = host.rpartition(":")
    return name if colon and port.isdigit() else host


def _tls_name(data):
    hello, at = bytearray(), 0
    while len(data) >= at + 5:
        if data[at] != 22:
            return ""
        end = at + 5 + int.from_bytes(data[at + 3 : at + 5], "big")
        hello += data[at + 5 : end]
        if len(hello) >= 4:
            size = 4 + int.from_bytes(hello[1:4], "big")
            if hello[0] != 1:
                return ""
            if len(hello) >= size:
                return _server_name(hello[4:size])
        if len(data) < end:
            return None
        at = end
    return None


def _server_name(hello):
    at = 34  # its version and its random bytes
    for size in (1, 2, 1):  # session, cipher suites, compression methods
        at += size + int.from_bytes(hello[at : at + size], "big")
    at += 2
    while at + 4 <= len(hello):
        size = int.from_bytes(hello[at + 2 : at + 4], "big")
        if hello[at : at + 2] == b"\0\0":
            length = int.from_bytes(hello[at + 7 : at + 9], "big")
            return hello[at + 9 : at + 9 + length].decode("ascii", "replace")
        at += 4 + size
    return ""


class NameReader:
    """Reads names from connections."""

    def __init__(self, loop):
        self._loop = loop

    def read(self, client, said, done):
        """Read on after what a client has said; then `done` with the name ("" for none) and all it said."""
        said = bytearray(said)
        name = name_said(said)
        if name is not None:
            return done(name, bytes(said))

        def on_more(_):
            data = received(client.sock)
            if data is None:
                return
            if not data:
                return self._loop.close(client.sock)
            said.extend(data)
            name = name_said(said)
            if name is not None or len(said) > SAID_BYTES_MAX:
                self._loop.pause(client.sock)
                done(name or "", bytes(said))

        self._loop.watch(client.sock.fileno(), READABLE, on_more)
