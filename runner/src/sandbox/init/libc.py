"""Inside the sandbox: system calls that Python has no function for."""

import ctypes

LIBC = ctypes.CDLL(None, use_errno=True)


def prctl(*arguments):
    """The prctl system call. Raises OSError."""
    numbers = [ctypes.c_ulong(number) for number in (*arguments, 0, 0, 0, 0)[:5]]
    if LIBC.prctl(*numbers) != 0:
        raise OSError(ctypes.get_errno(), f"prctl {arguments[0]}")
