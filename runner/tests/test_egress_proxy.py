"""Which addresses the egress proxy connects to. The platform's own tests try it with a whole sandbox."""

import pytest

from sandbox.egress_proxy.policy import Policy, is_public, split_address

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


def test_addresses():
    assert split_address("10.0.0.1:80") == ("10.0.0.1", "80")
    assert split_address("[::1]:*") == ("::1", "*")
