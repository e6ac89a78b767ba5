"""The rules of a sandbox's network, without a network."""

import contextlib
import ssl

import pytest

from sandbox.egress_proxy.dns import own_answer
from sandbox.egress_proxy.names import name_said
from sandbox.egress_proxy.rules import NO_RULES, Rules


def only(*allowed):
    return {"allowlist": list(allowed), "denylist": None}


def all_but(*denied):
    return {"allowlist": None, "denylist": list(denied)}


@pytest.mark.parametrize(
    ("policy", "allowed", "refused"),
    [
        (NO_RULES, [("1.1.1.1", 1, None), ("1.1.1.1", 443, "a.com")], []),
        (only(), [], [("1.1.1.1", 443, None), ("1.1.1.1", 443, "a.com"), ("::1", 1, None)]),
        (all_but(), [("1.1.1.1", 443, None), ("::1", 1, "a.com")], []),
        (
            only("1.1.1.1", "10.0.0.0/8:20-22", "9.9.9.9:53"),
            [("1.1.1.1", 7, "x"), ("::ffff:1.1.1.1", 7, None), ("10.3.4.5", 21, None), ("9.9.9.9", 53, None)],
            [("1.1.1.2", 7, None), ("10.3.4.5", 23, None), ("9.9.9.9", 54, None), ("2606::1", 7, None)],
        ),
        (
            only("a.com", "*.b.com", "c.com:443"),
            [("1.1.1.1", 80, "A.com."), ("1.1.1.1", 99, "x.y.b.com"), ("1.1.1.1", 443, "c.com")],
            [("1.1.1.1", 80, n) for n in ("x.a.com", "b.com", "xb.com", "c.com", "aacom", "", None)],
        ),
        (
            all_but("a.com", "*.b.com", "1.1.1.0/24"),
            [("2.2.2.2", 80, "b.com"), ("2.2.2.2", 80, "xa.com"), ("2.2.2.2", 80, None)],
            [
                ("2.2.2.2", 1, "a.com"),
                ("2.2.2.2", 1, "x.a.com"),
                ("2.2.2.2", 1, "x.b.com"),
                ("1.1.1.9", 1, "c"),
            ],
        ),
    ],
)
def test_rules(policy, allowed, refused):
    rules = Rules(policy)
    assert [one for one in allowed if not rules.allows(*one)] == []
    assert [one for one in refused if rules.allows(*one)] == []


def test_names_that_rules_forbid_are_not_looked_up():
    query = b"\xab\xcd\x01\0\0\x01\0\0\0\0\0\0\x07example\x03com\0\0\x01\0\x01"
    for policy in (NO_RULES, only("example.com:443"), only("1.1.1.1"), all_but("example.com")):
        assert own_answer(query, None, Rules(policy)) is None
    for policy in (only(), only("other.com", "*.example.com")):
        answer = own_answer(query, None, Rules(policy))
        assert answer[:2] == b"\xab\xcd" and answer[3] & 0xF == 3 and answer[12:] == query[12:]
        assert own_answer(b"", None, Rules(policy)) == b""


def client_hello(name):
    """What a client of TLS says first."""
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    client = ssl.create_default_context().wrap_bio(incoming, outgoing, server_hostname=name)
    with contextlib.suppress(ssl.SSLWantReadError):
        client.do_handshake()
    return outgoing.read()


def test_the_name_that_a_client_says():
    hello = client_hello("allowed.test")
    assert name_said(hello) == "allowed.test"
    # In two records, as some clients send it to confuse what reads it.
    whole = hello[5:]
    parts = [b"\x16\x03\x01" + len(part).to_bytes(2, "big") + part for part in (whole[:50], whole[50:])]
    assert name_said(b"".join(parts)) == "allowed.test"
    for cut in range(len(hello)):
        assert name_said(hello[:cut]) is None
    assert name_said(b"GET / HTTP/1.1\r\nX: y\r\nhost:  a.test:80 \r\n\r\n") == "a.test"
    assert name_said(b"GET / HTTP/1.1\r\nHost: a") is None
    two = b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n"
    for other in (b"GET / HTTP/1.0\r\n\r\n", two, b"\0\0\0\x40SMB"):
        assert name_said(other) == ""
    assert name_said(client_hello("127.0.0.1")) == ""
