"""The way out of one box: connects what programs inside connect to, as far as the policy lets them go.

    python -I -S gate.py CONFIG_FD CONTROL            (CONTROL: a descriptor, or the path of a socket to make)

A box has a network of its own with nothing in it but sockets to listen on, which box.py sends here. This
process lives outside, in the host's network, as a user without rights; programs inside reach nothing that
it does not connect. It ends when the other side of its control socket is closed. Kinds of sockets: `door`
leads to its own address on the host, `any` to whatever was asked for, `dns` and `dns-tcp` to the host's
name servers, `proxy` speaks HTTP.
"""

import array
import collections
import contextlib
import ctypes
import encodings.idna  # noqa: F401  needed to look names up, and out of reach once all rights are given up
import errno
import ipaddress
import json
import os
import queue
import resource
import select
import socket
import struct
import sys
import threading
import time

READ_BYTES = 64 * 1024
HEAD_BYTES_MAX = 64 * 1024
LOOKUPS_MAX = 16
QUERIES_MAX = 512
QUERY_SECONDS = 10.0
REFUSALS_TOLD_MAX = 50
ACCEPT_SECONDS = 60
ABORT = struct.pack("ii", 1, 0)
NAT64 = ipaddress.ip_network("64:ff9b::/96")
# Clouds tell their machines secrets at these, which look public: Oracle's (and all beside it), Azure's.
CLOUDS = (ipaddress.ip_network("192.0.0.0/24"), ipaddress.ip_network("168.63.129.16/32"))
CLOSED = select.EPOLLHUP | select.EPOLLERR


def really(address):
    """The address that packets end up at: IPv4 inside IPv6 is IPv4."""
    ip = ipaddress.ip_address(address.split("%")[0])
    if ip.version == 6:
        if ip in NAT64:
            return ipaddress.ip_address(int(ip) & 0xFFFFFFFF)
        return ip.ipv4_mapped or ip.sixtofour or (ip.teredo and ip.teredo[1]) or ip
    return ip


def is_own(ip):
    """Whether an address is this machine's: only then it would also be the source of what is sent there."""
    with socket.socket(socket.AF_INET if ip.version == 4 else socket.AF_INET6, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect((str(ip), 9))
            return probe.getsockname()[0] == str(ip)
        except OSError:
            return False  # there is no way to it, nor for a connection


def is_public(address):
    """Whether an address is on the internet, and not this machine's."""
    ip = really(address)
    special = ip.is_multicast or ip.is_reserved or getattr(ip, "is_site_local", False)
    special = special or any(ip in network for network in CLOUDS)
    return ip.is_global and not special and not is_own(ip)


def split_address(text):
    """host:port or [host]:port as a pair of texts."""
    host, _, port = text.rpartition(":")
    return host.strip("[]"), port


class Policy:
    """Which addresses may be connected to."""

    def __init__(self, allow, internet):
        self._internet = internet
        self._rules = [split_address(rule) for rule in allow]

    def allows(self, address, port, name=None):
        """Whether a connection to the address is fine. A name that an operator allows may be anywhere."""
        for host, number in self._rules:
            if number in ("*", str(port)) and self._names(host, address, name):
                return True
        return self._internet and is_public(address)

    @staticmethod
    def _names(host, address, name):
        if name is not None and host == name:
            return True
        try:
            return ipaddress.ip_address(address.split("%")[0]) in ipaddress.ip_network(host, strict=False)
        except ValueError:  # a name: what it means to the host right now
            try:
                return address in {
                    found[4][0] for found in socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
                }
            except OSError:
                return False


def name_servers(path="/etc/resolv.conf"):
    """The host's name servers."""
    found = []
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            found = [
                words[1] for words in map(str.split, file) if len(words) > 1 and words[0] == "nameserver"
            ]
    except OSError:
        pass
    return found or ["127.0.0.1"]


class End:
    """One end of a connection. What arrives here leaves at the other end."""

    __slots__ = (
        "connecting",
        "finishing",
        "mask",
        "on_connect",
        "other",
        "pending",
        "reading",
        "sock",
    )

    def __init__(self, sock):
        self.sock, self.other = sock, None
        self.pending = collections.deque()
        self.reading, self.finishing, self.connecting = True, False, False
        self.mask = 0
        self.on_connect = None


class Gate:
    """All connections of one box."""

    def __init__(self, config):
        self._config = config
        self._policy = Policy(config["allow"], config["internet"])
        self._poll = select.epoll()
        self._handlers = {}
        self._queries = collections.OrderedDict()
        self._told = set()
        self._lookups, self._found, self._workers = queue.SimpleQueue(), queue.SimpleQueue(), 0
        self._waiting = 0
        self._closing = []
        self._wake_read, self._wake_write = os.pipe()
        os.set_blocking(self._wake_read, False)
        self._watch(self._wake_read, select.EPOLLIN, self._on_found)

    def run(self, control):
        """Serve until the other side of the control socket is closed."""
        control.setblocking(False)
        self._watch(control.fileno(), select.EPOLLIN, lambda _: self._on_control(control))
        while True:
            for fd, mask in self._poll.poll():
                handler = self._handlers.get(fd)
                if handler:
                    handler(mask)
            # Only now: a number that is given out again must not get what was meant for its predecessor.
            for sock in self._closing:
                sock.close()
            self._closing.clear()

    def _watch(self, fd, mask, handler):
        self._handlers[fd] = handler
        self._poll.register(fd, mask)

    def _forget(self, sock):
        fd = sock.fileno()
        if fd >= 0 and self._handlers.pop(fd, None):
            self._poll.unregister(fd)
        self._closing.append(sock)

    def _on_control(self, control):
        """A socket to listen on, for the next description of the configuration; or the end."""
        fds = array.array("i")
        try:
            data, rights, _, _ = control.recvmsg(64, socket.CMSG_SPACE(fds.itemsize))
        except BlockingIOError:
            return
        except OSError:
            data, rights = b"", []
        if not data:
            os._exit(0)
        for level, kind, content in rights:
            if level == socket.SOL_SOCKET and kind == socket.SCM_RIGHTS:
                fds.frombytes(content[: len(content) - len(content) % fds.itemsize])
        if data == b"stderr" and fds:
            os.dup2(fds[0], 2)
            return os.close(fds[0])
        # The number alone is taken from the box; what it stands for is known here.
        index = int(data)
        for fd in fds:
            self._listen(self._config["listen"][index], socket.socket(fileno=fd))

    def _listen(self, wanted, sock):
        sock.setblocking(False)
        handler = self._on_query if wanted["kind"] == "dns" else self._on_client
        self._watch(sock.fileno(), select.EPOLLIN, lambda _: handler(wanted, sock))

    def _on_client(self, wanted, listener):
        for _ in range(64):
            try:
                sock, _ = listener.accept()
            except BlockingIOError:
                return
            except OSError as error:
                if error.errno in (errno.EMFILE, errno.ENFILE, errno.ENOMEM):
                    time.sleep(0.05)  # connections that end make room
                return
            client = End(sock)
            sock.setblocking(False)
            if wanted["kind"] == "proxy":
                head = bytearray()
                self._watch(sock.fileno(), select.EPOLLIN, lambda mask, c=client, h=head: self._on_head(c, h))
            elif wanted["kind"] == "dns-tcp":
                self._connect(client, name_servers()[0], 53)
            else:
                host, port = sock.getsockname()[:2]
                if wanted["kind"] == "door" or self._policy.allows(host, port):
                    self._connect(client, host, port)
                else:
                    self._tell(host, port)
                    self._abort(client)

    def _connect(self, client, host, port, on_connect=None):
        """Connect a client to an address that the policy allows."""
        client.reading = False
        try:
            sock = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_STREAM)
            sock.setblocking(False)
            status = sock.connect_ex((host, port))
        except OSError as error:
            status, sock = error.errno or errno.EIO, None
        if status not in (0, errno.EINPROGRESS):
            if sock:
                sock.close()
            return self._failed(client, on_connect, os.strerror(status))
        target = End(sock)
        target.connecting, target.on_connect = True, on_connect
        target.other, client.other = client, target
        for end in (client, target):
            end.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            if end.sock.fileno() in self._handlers:
                self._poll.unregister(end.sock.fileno())
            end.mask = select.EPOLLOUT if end is target else 0
            self._watch(end.sock.fileno(), end.mask, lambda mask, e=end: self._on_end(e, mask))

    def _failed(self, client, on_connect, reason):
        if on_connect:
            on_connect(client, reason)
        else:
            self._abort(client)

    def _on_end(self, end, mask):
        other = end.other
        if end.connecting:
            status = end.sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
            if status:
                self._forget(end.sock)
                other.other = None
                return self._failed(other, end.on_connect, os.strerror(status))
            end.connecting = False
            other.reading = True
            if end.on_connect:
                end.on_connect(other, None)
            self._flush(end)
            return self._update(other)
        if mask & select.EPOLLOUT:
            self._flush(end)
        if end.reading and mask & (select.EPOLLIN | CLOSED):
            try:
                data = end.sock.recv(READ_BYTES)
            except BlockingIOError:
                return
            except OSError:
                return self._close(end)
            if data:
                self._send(other, data)
            else:
                end.reading = False
                other.finishing = True
                self._flush(other)
                self._update(end)
        elif mask & CLOSED:
            self._close(end)

    def _send(self, end, data):
        if not end.pending and not end.connecting:
            try:
                sent = end.sock.send(data)
            except BlockingIOError:
                sent = 0
            except OSError:
                return self._close(end)
            if sent == len(data):
                return
            data = data[sent:]
        end.pending.append(data)
        # Whoever sends faster than the other side reads waits: many connections must not fill our memory.
        if end.other.reading:
            end.other.reading = False
            self._update(end.other)
        self._update(end)

    def _flush(self, end):
        try:
            while end.pending:
                data = end.pending[0]
                sent = end.sock.send(data)
                if sent < len(data):
                    end.pending[0] = data[sent:]
                    break
                end.pending.popleft()
        except BlockingIOError:
            pass
        except OSError:
            return self._close(end)
        other = end.other
        if not end.pending:
            if end.finishing:
                try:
                    end.sock.shutdown(socket.SHUT_WR)
                except OSError:
                    return self._close(end)
                if other.finishing and not other.pending:
                    return self._close(end)
            elif not other.reading and not other.connecting:
                other.reading = True
                self._update(other)
        self._update(end)

    def _update(self, end):
        if end.sock.fileno() not in self._handlers:
            return
        out = end.connecting or end.pending
        mask = (select.EPOLLIN if end.reading else 0) | (select.EPOLLOUT if out else 0)
        if mask != end.mask:
            end.mask = mask
            self._poll.modify(end.sock.fileno(), mask)

    def _close(self, end):
        self._forget(end.sock)
        if end.other:
            self._forget(end.other.sock)

    def _abort(self, client):
        """End a connection as one that was refused: with a reset."""
        client.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, ABORT)
        self._forget(client.sock)

    def _tell(self, host, port):
        """Say what was refused, each address once, where the program's own output goes."""
        if (host, port) in self._told or len(self._told) >= REFUSALS_TOLD_MAX:
            return
        self._told.add((host, port))
        shown = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
        advice = "it is not a public address. The operator can allow it with SANDBOX_ALLOW."
        os.write(2, f"[network] {shown} was refused: {advice}\n".encode())

    # The HTTP proxy, for clients that use one: it reaches every port, and looks names up itself.

    def _on_head(self, client, head):
        try:
            data = client.sock.recv(READ_BYTES)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        head += data
        if not data or len(head) > HEAD_BYTES_MAX:
            return self._forget(client.sock)
        if b"\r\n\r\n" not in head:
            return
        self._poll.modify(client.sock.fileno(), 0)
        lines, _, rest = bytes(head).partition(b"\r\n\r\n")
        try:
            method, target, version = lines.split(b"\r\n")[0].decode("ascii").split(" ")
            if method == "CONNECT":
                host, port = split_address(target)
                first = rest
            else:
                if not target.startswith("http://"):
                    raise ValueError("not a URL of http")
                authority, _, path = target[7:].partition("/")
                if authority.rpartition(":")[2].isdigit():
                    host, port = split_address(authority)
                else:
                    host, port = authority.strip("[]"), "80"
                first = self._request(lines, f"{method} /{path} {version}") + rest
            self._ask(client, host, int(port), method == "CONNECT", first)
        except (ValueError, UnicodeError):
            self._answer(client, "400 Bad Request", "The sandbox's proxy does not understand this request")

    @staticmethod
    def _request(lines, first):
        """The request as the target wants it. One a connection: the next one may be for somebody else."""
        dropped = (b"connection", b"proxy-connection", b"proxy-authorization", b"keep-alive")
        kept = [line for line in lines.split(b"\r\n")[1:] if line.split(b":")[0].lower() not in dropped]
        return b"\r\n".join([first.encode("ascii"), *kept, b"Connection: close", b"", b""])

    def _ask(self, client, host, port, tunnel, first):
        """Look a name up, in a thread, and go on in `_on_found`."""
        if self._workers < LOOKUPS_MAX and self._waiting >= self._workers:
            self._workers += 1
            threading.Thread(target=self._look_up, daemon=True).start()
        self._waiting += 1
        self._lookups.put((client, host, port, tunnel, first))

    def _look_up(self):
        while True:
            client, host, port, tunnel, first = self._lookups.get()
            try:
                found = [one[4][0] for one in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
                allowed = [address for address in found if self._policy.allows(address, port, host)]
            except Exception:  # a name that is none
                found, allowed = [], []
            self._found.put((client, host, port, tunnel, first, bool(found), allowed))
            os.write(self._wake_write, b"x")

    def _on_found(self, _):
        try:
            os.read(self._wake_read, 4096)
        except BlockingIOError:
            return
        while not self._found.empty():
            client, host, port, tunnel, first, known, allowed = self._found.get()
            self._waiting -= 1
            if not known:
                self._answer(client, "502 Bad Gateway", f"There is no host {host}")
            elif not allowed:
                self._tell(host, port)
                why = f"{host}:{port} is not a public address, and SANDBOX_ALLOW does not name it"
                self._answer(client, "403 Forbidden", why)
            else:
                self._try(client, allowed, port, tunnel, first)

    def _try(self, client, addresses, port, tunnel, first):
        def connected(client, failure):
            if failure and len(addresses) > 1:
                return self._try(client, addresses[1:], port, tunnel, first)
            if failure:
                return self._answer(
                    client, "502 Bad Gateway", f"{addresses[0]}:{port} cannot be reached: {failure}"
                )
            if tunnel:
                self._send(client, b"HTTP/1.1 200 Connection established\r\n\r\n")
            if first:
                self._send(client.other, first)

        self._connect(client, addresses[0], port, connected)

    def _answer(self, client, status, sentence):
        body = f"{sentence}\n".encode("utf-8", "replace")
        head = (
            f"HTTP/1.1 {status}\r\nContent-Type: text/plain; charset=utf-8\r\n"
            f"Content-Length: {len(body)}\r\nConnection: close\r\n\r\n"
        )
        with contextlib.suppress(OSError):
            client.sock.send(head.encode() + body)
        self._forget(client.sock)

    # Names, for clients that look them up.

    def _on_query(self, _, listener):
        now = time.monotonic()
        while self._queries and (
            len(self._queries) >= QUERIES_MAX or next(iter(self._queries.values())) < now
        ):
            self._forget(self._queries.popitem(last=False)[0])
        try:
            data, asker = listener.recvfrom(4096)
        except OSError:
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

        def answer(_):
            with contextlib.suppress(OSError):
                listener.sendto(upstream.recv(65_535), asker)
            self._queries.pop(upstream, None)
            self._forget(upstream)

        self._watch(upstream.fileno(), select.EPOLLIN, answer)


def control_socket(place):
    """The socket that the box's sockets come from: a descriptor, or whoever connects first to a path."""
    if place.isdigit():
        return socket.socket(fileno=int(place))
    with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as listener:
        listener.bind(place)
        listener.listen(1)
        listener.settimeout(ACCEPT_SECONDS)
        try:
            return listener.accept()[0]
        finally:
            os.unlink(place)


def main(config_fd, place):
    """Take the configuration, give up all rights, and serve."""
    with os.fdopen(int(config_fd), "rb") as file:
        config = json.load(file)
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    control = control_socket(place)
    if config["uid"] is not None:
        os.setgroups([])
        os.setresgid(config["uid"], config["uid"], config["uid"])
        os.setresuid(config["uid"], config["uid"], config["uid"])
    ctypes.CDLL(None).prctl(38, 1, 0, 0, 0)
    Gate(config).run(control)


if __name__ == "__main__":
    main(*sys.argv[1:3])
