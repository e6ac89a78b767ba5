"""Outside the sandbox: which addresses the programs inside may reach."""

import ipaddress
import os
import socket

NAT64 = ipaddress.ip_network("64:ff9b::/96")
# Clouds serve secrets to their machines at these, which look public: Oracle's (and all near it), Azure's.
CLOUDS = (ipaddress.ip_network("192.0.0.0/24"), ipaddress.ip_network("168.63.129.16/32"))
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


def split_address(text):
    """host:port or [host]:port as a pair of strings."""
    host, _, port = text.rpartition(":")
    return host.strip("[]"), port


class Policy:
    """Which addresses may be connected to."""

    def __init__(self, allow, internet):
        self._internet = internet
        self._rules = [split_address(rule) for rule in allow]
        self._reported = set()

    def allows(self, address, port, name=None):
        """Whether a connection to the address is allowed. A name that the operator allows may be anywhere."""
        for host, number in self._rules:
            if number in ("*", str(port)) and self._matches(host, address, name):
                return True
        return self._internet and is_public(address)

    def report(self, host, port):
        """Say that an address was refused, each one once, where the program's own output goes."""
        if (host, port) in self._reported or len(self._reported) >= REFUSALS_REPORTED_MAX:
            return
        self._reported.add((host, port))
        shown = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
        advice = "it is not a public address. The operator can allow it with SANDBOX_ALLOW."
        os.write(2, f"[network] {shown} was refused: {advice}\n".encode())

    @staticmethod
    def _matches(host, address, name):
        if name is not None and host == name:
            return True
        try:
            return ipaddress.ip_address(address.split("%")[0]) in ipaddress.ip_network(host, strict=False)
        except ValueError:  # a name: what it resolves to on the host right now
            try:
                return address in {
                    found[4][0] for found in socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
                }
            except OSError:
                return False
