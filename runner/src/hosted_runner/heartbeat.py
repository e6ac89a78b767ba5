"""Heartbeats, from a thread: they tell a blocked event loop from a dead process, and what blocks it."""

import asyncio
import contextlib
import threading
import time
from collections.abc import Callable
from typing import Any

from .events import Spool
from .failures import place_of_thread

HEARTBEAT_SECONDS = 5.0


class Heartbeat:
    """Emits heartbeats while the event loop answers, and says where it is blocked while it does not."""

    def __init__(
        self, spool: Spool, loop: asyncio.AbstractEventLoop, is_rolling_out: Callable[[], bool]
    ) -> None:
        self._spool = spool
        self._loop = loop
        self._is_rolling_out = is_rolling_out
        self._main = threading.get_ident()
        self._answered_at = time.monotonic()
        self._warned: set[Any] = set()

    def start(self) -> None:
        """Begin. Must be called on the thread of the event loop."""
        threading.Thread(target=self._run, name="heartbeat", daemon=True).start()

    def _answer(self) -> None:
        self._answered_at = time.monotonic()

    def _run(self) -> None:
        asked_at = 0.0
        while not self._spool.closed.wait(HEARTBEAT_SECONDS):
            if self._answered_at < asked_at:
                self._report_blocked(time.monotonic() - asked_at)
                continue
            self._spool.emit("heartbeat", blocked=None, place=None)
            asked_at = time.monotonic()
            with contextlib.suppress(RuntimeError):  # the loop is closed
                self._loop.call_soon_threadsafe(self._answer)

    def _report_blocked(self, seconds: float) -> None:
        """The loop did not answer for a whole interval: it is blocked by something that does not await."""
        place = place_of_thread(self._main)
        self._spool.emit("heartbeat", blocked=seconds, place=place)
        where = (place["file"], place["line"]) if place else None
        # Importing and loading block nothing: nothing else is to be done meanwhile.
        if not self._is_rolling_out() or where in self._warned:
            return
        self._warned.add(where)
        at = f" at {place['file']}:{place['line']} in {place['function']}: {place['code']}" if place else ""
        message = f"All rollouts wait: the process has been busy for {seconds:.0f} s{at}"
        self._spool.emit("log", level="warning", logger="hosted_runner", message=message)
