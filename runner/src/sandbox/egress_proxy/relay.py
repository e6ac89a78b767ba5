"""Outside the sandbox: connects clients inside with what they may reach, and passes bytes both ways."""

import collections
import contextlib
import errno
import os
import socket
import struct

from .loop import CLOSED, READ_BYTES, READABLE, WRITABLE

RESET = struct.pack("ii", 1, 0)


class End:
    """One end of a connection. What arrives here leaves at the other end."""

    __slots__ = (
        "connecting",
        "finishing",
        "mask",
        "on_connect",
        "other",
        "pending",
        "reading",
        "sock",
    )

    def __init__(self, sock):
        self.sock, self.other = sock, None
        self.pending = collections.deque()
        self.reading, self.finishing, self.connecting = True, False, False
        self.mask = 0
        self.on_connect = None


class Relay:
    """All connections of one sandbox."""

    def __init__(self, loop):
        self._loop = loop

    def connect(self, client, host, port, on_connect=None):
        """Connect a client to an address, which the caller has checked against the policy.

        `on_connect` is called with the client and None, or with why it failed. Without it, a failure resets
        the client.
        """
        client.reading = False
        if self._loop.has_closed(client.sock):
            return  # it left while its target was looked up
        try:
            sock = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_STREAM)
            sock.setblocking(False)
            status = sock.connect_ex((host, port))
        except OSError as error:
            status, sock = error.errno or errno.EIO, None
        if status not in (0, errno.EINPROGRESS):
            if sock:
                sock.close()
            return self._failed(client, on_connect, os.strerror(status))
        target = End(sock)
        target.connecting, target.on_connect = True, on_connect
        target.other, client.other = client, target
        for end in (client, target):
            end.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            end.mask = WRITABLE if end is target else 0
            self._loop.watch(end.sock.fileno(), end.mask, lambda mask, e=end: self._on_ready(e, mask))

    def send(self, end, data):
        """Send to an end, now or as soon as it takes more."""
        if not end.pending and not end.connecting:
            try:
                sent = end.sock.send(data)
            except BlockingIOError:
                sent = 0
            except OSError:
                return self._close(end)
            if sent == len(data):
                return
            data = data[sent:]
        end.pending.append(data)
        # A side that sends faster than the other reads waits: many connections must not fill our memory.
        if end.other.reading:
            end.other.reading = False
            self._update(end.other)
        self._update(end)

    def greet(self, client, data):
        """Send a few bytes to a client that is not connected yet."""
        with contextlib.suppress(OSError):  # it left, which shows when it is read from
            client.sock.send(data)

    def reset(self, client):
        """End a connection as one that was refused: with a reset."""
        if self._loop.has_closed(client.sock):
            return
        client.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
        self._loop.close(client.sock)

    def _failed(self, client, on_connect, reason):
        if on_connect:
            on_connect(client, reason)
        else:
            self.reset(client)

    def _on_ready(self, end, mask):
        other = end.other
        if end.connecting:
            status = end.sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
            if status:
                self._loop.close(end.sock)
                other.other = None
                return self._failed(other, end.on_connect, os.strerror(status))
            end.connecting = False
            other.reading = True
            if end.on_connect:
                end.on_connect(other, None)
            self._flush(end)
            return self._update(other)
        if mask & WRITABLE:
            self._flush(end)
        if end.reading and mask & (READABLE | CLOSED):
            self._read(end)
        elif mask & CLOSED:
            self._close(end)

    def _read(self, end):
        try:
            data = end.sock.recv(READ_BYTES)
        except BlockingIOError:
            return
        except OSError:
            return self._close(end)
        if data:
            self.send(end.other, data)
        else:
            end.reading = False
            end.other.finishing = True
            self._flush(end.other)
            self._update(end)

    def _flush(self, end):
        try:
            while end.pending:
                data = end.pending[0]
                sent = end.sock.send(data)
                if sent < len(data):
                    end.pending[0] = data[sent:]
                    break
                end.pending.popleft()
        except BlockingIOError:
            pass
        except OSError:
            return self._close(end)
        other = end.other
        if not end.pending:
            if end.finishing:
                try:
                    end.sock.shutdown(socket.SHUT_WR)
                except OSError:
                    return self._close(end)
                if other.finishing and not other.pending:
                    return self._close(end)
            elif not other.reading and not other.connecting:
                other.reading = True
                self._update(other)
        self._update(end)

    def _update(self, end):
        out = end.connecting or end.pending
        mask = (READABLE if end.reading else 0) | (WRITABLE if out else 0)
        if mask != end.mask:
            end.mask = mask
            self._loop.change(end.sock.fileno(), mask)

    def _close(self, end):
        self._loop.close(end.sock)
        if end.other:
            self._loop.close(end.other.sock)
