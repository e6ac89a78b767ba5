"""A process that shares its rollouts with others once Python is what the run waits for.

It begins alone. When it has kept a core busy for a while and the machine has others to spare, it lets what
has begun come to its end, says so with an event (run.split), and goes on with its share of the rest. The
platform starts the others, which find theirs by the same rule. Nothing is taken back, nothing begins twice.
"""

import asyncio
import collections
import os
import time
from collections.abc import Callable

from .isolation import Unit
from .job import Key

LOOK_SECONDS = 0.5
WINDOW_SECONDS = 2.0
# Of one core, over the window: less is time in which the process waited for something.
BUSY_SHARE = 0.8
# Of a core that nobody uses, before it is worth another process: the platform's own work shares the machine.
IDLE_CORES = 0.4
# Another process has to import the environment first, which takes seconds.
SECONDS_LEFT = 8.0


class Gate:
    """Which units are under way, and whether others may begin."""

    def __init__(self) -> None:
        self.begun: set[Key] = set()
        self._active: set[Unit] = set()
        self._quiet: asyncio.Future[None] | None = None

    def may_begin(self, unit: Unit) -> bool:
        """Whether a rollout of the unit may begin: any, as long as the gate is open."""
        return self._quiet is None or unit.is_begun

    async def enter(self, unit: Unit) -> None:
        """Count a unit as under way. While the gate is closed this waits to be cancelled."""
        if self._quiet is not None:
            await asyncio.get_running_loop().create_future()
        self._active.add(unit)

    def leave(self, unit: Unit) -> None:
        """The unit has ended."""
        self._active.discard(unit)
        self.look()

    def look(self) -> None:
        """See whether all that is left of the active units waits to begin.

        One that has not asked for a permit yet may play its rollouts in a way of its own.
        """
        quiet = self._quiet
        if quiet and not quiet.done() and all(one.has_asked and not one.is_begun for one in self._active):
            quiet.set_result(None)

    def close(self) -> asyncio.Future[None]:
        """Let no other unit begin. The result is done when those that have begun have ended."""
        self._quiet = asyncio.get_running_loop().create_future()
        self.look()
        return self._quiet

    def open(self) -> None:
        """Let units begin again. Those that waited are gone."""
        self._quiet = None
        self._active.clear()


async def processes_worth(most: int, left: Callable[[], int]) -> int:
    """Wait until more processes are worth it; how many there should be, from 2 to `most`.

    `left` is how many rollouts have not begun. Never returns where the machine does not tell what is idle.
    """
    looks: collections.deque[tuple[float, float, float, int]] = collections.deque()
    while True:
        idle = _idle_seconds()
        if idle is None:
            await asyncio.get_running_loop().create_future()
        looks.append((_now(), time.process_time(), idle, left()))
        while len(looks) > 2 and looks[-1][0] - looks[1][0] >= WINDOW_SECONDS:
            looks.popleft()
        seconds, busy, spare, begun = (a - b for a, b in zip(looks[-1], looks[0], strict=True))
        if seconds >= WINDOW_SECONDS and busy >= BUSY_SHARE * seconds and spare >= IDLE_CORES * seconds:
            rest = looks[-1][3]
            if rest > 1 and rest * seconds >= SECONDS_LEFT * -begun:
                return max(2, min(most, rest, 1 + round(spare / seconds)))
        await asyncio.sleep(LOOK_SECONDS)


_now = time.monotonic


def _idle_seconds() -> float | None:
    """Seconds for which the machine's cores had nothing to do so far; None where it does not tell."""
    try:
        with open("/proc/stat", encoding="ascii") as file:
            fields = file.readline().split()
        return (int(fields[4]) + int(fields[5])) / os.sysconf("SC_CLK_TCK")
    except (OSError, ValueError, IndexError):
        return None
