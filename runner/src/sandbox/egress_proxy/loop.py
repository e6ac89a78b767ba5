"""Outside the sandbox: a small event loop over epoll, since each sandbox has a process that runs one."""

import select

READABLE, WRITABLE = select.EPOLLIN, select.EPOLLOUT
CLOSED = select.EPOLLHUP | select.EPOLLERR
READ_BYTES = 64 * 1024


def received(sock):
    """What has come over a socket: None for nothing yet, and nothing at all once it has ended."""
    try:
        return sock.recv(READ_BYTES)
    except BlockingIOError:
        return None
    except OSError:
        return b""


class Loop:
    """Calls a handler for each descriptor that is ready."""

    def __init__(self):
        self._poll = select.epoll()
        self._handlers = {}
        self._closing = []

    def run(self):
        """Serve for ever."""
        while True:
            for fd, mask in self._poll.poll():
                handler = self._handlers.get(fd)
                if handler:
                    handler(mask)
            # Only now: a number that is given out again must not get what was meant for its predecessor.
            for sock in self._closing:
                sock.close()
            self._closing.clear()

    def watch(self, fd, mask, handler):
        """Call the handler with the mask of what happened; in place of an earlier handler."""
        if fd in self._handlers:
            self._poll.unregister(fd)
        self._handlers[fd] = handler
        self._poll.register(fd, mask)

    def change(self, fd, mask):
        """Wait for something else from now on. Nothing happens when the descriptor is not watched."""
        if fd in self._handlers:
            self._poll.modify(fd, mask)

    def pause(self, sock):
        """Wait for nothing but the end of a connection, which closes it."""
        self.watch(sock.fileno(), 0, lambda _: self.close(sock))

    def has_closed(self, sock):
        """Whether a socket is closed, or will be at the end of this round."""
        return sock.fileno() < 0 or sock in self._closing

    def close(self, sock):
        """Stop watching a socket, and close it at the end of this round."""
        fd = sock.fileno()
        if fd >= 0 and self._handlers.pop(fd, None):
            self._poll.unregister(fd)
        self._closing.append(sock)
