"""The policy of the gate, and the filter of the box. The platform's own tests try what both do together."""

import struct

import pytest

from hosted_runner.box import DENIED, MACHINES, filter_program
from hosted_runner.gate import Policy, is_public, split_address

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


def run(program, number, machine, argument=0):
    """What a filter answers, by the rules of classic BPF."""
    data = struct.pack("=iIQ6Q", number, MACHINES[machine][1], 0, argument, 0, 0, 0, 0, 0)
    lines = list(struct.iter_unpack("HBBI", program))
    at, accumulator = 0, 0
    while True:
        code, yes, no, value = lines[at]
        at += 1
        if code == 0x20:
            accumulator = struct.unpack_from("=I", data, value)[0]
        elif code == 0x06:
            return value
        else:
            test = {0x15: accumulator == value, 0x35: accumulator >= value, 0x45: bool(accumulator & value)}[
                code
            ]
            at += yes if test else no


@pytest.mark.parametrize("machine", MACHINES)
def test_filter(machine):
    program = filter_program(machine)
    column = MACHINES[machine][0]
    allowed, refused, missing = 0x7FFF0000, 0x00050001, 0x00050026
    for numbers in DENIED.values():
        assert run(program, numbers[column], machine) == refused
    clone = (56, 220)[column]
    assert run(program, clone, machine, 0x003D0F00) == allowed, "a thread"
    assert run(program, clone, machine, 17) == allowed, "a fork"
    assert run(program, clone, machine, 0x10000000 | 17) == refused, "a user namespace"
    assert run(program, 435, machine) == missing
    assert run(program, (0, 63)[column], machine) == allowed, "read"
    assert filter_program("riscv64") is None
