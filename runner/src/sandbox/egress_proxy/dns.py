"""Outside the sandbox: passes name queries of programs inside on to the host's name servers."""

import collections
import contextlib
import socket
import time

from .loop import READABLE

QUERIES_MAX = 512
QUERY_SECONDS = 10.0
NO_SUCH_NAME = 3


def name_servers(path="/etc/resolv.conf"):
    """The host's name servers."""
    found = []
    with contextlib.suppress(OSError), open(path, encoding="utf-8", errors="replace") as file:
        found = [words[1] for words in map(str.split, file) if len(words) > 1 and words[0] == "nameserver"]
    return found or ["127.0.0.1"]


def name_asked(query):
    """The name that a query is about, and where its question ends; None for what is no query."""
    labels, at = [], 12
    while at < len(query) and 0 < query[at] < 64:
        labels.append(query[at + 1 : at + 1 + query[at]].decode("latin-1"))
        at += 1 + query[at]
    if query[at : at + 1] != b"\0" or len(query) < at + 5:
        return None, 0
    return ".".join(labels), at + 5


def own_answer(query, tunnels, rules):
    """The answer that no name server has to be asked for; None where one has to be.

    A tunnel's name is at 127.0.0.1 and has no IPv6 address. A name that the rules keep from being looked up
    does not exist, and neither does what is no query.
    """
    name, end = name_asked(query)
    if name is not None and tunnels and tunnels.has_name(name):
        answers = 1 if int.from_bytes(query[end - 4 : end - 2], "big") == 1 else 0
        failure = 0
    elif rules.looks_everything_up or (name is not None and rules.may_look_up(name)):
        return None
    else:
        answers, failure = 0, NO_SUCH_NAME
    if len(query) < 12:
        return b""
    # An answer, authoritative, with recursion as asked; one question, the answers, nothing else.
    head = query[:2] + bytes([0x84 | query[2] & 1, 0x80 | failure, 0, 1, 0, answers, 0, 0, 0, 0])
    record = b"\xc0\x0c\0\x01\0\x01\0\0\0\x3c\0\x04\x7f\0\0\x01"
    return head + query[12:end] + record * answers


class DnsForwarder:
    """Queries over UDP, each on a socket of its own until it is answered or too old."""

    def __init__(self, loop, tunnels, policy):
        self._loop, self._tunnels, self._policy = loop, tunnels, policy
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
        answer = own_answer(data, self._tunnels, self._policy.rules)
        if answer is not None:
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
