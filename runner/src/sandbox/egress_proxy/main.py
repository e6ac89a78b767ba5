"""Outside the sandbox: its only way to the network. Programs inside reach what the policy allows.

    python -I -S runner/src/sandbox egress_proxy CONFIG_FD CONTROL

A sandbox has a network of its own with nothing in it but listening sockets, which init opens and sends here.
This process is in the host's network, as a user without rights; programs inside reach nothing that it does
not connect. CONTROL is the control socket's descriptor, or a path to make it at; when its other side is
closed, this process ends. Kinds of listening sockets: connections to `address` go to whatever address the
client asked for, if the policy allows that; `dns` and `dns-tcp` lead to the host's name servers, `http` is an
HTTP proxy, and `tunnels` leads to the reverse proxy of the platform's tunnels. Where the configuration has
`rules`, they narrow what the policy allows, and the platform may replace them: see rules_socket.
"""

import array
import ctypes
import encodings.idna  # noqa: F401  needed to look names up, and out of reach once all rights are given up
import errno
import json
import os
import resource
import socket
import time

from .connector import Attempt, Connector
from .dns import DnsForwarder, name_servers
from .http_proxy import HttpProxy
from .lookups import Lookups
from .loop import READABLE, Loop
from .names import NameReader
from .policy import Policy, Tunnels
from .relay import End, Relay
from .rules import NO_RULES, Rules
from .rules_socket import RulesSocket, rules_listener

ACCEPT_SECONDS = 60
ACCEPTS_PER_ROUND = 64
PR_SET_NO_NEW_PRIVS = 38


class EgressProxy:
    """Everything that one sandbox's listening sockets lead to."""

    def __init__(self, config, rules):
        self._listen_config = config["listen"]
        own = config["rules"]["policy"] if config["rules"] else NO_RULES
        self._policy = Policy(config["allow"], config["internet"], Rules(own))
        self._loop = Loop()
        self._relay = Relay(self._loop)
        tunnels = Tunnels(config["tunnels"]) if config["tunnels"] else None
        lookups, names = Lookups(self._loop), NameReader(self._loop)
        self._connector = Connector(self._relay, lookups, names, self._policy, tunnels)
        self._tunnels_port = config["tunnels"]["port"] if config["tunnels"] else None
        self._http = HttpProxy(self._loop, self._connector)
        self._dns = DnsForwarder(self._loop, tunnels, self._policy)
        if rules:
            RulesSocket(self._loop, self._policy, rules)

    def run(self, control):
        """Serve until the other side of the control socket is closed."""
        control.setblocking(False)
        self._loop.watch(control.fileno(), READABLE, lambda _: self._on_control(control))
        self._loop.run()

    def _on_control(self, control):
        """A socket to listen on, for one entry of the configuration; or the end."""
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
        # Only the number comes from the sandbox; what it refers to is known here.
        kind = self._listen_config[int(data)]["kind"]
        for fd in fds:
            self._listen(kind, socket.socket(fileno=fd))

    def _listen(self, kind, sock):
        sock.setblocking(False)
        if kind == "dns":
            self._loop.watch(sock.fileno(), READABLE, lambda _: self._dns.on_query(sock))
        else:
            self._loop.watch(sock.fileno(), READABLE, lambda _: self._on_clients(kind, sock))

    def _on_clients(self, kind, listener):
        for _ in range(ACCEPTS_PER_ROUND):
            try:
                sock, _ = listener.accept()
            except BlockingIOError:
                return
            except OSError as error:
                if error.errno in (errno.EMFILE, errno.ENFILE, errno.ENOMEM):
                    time.sleep(0.05)  # connections that end make room
                return
            sock.setblocking(False)
            if kind == "http":
                self._http.accept(sock)
            elif kind == "dns-tcp":
                self._connect_name_server(End(sock))
            else:
                self._connect(kind, End(sock))

    def _connect(self, kind, client):
        """Connect a client to the address that it believes it is connected to."""
        attempt = Attempt(client, lambda *_: self._relay.reset(client))
        if kind == "tunnels":
            return self._connector.connect_tunnel(attempt, self._tunnels_port)
        host, port = client.sock.getsockname()[:2]
        self._connector.connect(attempt, host, port)

    def _connect_name_server(self, client):
        """Queries over TCP are not looked at one by one."""
        if self._policy.rules.looks_everything_up:
            self._relay.connect(client, name_servers()[0], 53)
        else:
            self._relay.reset(client)


def control_socket(source):
    """The socket that the sandbox's sockets come from: a descriptor, or the first connection to a path."""
    if source.isdigit():
        return socket.socket(fileno=int(source))
    with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as listener:
        listener.bind(source)
        listener.listen(1)
        listener.settimeout(ACCEPT_SECONDS)
        try:
            return listener.accept()[0]
        finally:
            os.unlink(source)


def main(config_fd, source):
    """Read the configuration, give up all rights, and serve."""
    with os.fdopen(int(config_fd), "rb") as file:
        config = json.load(file)
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    control = control_socket(source)
    rules = rules_listener(config["rules"]["socket"]) if config["rules"] else None
    if config["uid"] is not None:
        os.setgroups([])
        os.setresgid(config["uid"], config["uid"], config["uid"])
        os.setresuid(config["uid"], config["uid"], config["uid"])
    ctypes.CDLL(None).prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    EgressProxy(config, rules).run(control)
