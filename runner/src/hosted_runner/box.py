"""The first program in a box: prepares what takes rights, gives them up for good, and becomes the program.

    python -I -S box.py CONFIG_FD STATUS_FD GATE_FD        (GATE_FD is -1 without a gate)

Reads its configuration from CONFIG_FD, sends the gate the sockets that it listens on for us, tells the
shim on STATUS_FD that the program begins (or why not), and executes it. Standard library only, started
for every run.
"""

import array
import contextlib
import ctypes
import json
import os
import resource
import socket
import struct
import sys

LIBC = ctypes.CDLL(None, use_errno=True)
PR_SET_NO_NEW_PRIVS = 38
PR_SET_SECCOMP = 22
PR_CAPBSET_DROP = 24
PR_CAP_AMBIENT = 47
PR_CAP_AMBIENT_CLEAR_ALL = 4
CAPABILITIES = 64

EPERM = 1
ENOSYS = 38
# What no environment needs and a way out of a box might: other namespaces and mounts, memory of processes,
# the kernel's modules, keys, programs and performance counters. Numbers on x86_64 and aarch64.
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
CLONE3 = 435
X32_BIT = 0x40000000
CLONE_NEWUSER = 0x10000000
CLONE_NEW = 0x7E020000  # every CLONE_NEW* flag but the one for time, which clone() does not know
MACHINES = {"x86_64": (0, 0xC000003E), "aarch64": (1, 0xC00000B7)}


def filter_program(machine):
    """A classic BPF program that answers what is DENIED with EPERM. None on machines of other kinds."""
    if machine not in MACHINES:
        return None
    column, architecture = MACHINES[machine]
    load, equal, above, any_bit, answer = 0x20, 0x15, 0x35, 0x45, 0x06
    allow, refuse, missing = 0x7FFF0000, 0x00050000 | EPERM, 0x00050000 | ENOSYS
    program = [
        (load, 0, 0, 4),
        (equal, 1, 0, architecture),
        (answer, 0, 0, refuse),
        (load, 0, 0, 0),
        (above, 0, 1, X32_BIT),
        (answer, 0, 0, refuse),
        # Its flags are in memory, where a filter cannot look; the C library then falls back to clone.
        (equal, 0, 1, CLONE3),
        (answer, 0, 0, missing),
    ]
    for numbers in DENIED.values():
        program += [(equal, 0, 1, numbers[column]), (answer, 0, 0, refuse)]
    program += [
        (equal, 0, 3, CLONE[column]),
        (load, 0, 0, 16),
        (any_bit, 0, 1, CLONE_NEW),
        (answer, 0, 0, refuse),
        (answer, 0, 0, allow),
    ]
    return b"".join(struct.pack("HBBI", *line) for line in program)


def prctl(*arguments):
    """The system call, or an OSError."""
    numbers = [ctypes.c_ulong(number) for number in (*arguments, 0, 0, 0, 0)[:5]]
    if LIBC.prctl(*numbers) != 0:
        raise OSError(ctypes.get_errno(), f"prctl {arguments[0]}")


def forbid_system_calls():
    """Install the filter, for this process and all that come of it."""
    program = filter_program(os.uname().machine)
    if program is None:
        return
    lines = ctypes.create_string_buffer(program, len(program))
    head = ctypes.create_string_buffer(struct.pack("HP", len(program) // 8, ctypes.addressof(lines)), 16)
    prctl(PR_SET_SECCOMP, 2, ctypes.addressof(head))


def give_up_privileges(uid):
    """No capability, no way to get one back, and another user where there is one."""
    prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL)
    for number in range(CAPABILITIES):
        if LIBC.prctl(PR_CAPBSET_DROP, number, 0, 0, 0) != 0:
            break  # the first number that the kernel does not know
    if uid is not None:
        os.setgroups([])
        os.setresgid(uid, uid, uid)
        os.setresuid(uid, uid, uid)
    header = struct.pack("Ii", 0x20080522, 0)
    if LIBC.syscall(ctypes.c_long(91 if os.uname().machine == "aarch64" else 126), header, bytes(24)) != 0:
        raise OSError(ctypes.get_errno(), "capset")
    prctl(PR_SET_NO_NEW_PRIVS, 1)


def become_mapped(uid, gid):
    """Be seen as an ordinary user again, after the set-up as root of a user namespace, which is no root."""
    if LIBC.unshare(CLONE_NEWUSER) != 0:
        raise OSError(ctypes.get_errno(), "unshare")
    # Groups cannot be set aside any more, which is what the kernel wants before it lets us map our own.
    for name, text in (("setgroups", "deny"), ("uid_map", f"{uid} 0 1"), ("gid_map", f"{gid} 0 1")):
        with open(f"/proc/self/{name}", "w", encoding="ascii") as file:
            file.write(text)


def own_every_address(family):
    """Make every address of the family one of this box: whatever is asked for arrives at a socket of ours."""
    loopback = socket.if_nametoindex("lo")
    route = struct.pack(
        "BBBBBBBBI", family, 0, 0, 0, 255, 3, 254, 2, 0
    )  # type local, scope host, table local
    route += struct.pack("HHI", 8, 4, loopback)
    request = struct.pack("IHHII", 16 + len(route), 24, 0x605, 1, 0) + route
    with socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, socket.NETLINK_ROUTE) as netlink:
        netlink.send(request)
        error = struct.unpack_from("i", netlink.recv(4096), 16)[0]
    if error:
        raise OSError(-error, "cannot add a route")


def open_sockets(wanted):
    """The sockets to listen on, in the order of their descriptions."""
    opened = []
    for one in wanted:
        family = socket.AF_INET6 if ":" in one["host"] else socket.AF_INET
        kind = socket.SOCK_DGRAM if one["kind"] == "dns" else socket.SOCK_STREAM
        sock = socket.socket(family, kind)
        if kind == socket.SOCK_STREAM:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family == socket.AF_INET6:
            sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        sock.bind((one["host"], one["port"]))
        if kind == socket.SOCK_STREAM:
            sock.listen(1024)
        opened.append(sock)
    return opened


def hand_over(gate, opened):
    """Send the gate the sockets, each with the number of its description, which the gate has too."""
    for number, sock in enumerate(opened):
        rights = (socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", [sock.fileno()]))
        gate.sendmsg([str(number).encode()], [rights])
        sock.close()


def limit(kind, value):
    """Set a limit, as far as the limit of whoever started us allows it."""
    hard = resource.getrlimit(kind)[1]
    value = value if hard == resource.RLIM_INFINITY else min(value, hard)
    resource.setrlimit(kind, (value, value))


def main(config_fd, status_fd, gate_fd):
    """Prepare, and become the program."""
    with os.fdopen(config_fd, "rb") as file:
        config = json.load(file)
    status = socket.socket(fileno=status_fd)
    try:
        if gate_fd >= 0:
            with socket.socket(fileno=gate_fd) as gate:
                for family in config["own_families"]:
                    own_every_address(family)
                hand_over(gate, open_sockets(config["listen"]))
        limits = config["limits"]
        limit(resource.RLIMIT_CORE, 0)
        limit(resource.RLIMIT_NOFILE, limits["open_files"])
        limit(resource.RLIMIT_FSIZE, limits["disk_bytes"])
        limit(resource.RLIMIT_NPROC, limits["processes"])
        os.umask(0o022)
        if config["mapped"] is not None:
            become_mapped(*config["mapped"])
        give_up_privileges(config["uid"])
        forbid_system_calls()
        os.chdir(config["cwd"])
        status.send(b"ready")
        status.set_inheritable(False)
        os.execvpe(config["argv"][0], config["argv"], config["env"])
    except BaseException as error:
        with contextlib.suppress(OSError):  # it may have heard that all is well, and left
            status.send(f"cannot start {config['argv'][0]}: {error}".encode()[:4000])
        os.write(2, f"cannot start {config['argv'][0]}: {error}\n".encode())
        os._exit(127)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:4]))
