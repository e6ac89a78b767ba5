"""Inside the sandbox: the filter of system calls."""

import ctypes
import struct

from .libc import prctl

PR_SET_SECCOMP = 22
SECCOMP_MODE_FILTER = 2
EPERM = 1
ENOSYS = 38
EAFNOSUPPORT = 97
# What no environment needs but a way out of a sandbox might: other namespaces and mounts, the memory of other
# processes, the kernel's modules, keys, BPF programs and performance counters. Numbers on x86_64 and aarch64.
DENIED = {
    "ptrace": (101, 117),
    "syslog": (103, 116),
    "personality": (135, 92),
    "pivot_root": (155, 41),
    "acct": (163, 89),
    "settimeofday": (164, 170),
    "mount": (165, 40),
    "umount2": (166, 39),
    "swapon": (167, 224),
    "swapoff": (168, 225),
    "reboot": (169, 142),
    "init_module": (175, 105),
    "delete_module": (176, 106),
    "quotactl": (179, 60),
    "kexec_load": (246, 104),
    "add_key": (248, 217),
    "request_key": (249, 218),
    "keyctl": (250, 219),
    "unshare": (272, 97),
    "perf_event_open": (298, 241),
    "name_to_handle_at": (303, 264),
    "open_by_handle_at": (304, 265),
    "setns": (308, 268),
    "process_vm_readv": (310, 270),
    "process_vm_writev": (311, 271),
    "kcmp": (312, 272),
    "finit_module": (313, 273),
    "kexec_file_load": (320, 294),
    "bpf": (321, 280),
    "userfaultfd": (323, 282),
    "io_uring_setup": (425, 425),
    "io_uring_enter": (426, 426),
    "io_uring_register": (427, 427),
    "open_tree": (428, 428),
    "move_mount": (429, 429),
    "fsopen": (430, 430),
    "fsconfig": (431, 431),
    "fsmount": (432, 432),
    "fspick": (433, 433),
    "mount_setattr": (442, 442),
}
CLONE = (56, 220)
SOCKET = (41, 198)
# AF_UNIX, AF_INET, AF_INET6 and AF_NETLINK, which lists interfaces. Others lead past a sandbox's network,
# as AF_VSOCK does to the host of a virtual machine, or to parts of the kernel that nobody needs.
SOCKET_FAMILIES = (1, 2, 10, 16)
CLONE3 = 435
X32_BIT = 0x40000000
CLONE_NEWUSER = 0x10000000
CLONE_NEW = 0x7E020000  # every CLONE_NEW* flag but the one for time, which clone() does not know
MACHINES = {"x86_64": (0, 0xC000003E), "aarch64": (1, 0xC00000B7)}


def filter_program(machine):
    """A classic BPF program that fails the DENIED calls with EPERM, and sockets of other families.

    Raises RuntimeError on machines whose calls have numbers that we do not know: nothing starts there.
    """
    if machine not in MACHINES:
        raise RuntimeError(f"there is no filter of system calls for {machine} processors")
    column, architecture = MACHINES[machine]
    load, equal, above, any_bit, answer = 0x20, 0x15, 0x35, 0x45, 0x06
    allow, refuse, missing, no_family = (
        0x7FFF0000,
        *(0x00050000 | one for one in (EPERM, ENOSYS, EAFNOSUPPORT)),
    )
    program = [
        (load, 0, 0, 4),
        (equal, 1, 0, architecture),
        (answer, 0, 0, refuse),
        (load, 0, 0, 0),
        (above, 0, 1, X32_BIT),
        (answer, 0, 0, refuse),
        # Its flags are in memory, where a filter cannot look; without it the C library falls back to clone.
        (equal, 0, 1, CLONE3),
        (answer, 0, 0, missing),
    ]
    for numbers in DENIED.values():
        program += [(equal, 0, 1, numbers[column]), (answer, 0, 0, refuse)]
    program += [
        (equal, 0, 3 + len(SOCKET_FAMILIES), SOCKET[column]),
        (load, 0, 0, 16),
        *((equal, len(SOCKET_FAMILIES) - at, 0, family) for at, family in enumerate(SOCKET_FAMILIES)),
        (answer, 0, 0, no_family),
        (answer, 0, 0, allow),
        (equal, 0, 3, CLONE[column]),
        (load, 0, 0, 16),
        (any_bit, 0, 1, CLONE_NEW),
        (answer, 0, 0, refuse),
        (answer, 0, 0, allow),
    ]
    return b"".join(struct.pack("HBBI", *line) for line in program)


def forbid_system_calls(program):
    """Install a filter program, for this process and all that come of it."""
    lines = ctypes.create_string_buffer(program, len(program))
    head = ctypes.create_string_buffer(struct.pack("HP", len(program) // 8, ctypes.addressof(lines)), 16)
    prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, ctypes.addressof(head))
