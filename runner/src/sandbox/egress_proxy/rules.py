"""Outside the sandbox: the rules that its maker gives it, within what the platform allows at all."""

import ipaddress

from .policy import effective_address

# Where a connection to an address begins with the name that it is for.
NAMED_PORTS = (80, 443)
EVERY_PORT = range(1, 65_536)
NO_RULES = {"allowlist": None, "denylist": None}


def is_address(host):
    """Whether a host is an address, and not a name."""
    try:
        ipaddress.ip_address(host.split("%")[0])
    except ValueError:
        return False
    return True


class Rules:
    """A list of the only destinations, or of those that are excepted.

    `policy` has `allowlist` and `denylist`, of which at most one is not None. An entry is a name, a name
    with `*.` before it, an IPv4 address or an IPv4 network, and maybe `:port` or `:first-last`.
    """

    def __init__(self, policy):
        allowlist, denylist = policy["allowlist"], policy["denylist"]
        self._listed_alone = allowlist is not None
        self._networks, self._names = [], []
        for entry in allowlist if self._listed_alone else denylist or []:
            host, _, ports = entry.partition(":")
            first, _, last = ports.partition("-")
            numbers = range(int(first), int(last or first) + 1) if ports else EVERY_PORT
            try:
                self._networks.append((ipaddress.ip_network(host, strict=False), numbers))
            except ValueError:
                self._names.append((host, numbers))
        self.restricts = self._listed_alone or bool(self._networks or self._names)

    @property
    def looks_everything_up(self):
        """Whether every name may be looked up."""
        return not self._listed_alone or bool(self._networks)

    def may_look_up(self, name):
        """Whether a name may be looked up: a query reaches its owner, too."""
        return self.looks_everything_up or any(self._is_of(name, pattern) for pattern, _ in self._names)

    def needs_name(self, address, port):
        """Whether a connection to an address has to wait for the name that its client says first."""
        return bool(self._names) and port in NAMED_PORTS and not self._has_address(address, port)

    def names_the_target(self, name):
        """Whether a client that says a name is led to what has it, whatever address it asked for."""
        return self._listed_alone and bool(name)

    def allows(self, address, port, name=None):
        """Whether a connection to an address (None: of no matter), asked for as `name`, may be made."""
        listed = address is not None and self._has_address(address, port)
        listed = listed or (name is not None and self._has_name(name, port))
        return listed == self._listed_alone

    def _has_address(self, address, port):
        ip = effective_address(address)
        return any(port in ports and ip in network for network, ports in self._networks)

    def _has_name(self, name, port):
        return any(port in ports and self._is_of(name, pattern) for pattern, ports in self._names)

    def _is_of(self, name, pattern):
        name = name.lower().rstrip(".")
        if pattern.startswith("*."):
            return name.endswith(pattern[1:])
        # As `verifiers` has it: what is denied is denied with everything below it.
        return name == pattern or (not self._listed_alone and name.endswith(f".{pattern}"))
