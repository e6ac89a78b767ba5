"""The system call filter of a sandbox. The platform's own tests try it with a whole sandbox."""

import socket
import struct

import pytest

from sandbox.init.seccomp import DENIED, MACHINES, filter_program


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
    socket_call = (41, 198)[column]
    for family in range(1, 50):
        expected = (
            allowed
            if family in (socket.AF_UNIX, socket.AF_INET, socket.AF_INET6, socket.AF_NETLINK)
            else 0x00050061
        )
        assert run(program, socket_call, machine, family) == expected, f"a socket of family {family}"


def test_nothing_starts_on_a_processor_that_is_not_known():
    with pytest.raises(RuntimeError, match="no filter of system calls for riscv64"):
        filter_program("riscv64")
