"""Inside the sandbox: what goes over the agent's socket.

A request is one line of JSON. For an upload, pieces follow, each preceded by its length in four bytes; one of
length 0 is the last. The answer is one line of JSON; after that of a download come as many bytes as it says.
"""

import json
import struct

PIECE_BYTES = 256 * 1024


class Refused(Exception):
    """A request that cannot be done; `kind` is one of invalid, not_found, too_large, timeout."""

    def __init__(self, kind, message):
        super().__init__(message)
        self.kind = kind


def reason(error):
    """What the operating system says about an error, without the path."""
    return (getattr(error, "strerror", None) or str(error)).rstrip(".")


def pieces(reader):
    """The pieces of an upload."""
    while True:
        head = reader.read(4)
        if len(head) < 4:
            raise Refused("invalid", "The upload ended before it was whole")
        (left,) = struct.unpack(">I", head)
        if left == 0:
            return
        while left > 0:
            data = reader.read(min(left, PIECE_BYTES))
            if not data:
                raise Refused("invalid", "The upload ended before it was whole")
            left -= len(data)
            yield data


def answer(connection, value):
    """Send one line of JSON."""
    connection.sendall(json.dumps(value, ensure_ascii=False).encode("utf-8", "replace") + b"\n")
