"""Outside the sandbox: which addresses the programs inside may reach."""

import ipaddress
import os
import re
import socket

LOCALHOST = "localhost"
NAT64 = ipaddress.ip_network("64:ff9b::/96")
# Clouds serve secrets to their machines at these: Oracle's (and all near it) and Azure's look public,
# Alibaba's and Amazon's like any private address.
CLOUDS = tuple(
    map(
        ipaddress.ip_network,
        ("192.0.0.0/24", "168.63.129.16/32", "100.100.100.200/32", "fd00:ec2::/32"),
    )
)
REFUSALS_REPORTED_MAX = 50


def effective_address(address):
    """The address that packets end up at: IPv4 inside IPv6 is IPv4."""
    ip = ipaddress.ip_address(address.split("%")[0])
    if ip.version == 6:
        if ip in NAT64:
            return ipaddress.ip_address(int(ip) & 0xFFFFFFFF)
        return ip.ipv4_mapped or ip.sixtofour or (ip.teredo and ip.teredo[1]) or ip
    return ip


def is_own(ip):
    """Whether an address is this machine's: only then would it also be the source of what is sent there."""
    with socket.socket(socket.AF_INET if ip.version == 4 else socket.AF_INET6, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect((str(ip), 9))
            return probe.getsockname()[0] == str(ip)
        except OSError:
            return False  # there is no route to it, and none for a connection either


def is_public(address):
    """Whether an address is on the internet, and not this machine's."""
    ip = effective_address(address)
    special = ip.is_multicast or ip.is_reserved or getattr(ip, "is_site_local", False)
    special = special or any(ip in network for network in CLOUDS)
    return ip.is_global and not special and not is_own(ip)


def is_local(address):
    """Whether an address is this machine's, its link's or its cloud's: what a name must not lead to."""
    ip = effective_address(address)
    special = ip.is_loopback or ip.is_link_local or ip.is_unspecified or ip.is_multicast or ip.is_reserved
    return special or any(ip in network for network in CLOUDS) or is_own(ip)


def addresses_of(name):
    """The addresses of a name right now; none where it has none."""
    try:
        return list(
            dict.fromkeys(found[4][0] for found in socket.getaddrinfo(name, None, type=socket.SOCK_STREAM))
        )
    except (OSError, UnicodeError, ValueError):
        return []


def join_address(host, port):
    """The reverse of `split_address`."""
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def split_address(text):
    """host:port or [host]:port as a pair of strings."""
    host, _, port = text.rpartition(":")
    return host.strip("[]"), port


class Tunnels:
    """Names of tunnels, which lead to the platform's own reverse proxy whatever name servers say of them."""

    def __init__(self, config):
        self.proxy_port = config["proxyPort"]
        self._port = config["port"]
        self._name = re.compile(rf"[0-9a-z]{{24}}\.{re.escape(config['domain'])}\.?", re.IGNORECASE)

    def has_name(self, name):
        """Whether a name may be that of a tunnel."""
        return self._name.fullmatch(name) is not None

    def leads(self, host, port):
        """Whether a target may be a tunnel."""
        return port == self._port and self.has_name(host)


class Policy:
    """Which addresses may be connected to. Asked with each address, right before it is connected to."""

    def __init__(self, allow, internet, rules=None):
        self._internet = internet
        # What the sandbox's maker allows of it; replaced as a whole while it runs.
        self.rules = rules
        self._networks, self._names = [], []
        for host, port in map(split_address, allow):
            try:
                self._networks.append((ipaddress.ip_network(host, strict=False), port))
            except ValueError:
                self._names.append((host, port))
        self._reported = set()

    def needs_lookup(self, port):
        """Whether an answer for the port may have to wait for name servers."""
        return any(number in ("*", str(port)) for _, number in self._names)

    def allows(self, address, port, name=None):
        """Whether the address may be connected to, which a client has asked for as `name`.

        A name that the operator allows may be at a private address, for that is what it is for. Its name
        server does not say what belongs to this machine: that takes the address itself, or `localhost`.
        """
        ip = ipaddress.ip_address(address.split("%")[0])
        if any(number in ("*", str(port)) and ip in network for network, number in self._networks):
            return True
        if self._internet and is_public(address):
            return True
        return any(
            number in ("*", str(port)) and self._is_at(host, address, name) for host, number in self._names
        )

    def report(self, sentence):
        """Say why something was not connected, each sentence once, where the program's own output goes."""
        if sentence in self._reported or len(self._reported) >= REFUSALS_REPORTED_MAX:
            return
        self._reported.add(sentence)
        os.write(2, f"[network] {sentence}\n".encode("ascii", "replace"))

    @staticmethod
    def _is_at(host, address, name):
        if not (
            ipaddress.ip_address(address.split("%")[0]).is_loopback
            if host == LOCALHOST
            else not is_local(address)
        ):
            return False
        return host == name or address in addresses_of(host)
