"""One evaluation through the library's own entry points."""

import asyncio
import dataclasses
from collections.abc import Awaitable, Callable
from typing import Any

import verifiers as vf
from verifiers.types import ClientConfig

from . import hooks
from .events import Spool
from .growth import Gate, processes_worth
from .job import Job, Key, key, places, share, share_of_limit, todo
from .load import leaves
from .permits import Permits
from .stored import Stored, play, reweigh


async def evaluate(job: Job, env: vf.Environment, spool: Spool) -> dict[str, Any]:
    """Run what is left of an evaluation and return the library's metadata, as in metadata.json.

    In a later attempt the metadata covers only the rollouts of this attempt.
    """
    columns = list(dict.fromkeys([*job.state_columns, "trajectory_id"]))
    stored = Stored(job.stored) if job.stored else None
    reweigh(job, env)
    if stored is not None:
        play(env, stored)
    plan = Plan(job, env, stored)
    record = job.on_rollout_exception == "record"
    permits = Permits(job.max_concurrent)
    indexes = hooks.Indexes(plan.skipped, plan.replaced, plan.places)
    gate = Gate()
    hooks.watch(env, spool, indexes, columns, record, permits, gate)
    planned = 0

    def on_start(raw_inputs: list[Any], units: list[Any]) -> None:
        nonlocal planned
        if planned:  # the share that is left after a split
            return
        remaining = sum(len(unit) if isinstance(unit, list) else 1 for unit in units)
        planned = remaining
        spool.emit("run.started", total=plan.total or len(raw_inputs), remaining=remaining)

    options: dict[str, Any] = {
        "client": _client(job),
        "model": job.model,
        "sampling_args": job.sampling_args,
        # Of the library it limits groups, unless scoring is independent. The permits count rollouts.
        "max_concurrent": job.max_concurrent,
        "state_columns": columns,
        "independent_scoring": job.independent_scoring,
        "max_retries": job.max_retries,
        "on_start": on_start,
        "on_progress": _no_progress_bar,
    }

    async def play_all(inputs: list[Any] | None) -> Any:
        if inputs is not None:
            return await env.generate(inputs, **options)
        return await env.evaluate(
            num_examples=job.num_examples, rollouts_per_example=job.rollouts_per_example, **options
        )

    def split(count: int) -> list[Any]:
        spool.emit("run.split", processes=count)
        mine = plan.share_of(count, gate.begun)
        indexes.restart(mine.skipped, mine.replaced, mine.places)
        permits.restart(share_of_limit(job.max_concurrent, 0, count))
        return mine.inputs or []

    if job.processes > 1 and plan.may_split:
        left = lambda: planned - len(gate.begun)  # noqa: E731
        result = await _play_and_split(
            play_all, plan.inputs, gate, split, processes_worth(job.processes, left)
        )
    else:
        result = await play_all(plan.inputs)
    return {name: value for name, value in result["metadata"].items() if name not in ("path_to_save", "date")}


async def _play_and_split(
    play_all: Callable[[list[Any] | None], Awaitable[Any]],
    inputs: list[Any] | None,
    gate: Gate,
    split: Callable[[int], list[Any]],
    worth: Awaitable[int],
) -> Any:
    """Play, and go on with a share of what has not begun as soon as `worth` says how many processes there are
    to be. Returns what the library returned last."""
    playing = asyncio.ensure_future(play_all(inputs))
    watching = asyncio.ensure_future(worth)
    try:
        await asyncio.wait({playing, watching}, return_when=asyncio.FIRST_COMPLETED)
        if not playing.done():
            await asyncio.wait({playing, gate.close()}, return_when=asyncio.FIRST_COMPLETED)
        if playing.done():
            return await playing
        # What it still has would have to begin: the library knows no other way to take that back.
        playing.cancel()
        await asyncio.wait({playing})
        if not playing.cancelled():
            return await playing
        gate.open()
        rest = split(watching.result())
        playing = asyncio.ensure_future(play_all(rest))
        return await playing
    finally:
        for task in (playing, watching):
            task.cancel()
        await asyncio.gather(playing, watching, return_exceptions=True)


def _no_progress_bar(*_: Any) -> None:
    """Takes the place of the library's tqdm bar; the hooks report progress."""


def _client(job: Job) -> ClientConfig:
    return ClientConfig(
        client_type=job.client["type"],
        api_base_url=job.client["base_url"],
        api_key_var=job.client["key_var"],
        extra_headers=job.client["headers"],
        extra_headers_from_state={"X-Session-ID": "trajectory_id"},
    )


class Plan:
    """Which rollouts there are to do: all of them, or in a later attempt those that are left; and of these,
    where there are several shards, the share of this one.

    `inputs` is None for all of them in the dataset's order: then the library makes the inputs itself. The
    n-th input of an example is its rollout n. `places` has the places of examples in a random order, if there
    is one. Where reward functions compare the rollouts of one example, an example that is not wholly done is
    done wholly again: `replaced` are the rollouts of such examples that were done before.
    """

    def __init__(self, job: Job, env: vf.Environment, stored: Stored | None = None) -> None:
        self.inputs: list[Any] | None = None
        self.total = 0
        self.skipped: set[Key] = set()
        self.replaced: set[Key] = set()
        self.places: dict[str, int] = {}
        self._job, self._env = job, env
        compares = any(leaf.requires_group_rollouts for leaf in leaves(env))
        # Of examples that are done wholly again nobody could tell which of them have been by now.
        self.may_split = stored is None and not (compares and job.done)
        if not (job.done or job.only is not None or stored or job.shuffle_seed is not None or job.shard):
            return
        is_todo = todo(job)
        if stored is None:
            numbered = _numbered(env._get_eval_inputs(job.num_examples, job.rollouts_per_example))
        else:
            # Another version may have the same examples in another order.
            numbered = stored.among(_numbered(env._get_eval_inputs(-1, stored.rollouts_per_example)))
        self.places = places(job, {example for (example, _), _ in numbered})
        if self.places:
            numbered.sort(key=lambda one: self.places[one[0][0]])
        left = {rollout for rollout, _ in numbered if is_todo(rollout)}
        if compares:
            examples = share(job, {example for example, _ in left})
            left = {rollout for rollout, _ in numbered if rollout[0] in examples}
        else:
            left = share(job, left)
        left -= {key(*pair) for pair in job.played}
        self.total = len(numbered)
        self.inputs = [item for rollout, item in numbered if rollout in left]
        self.skipped = {rollout for rollout, _ in numbered} - left
        self.replaced = left & {key(*pair) for pair in job.done}

    def share_of(self, count: int, begun: set[Key]) -> "Plan":
        """What is left for this process as the first of `count`, where some have begun."""
        played = [list(rollout) for rollout in begun]
        return Plan(dataclasses.replace(self._job, shard=[0, count], played=played), self._env)


def _numbered(inputs: list[Any]) -> list[tuple[Key, Any]]:
    seen: dict[Any, int] = {}
    numbered = []
    for item in inputs:
        index = seen.get(item["example_id"], 0)
        seen[item["example_id"]] = index + 1
        numbered.append((key(item["example_id"], index), item))
    return numbered
