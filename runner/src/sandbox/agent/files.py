"""Inside the sandbox: takes and gives files."""

import os
import stat

from .protocol import PIECE_BYTES, Refused, answer, pieces, reason

READ_BYTES_MAX = 10 * 1024 * 1024


def upload(reader, request):
    """Write a file, and the folders on the way to it."""
    path = request["path"]
    size = 0
    arriving = pieces(reader)
    try:
        os.makedirs(os.path.dirname(os.path.abspath(path)), exist_ok=True)
        with open(path, "wb") as file:
            for data in arriving:
                file.write(data)
                size += len(data)
    except (OSError, ValueError) as error:
        for _ in arriving:  # a client that is still sending would not read the answer
            pass
        raise Refused("invalid", f"{path} cannot be written: {reason(error)}") from error
    return {"path": path, "size": size}


def open_file(path):
    """A file to read. Folders, devices and pipes are none."""
    missing = Refused("not_found", f"There is no file {path}")
    try:
        mode = os.stat(path).st_mode  # once: it may appear between two looks at it
    except (OSError, ValueError):
        raise missing from None
    if not stat.S_ISREG(mode):
        raise Refused("invalid", f"{path} is not a file")
    try:
        return open(path, "rb")
    except FileNotFoundError:
        raise missing from None
    except OSError as error:
        raise Refused("invalid", f"{path} cannot be read: {reason(error)}") from error


def download(connection, request):
    """Send a file: its size, then as many bytes."""
    with open_file(request["path"]) as file:
        left = os.fstat(file.fileno()).st_size
        answer(connection, {"size": left})
        while left > 0:
            data = file.read(min(left, PIECE_BYTES))
            if not data:
                return  # it became shorter: the worker sees that bytes are missing
            connection.sendall(data)
            left -= len(data)


def read_file(request):
    """A file's text, or that of a window of it. A negative offset counts from the end."""
    with open_file(request["path"]) as file:
        total = os.fstat(file.fileno()).st_size
        offset = request.get("offset") or 0
        offset = max(0, total + offset) if offset < 0 else min(offset, total)
        length = request.get("length")
        wanted = total - offset if length is None else min(length, total - offset)
        if wanted > READ_BYTES_MAX:
            text = f"{wanted} bytes are more than the {READ_BYTES_MAX} that can be read at once"
            raise Refused("too_large", f"{text}: read windows of it, or download it")
        file.seek(offset)
        data = file.read(wanted)
    return {
        "content": data.decode("utf-8", "replace"),
        "size": len(data),
        "total_size": total,
        "offset": offset,
        "truncated": len(data) < total,
    }
