"""Connections of HTTP clients: which of them sends a request is found without looking at all the others.

httpcore's pool asks each connection that is idle, with each request and again with each answer, whether its
server has hung up. With a client of 64 rollouts that takes longer than all the rest of a request does.
"""

import contextlib
import time
from typing import Any

# An idle connection that has expired is closed by a request that comes so much later, not by the next one.
SWEEP_SECONDS = 1.0
KNOWN_RELEASES = "1.0."


def choose_quickly() -> None:
    """Make all pools of httpcore choose connections like this from now on."""
    with contextlib.suppress(ImportError, AttributeError):
        from httpcore import AsyncConnectionPool, __version__

        # Another release may be built in another way: its own is right, if slower.
        is_known = __version__.startswith(KNOWN_RELEASES)
        if is_known and AsyncConnectionPool._assign_requests_to_connections.__module__ != __name__:
            _replace(AsyncConnectionPool)


def _replace(pool_class: Any) -> None:
    assign_all = pool_class._assign_requests_to_connections

    def _assign_requests_to_connections(self: Any) -> list[Any]:
        now = time.monotonic()
        is_swept = now - getattr(self, "_swept_at", float("-inf")) < SWEEP_SECONDS
        if is_swept and len(self._connections) <= self._max_keepalive_connections and _assign_one(self):
            return []
        self._swept_at = now
        return assign_all(self)

    pool_class._assign_requests_to_connections = _assign_requests_to_connections


def _assign_one(pool: Any) -> bool:
    """Give the request that waits the first connection that is free, or a new one; whether that was all there
    is to do. As the library does it, but one that was given to a request which has not begun is not free."""
    waiting = [one for one in pool._requests if one.connection is None]
    if not waiting:
        return True
    if len(waiting) > 1:
        return False
    request = waiting[0]
    origin = request.request.url.origin
    taken = {id(one.connection) for one in pool._requests}
    for connection in pool._connections:
        if (
            connection.is_available()
            and connection.can_handle_request(origin)
            and not (id(connection) in taken and connection.is_idle())
            and not connection.has_expired()
        ):
            request.assign_to_connection(connection)
            return True
    # Those that are closed or expired still count: where there is no room, they have to go first.
    if len(pool._connections) >= pool._max_connections:
        return False
    connection = pool.create_connection(origin)
    pool._connections.append(connection)
    request.assign_to_connection(connection)
    return True
