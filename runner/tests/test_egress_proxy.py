"""Which addresses the egress proxy connects to. The platform's own tests try it with a whole sandbox."""

import contextlib
import json
import os
import socket
import struct
import subprocess
import sys
import threading
from pathlib import Path
from types import SimpleNamespace

import pytest
from test_egress_rules import all_but, client_hello, only

from sandbox.egress_proxy.dns import own_answer
from sandbox.egress_proxy.policy import Policy, Tunnels, is_public, split_address
from sandbox.egress_proxy.rules import NO_RULES, Rules
from sandbox.init.network import hand_over, open_sockets
from sandbox.shim.files import in_memory

PROGRAMS = Path(__file__).parent.parent / "src/sandbox"

PRIVATE = [
    "127.0.0.1",
    "127.255.0.1",
    "0.0.0.0",
    "10.1.2.3",
    "172.16.0.1",
    "172.31.255.255",
    "192.168.1.1",
    "169.254.169.254",
    "100.64.0.1",
    "100.100.100.200",
    "192.0.0.192",
    "168.63.129.16",
    "198.18.0.1",
    "224.0.0.1",
    "240.0.0.1",
    "255.255.255.255",
    "::1",
    "::",
    "fe80::1",
    "fc00::1",
    "fd00:ec2::254",
    "ff02::1",
    "fec0::1",
    "::ffff:127.0.0.1",
    "::ffff:169.254.169.254",
    "64:ff9b::a00:1",
    "64:ff9b::7f00:1",
    "2002:7f00:1::",
    "2002:a9fe:a9fe::",
]
PUBLIC = [
    "1.1.1.1",
    "8.8.8.8",
    "93.184.216.34",
    "172.32.0.1",
    "100.128.0.1",
    "2606:4700::1111",
    "::ffff:1.1.1.1",
    "64:ff9b::101:101",
]


@pytest.mark.parametrize("address", PRIVATE)
def test_not_public(address):
    assert not is_public(address)
    assert not Policy([], True).allows(address, 443)


@pytest.mark.parametrize("address", PUBLIC)
def test_public(address):
    assert Policy([], True).allows(address, 443)
    assert not Policy([], False).allows(address, 443)


def test_allowed():
    policy = Policy(
        ["10.0.0.5:8000", "[fd00::5]:443", "172.16.0.0/12:*", "judge.internal:9000", "localhost:7000"], False
    )
    assert (
        policy.allows("10.0.0.5", 8000)
        and not policy.allows("10.0.0.5", 8001)
        and not policy.allows("10.0.0.6", 8000)
    )
    assert policy.allows("fd00::5", 443)
    assert policy.allows("172.17.0.1", 1) and not policy.allows("172.32.0.1", 1)
    # A name is what the host says it is, or what a client asks the proxy for.
    assert policy.allows("127.0.0.1", 7000) and not policy.allows("127.0.0.2", 7000)
    assert policy.allows("10.9.9.9", 9000, "judge.internal") and not policy.allows(
        "10.9.9.9", 9000, "other.internal"
    )


LOCAL = [
    "127.0.0.1",
    "127.9.9.9",
    "0.0.0.0",
    "169.254.169.254",
    "168.63.129.16",
    "192.0.0.192",
    "100.100.100.200",
    "::1",
    "fe80::1",
    "fd00:ec2::254",
    "::ffff:127.0.0.1",
    "64:ff9b::7f00:1",
]


@pytest.mark.parametrize("address", LOCAL)
def test_a_name_that_is_allowed_does_not_lead_to_this_machine(address):
    policy = Policy(["judge.internal:*", "localhost:7000"], True)
    assert not policy.allows(address, 9000, "judge.internal")
    assert not policy.allows("10.9.9.9", 7000, "localhost")
    bracketed = f"[{address}]" if ":" in address else address
    assert Policy([f"{bracketed}:9000"], True).allows(address, 9000, "judge.internal")


def request(port, text):
    """What a server answers to a request, as text; empty for a connection that is reset."""
    with socket.create_connection(("127.0.0.1", port), timeout=10) as client:
        client.sendall(text.encode())
        parts = []
        with contextlib.suppress(ConnectionResetError):
            while data := client.recv(1000):
                parts.append(data)
        return b"".join(parts).decode()


@pytest.fixture
def service():
    """A service of this machine that tells everybody a secret; its port."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve():
            with contextlib.suppress(OSError):
                while True:
                    client, _ = listener.accept()
                    with client:
                        client.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nsecret")
                        client.shutdown(socket.SHUT_WR)
                        client.recv(1000)

        threading.Thread(target=serve, daemon=True).start()
        yield listener.getsockname()[1]
        listener.shutdown(socket.SHUT_RDWR)


@pytest.fixture
def resolver(tmp_path):
    """A function that says what /etc/hosts is from now on for the proxies that are started with it."""
    hosts = tmp_path / "hosts"
    hosts.write_text("127.0.0.1 localhost\n")
    return SimpleNamespace(file=hosts, answers=lambda *lines: hosts.write_text("\n".join([*lines, ""])))


@pytest.fixture
def proxy(resolver):
    """Starts egress proxies whose names come from the resolver; each returns the ports of its sockets."""
    ends = contextlib.ExitStack()

    def start(allow, kinds=("http",), internet=True, tunnels=None, rules=None, host="127.0.0.1", port=0):
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        listen = [{"kind": kind, "host": host, "port": port} for kind in kinds]
        policy = {"allow": allow, "internet": internet, "tunnels": tunnels, "rules": rules}
        config = in_memory({"listen": listen, "uid": None, **policy})
        # In a mount namespace of its own it has its own /etc/hosts, which the C library reads each time.
        namespace = ["unshare", "--mount", *([] if os.getuid() == 0 else ["--map-root-user"])]
        script = 'mount --bind "$0" /etc/hosts && exec "$@"'
        program = [sys.executable, "-I", "-S", PROGRAMS, "egress_proxy", str(config), str(theirs.fileno())]
        process = subprocess.Popen(
            [*namespace, "sh", "-c", script, resolver.file, *program], pass_fds=(config, theirs.fileno())
        )
        theirs.close()
        os.close(config)
        ends.callback(process.wait, 10)
        ends.callback(ours.close)
        opened = open_sockets(listen)
        ports = [sock.getsockname()[1] for sock in opened]
        hand_over(ours, opened)
        return ports

    with ends:
        yield start


def doors(port):
    """The ways to ask the HTTP proxy for a name."""
    yield lambda name, to: request(port, f"CONNECT {name}:{to} HTTP/1.1\r\n\r\n")
    yield lambda name, to: request(port, f"GET http://{name}:{to}/ HTTP/1.1\r\nHost: {name}\r\n\r\n")


@pytest.mark.parametrize("allow", [["rebind.test:*"], ["127.0.0.9:*"], []])
def test_a_name_that_changes_its_address(proxy, resolver, service, allow):
    """The policy is applied to what is connected to, whatever the name was when somebody looked last."""
    (port,) = proxy(allow)
    for ask in doors(port):
        resolver.answers("127.0.0.9 rebind.test")
        ask("rebind.test", 1)
        resolver.answers("127.0.0.1 rebind.test")
        refused = ask("rebind.test", service)
        assert refused.startswith("HTTP/1.1 403 ") and "secret" not in refused
        # Also where clients show it: in the body, and in the reason beside the status.
        why = f"rebind.test:{service} (127.0.0.1) is not a public address, and SANDBOX_ALLOW does not name it"
        assert (
            refused.splitlines()[0] == f"HTTP/1.1 403 {why}"
            and refused.partition("\r\n\r\n")[2] == f"{why}\n"
        )


def test_a_name_of_several_addresses(proxy, resolver, service):
    """Only those are tried that are allowed; the order does not matter."""
    (port,) = proxy([f"127.0.0.1:{service}"])
    for ask in doors(port):
        for order in (("127.0.0.9", "127.0.0.1"), ("127.0.0.1", "127.0.0.9")):
            resolver.answers(*(f"{address} both.test" for address in order))
            assert "200" in ask("both.test", service)
        resolver.answers("127.0.0.9 both.test")
        assert ask("both.test", service).startswith("HTTP/1.1 403 ")


def test_a_name_without_an_address_is_said_to_the_program_and_in_its_log(proxy, capfd):
    (port,) = proxy([])
    for ask in doors(port):
        assert ask("nowhere.invalid", 443).splitlines()[0] == "HTTP/1.1 502 There is no host nowhere.invalid"
    assert capfd.readouterr().err.count("[network] There is no host nowhere.invalid\n") == 1


def test_an_address_is_checked_again_where_it_is_connected_to(proxy):
    """Also at a socket that was opened for it: what was right when the sandbox was made is asked again."""
    for allow in ([], ["rebind.test:*"]):
        (port,) = proxy(allow, kinds=("address",))
        assert request(port, "GET / HTTP/1.0\r\n\r\n") == ""


@pytest.mark.parametrize("target", ["127.0.0.1:0", "127.0.0.1:99999", "127.0.0.1", ":80", "x" * 300 + ":80"])
def test_a_target_that_is_none(proxy, target):
    (port,) = proxy(["127.0.0.0/8:*"])
    for _ in range(2):
        assert request(port, f"CONNECT {target} HTTP/1.1\r\n\r\n")[:12] in ("HTTP/1.1 400", "HTTP/1.1 502")


def test_addresses():
    assert split_address("10.0.0.1:80") == ("10.0.0.1", "80")
    assert split_address("[::1]:*") == ("::1", "*")


TUNNEL = "0mx1reggyylxqk88decgrfx9.localhost"


def test_names_of_tunnels_lead_to_the_gate(proxy, service):
    tunnels = {"domain": "localhost", "port": 3000, "proxyPort": service}
    http, direct = proxy([], ("http", "tunnels"), tunnels=tunnels)
    assert "secret" in request(http, f"GET http://{TUNNEL}:3000/x HTTP/1.1\r\nHost: {TUNNEL}:3000\r\n\r\n")
    assert "secret" in request(http, f"CONNECT {TUNNEL}:3000 HTTP/1.1\r\n\r\n")
    assert "secret" in request(direct, "GET / HTTP/1.1\r\n\r\n")
    for target in (f"{TUNNEL}:{service}", "localhost:3000", f"x.{TUNNEL}:3000", "127.0.0.1:3000"):
        assert "secret" not in request(http, f"CONNECT {target} HTTP/1.1\r\n\r\n"), target


def test_name_servers_are_not_asked_for_tunnels(proxy):
    tunnels = {"domain": "localhost", "port": 3000, "proxyPort": 1}
    question = b"".join(bytes([len(label)]) + label.encode() for label in TUNNEL.split(".")) + b"\0"
    head = b"\xab\xcd\x01\0\0\x01\0\0\0\0\0\0"
    known = Tunnels(tunnels)
    rules = Rules(NO_RULES)
    found = own_answer(head + question + b"\0\x01\0\x01", known, rules)
    assert found.startswith(b"\xab\xcd\x85\x80\0\x01\0\x01") and found.endswith(b"\0\x04\x7f\0\0\x01")
    assert own_answer(head + question + b"\0\x1c\0\x01", known, rules)[6:8] == b"\0\0"
    other = head + b"\x07example\x03com\0\0\x01\0\x01"
    for query in (other, b"", head, head + b"\x05", head + question):
        assert own_answer(query, known, rules) is None


def test_rules_of_names_and_addresses(proxy, resolver, service, tmp_path, capfd):
    resolver.answers("127.0.0.1 yes.test", "127.0.0.1 no.test")
    policy = only("yes.test", f"127.0.0.9:{service}", "169.254.169.254")
    rules = {"policy": policy, "socket": str(tmp_path / "rules")}
    (port,) = proxy(["127.0.0.0/8:*"], rules=rules)
    for ask in doors(port):
        assert "secret" in ask("yes.test", service)
        for name in ("no.test", "127.0.0.1"):
            why = f"{name}:{service} is not allowed by the rules of this sandbox's network"
            assert ask(name, service).splitlines()[0] == f"HTTP/1.1 403 {why}"
        # What the platform never lets through stays closed, whatever the rules say.
        for address in ("169.254.169.254", "10.0.0.1"):
            assert "SANDBOX_ALLOW does not name it" in ask(address, 80)
    # The request goes to the host that it names.
    lie = f"GET http://no.test:{service}/ HTTP/1.1\r\nHost: yes.test\r\n\r\n"
    assert request(port, lie).startswith("HTTP/1.1 403 ")
    refused = "was refused: the rules of this sandbox's network do not allow it"
    assert capfd.readouterr().err.count(f"[network] no.test:{service} {refused}\n") == 1


@pytest.mark.skipif(os.getuid() != 0, reason="the port 80 is for root")
def test_a_client_that_knows_no_proxy_is_led_to_the_name_that_it_says(proxy, resolver, tmp_path):
    resolver.answers("127.0.0.77 yes.test", "127.0.0.78 no.test")
    rules = {"policy": only("yes.test"), "socket": str(tmp_path / "rules")}
    with socket.create_server(("127.0.0.77", 80)) as server:
        # 127.0.0.79 stands for any address of the internet, to which everything inside connects directly.
        proxy(
            ["127.0.0.77:80", "127.0.0.78:80", "127.0.0.79:80"],
            ("address",),
            rules=rules,
            host="127.0.0.79",
            port=80,
        )

        def say(text):
            client = socket.create_connection(("127.0.0.79", 80), timeout=10)
            client.sendall(text)
            return client

        for refused in (b"GET / HTTP/1.1\r\nHost: no.test\r\n\r\n", client_hello("no.test"), b"\0\0\0"):
            with say(refused) as client, contextlib.suppress(ConnectionResetError):
                assert client.recv(100) == b""
        for allowed in (b"GET / HTTP/1.1\r\nHost: yes.test\r\n\r\n", client_hello("yes.test")):
            with say(allowed) as client, server.accept()[0] as served:
                assert served.recv(10_000) == allowed
                served.sendall(b"served")
                assert client.recv(100) == b"served"


def replace(path, policy):
    with socket.socket(socket.AF_UNIX) as client:
        client.connect(path)
        client.sendall(json.dumps(policy).encode() + b"\n")
        return client.makefile().readline()


def test_rules_are_replaced_while_it_runs(proxy, service, tmp_path):
    path = str(tmp_path / "rules")
    (port,) = proxy(["127.0.0.0/8:*"], rules={"policy": NO_RULES, "socket": path})
    ask = next(doors(port))
    other_side = socket.create_server(("127.0.0.1", 0))
    kept = socket.create_connection(("127.0.0.1", port), timeout=10)
    kept.sendall(f"CONNECT 127.0.0.1:{other_side.getsockname()[1]} HTTP/1.1\r\n\r\n".encode())
    assert b"200" in kept.recv(1000)
    assert "secret" in ask("127.0.0.1", service)
    assert replace(path, only()) == "in force\n"
    assert ask("127.0.0.1", service).startswith("HTTP/1.1 403 ")
    assert replace(path, only(f"127.0.0.1:{service}")) == "in force\n"
    assert "secret" in ask("127.0.0.1", service)
    assert replace(path, all_but("127.0.0.0/8")) == "in force\n"
    assert ask("127.0.0.1", service).startswith("HTTP/1.1 403 ")
    for other in ({}, [], {"allowlist": 1, "denylist": None}, only("10.0.0.1:x")):
        assert replace(path, other).startswith("not understood: ")
        assert ask("127.0.0.1", service).startswith("HTTP/1.1 403 ")
    with kept, other_side, other_side.accept()[0] as served:
        served.sendall(b"still there")
        assert kept.recv(1000) == b"still there", "what was connected stays connected"
    assert os.stat(path).st_mode & 0o077 == 0


def test_a_client_that_leaves_while_its_target_is_looked_up(proxy, service):
    (port,) = proxy([f"127.0.0.1:{service}"])
    for _ in range(50):
        with socket.create_connection(("127.0.0.1", port)) as client:
            client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            client.sendall(f"CONNECT localhost:{service} HTTP/1.1\r\n\r\n".encode())
    assert request(port, "CONNECT 127.0.0.1:1 HTTP/1.1\r\n\r\n").startswith("HTTP/1.1 403 ")
