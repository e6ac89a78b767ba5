"""Outside the sandbox: connects a client with the host that it asks for, where policy and rules allow it."""

from .policy import addresses_of, join_address
from .rules import is_address


class Attempt:
    """A client that wants to be connected.

    `first` is what it has sent for the other side, `greeting` what it gets once it is connected, and `fail`
    is called with an HTTP status and a sentence when it is not.
    """

    __slots__ = ("client", "fail", "first", "greeting")

    def __init__(self, client, fail, first=b"", greeting=b""):
        self.client, self.fail, self.first, self.greeting = client, fail, first, greeting


class Connector:
    """Connects the clients of one sandbox."""

    def __init__(self, relay, lookups, names, policy, tunnels):
        self._relay, self._lookups, self._names = relay, lookups, names
        self._policy, self._tunnels = policy, tunnels

    def connect(self, attempt, host, port):
        """Connect a client to a name or an address."""
        rules = self._policy.rules
        if self._tunnels and self._tunnels.leads(host, port):
            if not rules.allows(None, port, host):
                return self._refuse(attempt, host, port)
            return self._try(attempt, ["127.0.0.1"], self._tunnels.proxy_port)
        if is_address(host):
            is_open = self._policy.needs_lookup(port) or self._policy.allows(host, port)
            if is_open and rules.needs_name(host, port):
                return self._read_name(attempt, lambda name: self._connect_named(attempt, host, port, name))
        elif not rules.may_look_up(host):
            return self._refuse(attempt, host, port)
        self._reach(attempt, host, port, host)

    def connect_tunnel(self, attempt, port):
        """Connect a client to the tunnels' reverse proxy, which goes by the name that the client says."""
        if not self._policy.rules.restricts:
            return self._try(attempt, ["127.0.0.1"], self._tunnels.proxy_port)

        def on_name(name):
            if self._tunnels.leads(name, port):
                return self.connect(attempt, name, port)
            self._refuse(attempt, name or "localhost", port)

        self._read_name(attempt, on_name)

    def _connect_named(self, attempt, address, port, name):
        """Connect a client that said a name to the address that it asked for, or to one that has the name."""
        if not self._policy.rules.names_the_target(name):
            return self._reach(attempt, address, port, name)
        if is_address(name):
            return self._refuse(attempt, name, port)
        self.connect(attempt, name, port)

    def _read_name(self, attempt, done):
        """Let a client speak as if it were connected."""
        if attempt.greeting:
            self._relay.greet(attempt.client, attempt.greeting)
            attempt.greeting = b""
            attempt.fail = lambda *_: self._relay.reset(attempt.client)

        def on_name(name, said):
            attempt.first = said
            done(name)

        self._names.read(attempt.client, attempt.first, on_name)

    def _reach(self, attempt, host, port, name):
        """Look a host up once, and connect to what of its addresses is allowed."""

        def look_up():
            found = addresses_of(host)
            return found, [address for address in found if self._policy.allows(address, port, host)]

        def on_found(result):
            found, open_ones = result
            if not found:
                self._policy.report(f"There is no host {host}")
                return attempt.fail(502, f"There is no host {host}")
            if not open_ones:
                advice = "it is not a public address. The operator can allow it with SANDBOX_ALLOW."
                self._policy.report(f"{join_address(host, port)} was refused: {advice}")
                at = "" if found == [host] else f" ({', '.join(found)})"
                why = f"{host}:{port}{at} is not a public address, and SANDBOX_ALLOW does not name it"
                return attempt.fail(403, why)
            # Asked only now: the rules may have been replaced meanwhile.
            allowed = [address for address in open_ones if self._policy.rules.allows(address, port, name)]
            if not allowed:
                return self._refuse(attempt, name or host, port)
            self._try(attempt, allowed, port)

        if is_address(host) and not self._policy.needs_lookup(port):
            on_found(look_up())
        else:
            self._lookups.call(look_up, on_found)

    def _refuse(self, attempt, host, port):
        target = join_address(host, port)
        self._policy.report(f"{target} was refused: the rules of this sandbox's network do not allow it")
        attempt.fail(403, f"{target} is not allowed by the rules of this sandbox's network")

    def _try(self, attempt, addresses, port):
        """Connect to the first of the addresses that answers."""

        def connected(client, failure):
            if failure and len(addresses) > 1:
                return self._try(attempt, addresses[1:], port)
            if failure:
                return attempt.fail(502, f"{addresses[0]}:{port} cannot be reached: {failure}")
            if attempt.greeting:
                self._relay.send(client, attempt.greeting)
            if attempt.first:
                self._relay.send(client.other, attempt.first)

        self._relay.connect(attempt.client, addresses[0], port, connected)
