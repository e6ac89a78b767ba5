"""How much of a run goes on at the same time."""

import asyncio
import contextlib
import heapq
import itertools
from collections.abc import AsyncIterator
from contextvars import ContextVar

ROLLOUT, SCORING = 1, 0

_holds: ContextVar[bool] = ContextVar("holds", default=False)


class Permits:
    """A number of permits, of which each rollout and each call of a reward function holds one.

    What waits for a permit gets it in the order of asking, but scoring before rollouts: otherwise no group
    would be done before the last one has begun. What happens inside of something that holds a permit (an
    environment that plays rollouts in its reward function) needs none of its own.
    """

    def __init__(self, count: int) -> None:
        """`count` below 1 is no limit."""
        self._free = count if count > 0 else float("inf")
        self._waiting: list[tuple[int, int, asyncio.Future[None]]] = []
        self._numbers = itertools.count()

    @contextlib.asynccontextmanager
    async def hold(self, kind: int) -> AsyncIterator[None]:
        """Wait for a permit, and hold it."""
        if _holds.get():
            yield
            return
        await self._acquire(kind)
        token = _holds.set(True)
        try:
            yield
        finally:
            _holds.reset(token)
            self._release()

    async def _acquire(self, kind: int) -> None:
        if self._free > 0:
            self._free -= 1
            return
        turn = asyncio.get_running_loop().create_future()
        heapq.heappush(self._waiting, (kind, next(self._numbers), turn))
        try:
            await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():  # it was given in the same moment
                self._release()
            raise

    def _release(self) -> None:
        while self._waiting:
            *_, turn = heapq.heappop(self._waiting)
            if not turn.done():
                return turn.set_result(None)
        self._free += 1
