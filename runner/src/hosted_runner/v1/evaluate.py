"""The rollouts of a v1 run: the library plans and plays them, this reports each."""

import asyncio
import logging
from collections.abc import Coroutine
from dataclasses import dataclass, field
from importlib.metadata import version
from typing import Any

from verifiers.v1.clients import EvalClientConfig, ModelContext
from verifiers.v1.env import Env, RunSlot
from verifiers.v1.episode import Episode
from verifiers.v1.errors import ToolsetError
from verifiers.v1.task import Task
from verifiers.v1.types import SamplingConfig

from ..events import Spool, clean_text
from ..failures import traceback_text
from ..job import Job, key, places, share, todo
from . import chat, problems, rows
from .exits import keep_in_scoring

SAFE_INTEGER_MAX = 2**53 - 1

logger = logging.getLogger("verifiers.hosted_runner")


@dataclass
class Rollout:
    """One planned episode and its place in the run. The library enters it as it does a semaphore."""

    example_id: int
    index: int
    slot: RunSlot
    spool: Spool
    permits: asyncio.Semaphore | None
    # Of its example in a random order.
    place: int | None = None
    turns: int = 0
    is_started: bool = field(default=False)

    async def __aenter__(self) -> None:
        if self.permits:
            await self.permits.acquire()
        self.turns = 0
        if not self.is_started:
            self.is_started = True
            self.spool.emit("rollout.started", example_id=self.example_id, index=self.index)

    async def __aexit__(self, *_: Any) -> None:
        if self.permits:
            self.permits.release()

    def take_turn(self) -> None:
        """The model has answered another turn."""
        self.turns += 1
        self.spool.emit("rollout.turn", example_id=self.example_id, index=self.index, turn=self.turns)


async def evaluate(job: Job, env: Env, tasks: list[Task], spool: Spool) -> dict[str, Any]:
    """Play what is left of a run and return averages over it, as the library counts them."""
    is_todo = todo(job)
    permits = asyncio.Semaphore(job.max_concurrent) if job.max_concurrent > 0 else None
    example_ids = _example_ids(tasks)
    place_of = places(job, example_ids)
    numbered = list(zip(example_ids, tasks, strict=True))
    if place_of:
        numbered.sort(key=lambda one: place_of[str(one[0])])
    indexes = range(job.rollouts_per_example)
    left = {one for example_id in example_ids for index in indexes if is_todo(one := key(example_id, index))}
    mine = share(job, left)
    planned = [
        Rollout(example_id, index, slot, spool, permits, place_of.get(str(example_id)))
        for example_id, task in numbered
        for index, slot in enumerate(env.slots(task, job.rollouts_per_example))
        if key(example_id, index) in mine
    ]
    spool.emit("run.started", total=len(tasks) * job.rollouts_per_example, remaining=len(planned))
    if job.on_rollout_exception == "record":
        for task_type in {type(task) for task in tasks}:
            keep_in_scoring(task_type)
    averages = Averages()
    player = Player(job, env, averages)
    if planned:
        try:
            async with env.serving():
                await _all([player.play(rollout) for rollout in planned])
        except ToolsetError as error:
            error.__cause__ = None  # it repeats the error, without what the tool server had printed
            raise
    return averages.metadata()


class Averages:
    """The library's averages of a run, without keeping its rows."""

    def __init__(self) -> None:
        self._rewards: list[float] = []
        self._metrics: dict[str, list[float]] = {}
        self._errors = 0

    def add(self, row: dict[str, Any]) -> None:
        """Count a row in."""
        self._rewards.append(row["reward"])
        self._errors += row["error"] is not None
        for name, value in row["metrics"].items():
            self._metrics.setdefault(name, []).append(value)

    def metadata(self) -> dict[str, Any]:
        """The metadata of run.finished."""
        return {
            "avg_reward": _mean(self._rewards),
            "avg_metrics": {name: _mean(values) for name, values in self._metrics.items()},
            "avg_error": self._errors / max(1, len(self._rewards)),
            "version_info": {"vf_version": version("verifiers")},
        }


def _mean(values: list[float]) -> float:
    return sum(values) / len(values) if values else 0.0


class Player:
    """Plays rollouts for one job."""

    def __init__(self, job: Job, env: Env, averages: Averages) -> None:
        self._env = env
        self._averages = averages
        self._isolates = job.on_rollout_exception == "record"
        self._explained: set[tuple[str, str]] = set()
        self._context = ModelContext(
            model=job.model,
            # The configuration and not a client: each rollout makes its own from it.
            client=EvalClientConfig(
                base_url=job.client["base_url"],
                api_key_var=job.client["key_var"],
                headers=job.client["headers"],
            ),
            sampling=SamplingConfig.model_validate(job.sampling_args),
        )

    async def play(self, rollout: Rollout) -> None:
        """Play one rollout to its end and report it. Most errors, but not all, are data to the library."""
        chat.turn_watcher.set(rollout.take_turn)
        try:
            episode = await self._env.run_slot(rollout.slot, self._context, rollout)
            row = rows.episode_row(episode, rollout.example_id, rollout.index)
            trouble = self._explain(rollout, episode)
        except (Exception, SystemExit) as error:
            if not self._isolates:
                raise
            self._log(rollout, type(error).__name__, str(error), traceback_text(error))
            row = rows.lost_row(rollout.slot.task, rollout.example_id, rollout.index, error)
            trouble = problems.of_exception(error)
        finally:
            rollout.slot.traces, rollout.slot.episode = [], None  # rows are not kept in memory
        self._averages.add(row)
        rollout.spool.emit(
            "rollout.finished",
            example_id=rollout.example_id,
            index=rollout.index,
            rollout_id=clean_text(row["trajectory_id"])[:200],
            row=row,
            problems=trouble,
            place=rollout.place,
        )

    def _explain(self, rollout: Rollout, episode: Episode) -> list[dict[str, Any]]:
        """Log why an episode failed, and return it as problems; none when it did not."""
        if episode.ok:
            return []
        error = rows.failure_of(episode)
        self._log(rollout, error.type, error.message, error.traceback)
        return problems.of_error(error)

    def _log(self, rollout: Rollout, kind: str, message: str, traceback: str | None) -> None:
        """Log what ended a rollout, with its traceback the first time: the list of rollouts has none."""
        text = f"Rollout {rollout.index + 1} of example {rollout.example_id} ended with {kind}: {message}"
        key = (kind, message[:200])
        if traceback and key not in self._explained:
            text = f"{text}\n{traceback}"
        self._explained.add(key)
        logger.error(text)


def _example_ids(tasks: list[Task]) -> list[int]:
    """The tasks' own numbers, or their positions when those are not unique."""
    own = [task.data.idx for task in tasks]
    usable = all(isinstance(idx, int) and abs(idx) <= SAFE_INTEGER_MAX for idx in own)
    return own if usable and len(set(own)) == len(own) else list(range(len(tasks)))


async def _all(work: list[Coroutine[Any, Any, None]]) -> None:
    """Do everything at once. When one raises or all are stopped, the others have ended before this does."""
    tasks = [asyncio.ensure_future(one) for one in work]
    try:
        await asyncio.gather(*tasks)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
