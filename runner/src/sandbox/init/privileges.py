"""Inside the sandbox: gives up every right for good, and sets the limits of the program."""

import ctypes
import os
import resource
import struct

from .libc import LIBC, prctl

PR_SET_NO_NEW_PRIVS = 38
PR_CAPBSET_DROP = 24
PR_CAP_AMBIENT = 47
PR_CAP_AMBIENT_CLEAR_ALL = 4
CAPABILITIES = 64
CLONE_NEWUSER = 0x10000000


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


def set_limits(limits):
    """Set the limits on open files, file size and processes, as far as our own limits allow."""
    for kind, value in (
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_NOFILE, limits["open_files"]),
        (resource.RLIMIT_FSIZE, limits["disk_bytes"]),
        (resource.RLIMIT_NPROC, limits["processes"]),
    ):
        hard = resource.getrlimit(kind)[1]
        value = value if hard == resource.RLIM_INFINITY else min(value, hard)
        resource.setrlimit(kind, (value, value))
