"""How much of a run goes on at the same time."""

import asyncio
import contextlib
import heapq
import itertools
from collections.abc import AsyncIterator, Callable
from contextvars import ContextVar

ROLLOUT, SCORING = 1, 0

Waiting = tuple[int, int, asyncio.Future[None], Callable[[], bool]]

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
        self._waiting: list[Waiting] = []
        self._numbers = itertools.count()

    def restart(self, count: int) -> None:
        """From now on there are `count` permits. None may be held; who waits for one is forgotten."""
        self._free = count
        self._waiting.clear()

    @contextlib.asynccontextmanager
    async def hold(self, kind: int, may_begin: Callable[[], bool] = lambda: True) -> AsyncIterator[None]:
        """Wait for a permit, and hold it. What may not begin when its turn comes never gets one."""
        if _holds.get():
            yield
            return
        await self._acquire(kind, may_begin)
        token = _holds.set(True)
        try:
            yield
        finally:
            _holds.reset(token)
            self._release()

    async def _acquire(self, kind: int, may_begin: Callable[[], bool]) -> None:
        if self._free > 0 and may_begin():
            self._free -= 1
            return
        turn = asyncio.get_running_loop().create_future()
        heapq.heappush(self._waiting, (kind, next(self._numbers), turn, may_begin))
        try:
            await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():  # it was given in the same moment
                self._release()
            raise

    def _release(self) -> None:
        while self._waiting:
            *_, turn, may_begin = heapq.heappop(self._waiting)
            if not turn.done() and may_begin():
                return turn.set_result(None)
        self._free += 1
