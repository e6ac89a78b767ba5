"""Outside the sandbox: passes name queries of programs inside on to the host's name servers."""

import collections
import contextlib
import socket
import time

from .loop import READABLE

QUERIES_MAX = 512
QUERY_SECONDS = 10.0


def name_servers(path="/etc/resolv.conf"):
    """The host's name servers."""
    found = []
    with contextlib.suppress(OSError), open(path, encoding="utf-8", errors="replace") as file:
        found = [words[1] for words in map(str.split, file) if len(words) > 1 and words[0] == "nameserver"]
    return found or ["127.0.0.1"]


def tunnel_answer(query, tunnels):
    """The answer to a query for a tunnel's name: 127.0.0.1, no IPv6 address. None for every other query."""
    labels, at = [], 12
    while at < len(query) and 0 < query[at] < 64:
        labels.append(query[at + 1 : at + 1 + query[at]].decode("latin-1"))
        at += 1 + query[at]
    if query[at : at + 1] != b"\0" or len(query) < at + 5 or not tunnels.has_name(".".join(labels)):
        return None
    kind = int.from_bytes(query[at + 1 : at + 3], "big")
    answers = 1 if kind == 1 else 0
    # An answer, authoritative, with recursion as asked; one question, the answers, nothing else.
    head = query[:2] + bytes([0x84 | query[2] & 1, 0x80, 0, 1, 0, answers, 0, 0, 0, 0])
    record = b"\xc0\x0c\0\x01\0\x01\0\0\0\x3c\0\x04\x7f\0\0\x01"
    return head + query[12 : at + 5] + record * answers


class DnsForwarder:
    """Queries over UDP, each on a socket of its own until it is answered or too old."""

    def __init__(self, loop, tunnels):
        self._loop, self._tunnels = loop, tunnels
        self._queries = collections.OrderedDict()

    def on_query(self, listener):
        """Take one query from a listening socket and pass it on."""
        now = time.monotonic()
        while self._queries and (
            len(self._queries) >= QUERIES_MAX or next(iter(self._queries.values())) < now
        ):
            self._loop.close(self._queries.popitem(last=False)[0])
        try:
            data, client = listener.recvfrom(4096)
        except OSError:
            return
        answer = tunnel_answer(data, self._tunnels) if self._tunnels else None
        if answer:
            with contextlib.suppress(OSError):
                listener.sendto(answer, client)
            return
        server = name_servers()[0]
        upstream = socket.socket(socket.AF_INET6 if ":" in server else socket.AF_INET, socket.SOCK_DGRAM)
        upstream.setblocking(False)
        try:
            upstream.connect((server, 53))
            upstream.send(data)
        except OSError:
            return upstream.close()
        self._queries[upstream] = now + QUERY_SECONDS

        def on_answer(_):
            with contextlib.suppress(OSError):
                listener.sendto(upstream.recv(65_535), client)
            self._queries.pop(upstream, None)
            self._loop.close(upstream)

        self._loop.watch(upstream.fileno(), READABLE, on_answer)
