"""The job file that the platform writes (contract/runner-events.ts, RunnerJob)."""

import hashlib
import json
import os
from collections.abc import Callable, Iterable
from dataclasses import MISSING, dataclass, field, fields
from typing import Any, TypeVar


@dataclass(frozen=True)
class Job:
    """One attempt of a run, or one check of a version. Secrets are environment variables instead.

    Most fields are settings of the run: those that contract/run-config.ts marks with `job`.
    """

    mode: str
    environment: str
    env_args: dict[str, Any]
    extra_env_kwargs: dict[str, Any]
    model: str
    num_examples: int
    rollouts_per_example: int
    max_concurrent: int
    max_retries: int
    independent_scoring: bool
    sampling_args: dict[str, Any]
    state_columns: list[str]
    verbose: bool
    client: dict[str, Any]
    on_rollout_exception: str
    # Stands for a random order of the examples; None for that of the dataset.
    shuffle_seed: int | None
    done: list[list[Any]]
    only: list[list[Any]] | None
    # Path of the rollouts to score again without asking the model; None for a run that makes its own.
    stored: str | None = None
    reward_weights: dict[str, float] = field(default_factory=dict)
    # Which part of the rollouts this process does, as [number from 0, of how many]; None for all of them.
    shard: list[int] | None = None
    # Into how many processes this one may split what it has not begun; 1 where it may not.
    processes: int = 1
    # Rollouts that are done by now and were not when the shares were made.
    played: list[list[Any]] = field(default_factory=list)


Key = tuple[str, int]
Unit = TypeVar("Unit", str, Key)


def key(example_id: int | str, index: int) -> Key:
    """A rollout's key, with the example id as text, as in the job file."""
    return str(example_id), index


def places(job: Job, examples: Iterable[int | str]) -> dict[str, int]:
    """The place of each example, as text, in the random order of the job: none without one.

    The order is that of hashes: it needs neither the dataset's order nor a generator that stays the same.
    """
    if job.shuffle_seed is None:
        return {}
    drawn = {str(one): hashlib.sha256(f"{job.shuffle_seed}:{one}".encode()).digest() for one in examples}
    return {one: place for place, one in enumerate(sorted(drawn, key=lambda one: (drawn[one], one)))}


def todo(job: Job) -> Callable[[Key], bool]:
    """Whether a rollout is left for this attempt: not done before, and named by `only` if that is given."""
    done = {key(*pair) for pair in job.done}
    only = None if job.only is None else {key(*pair) for pair in job.only}
    return lambda rollout: rollout not in done and (only is None or rollout in only)


def share(job: Job, units: Iterable[Unit]) -> set[Unit]:
    """Of the units that are left (rollouts, or whole examples), those that this process does.

    All shards of an attempt know the same ones. In the order of their names each takes its turn, so that
    shares differ by one at most, whatever order the environment has its examples in.
    """
    if job.shard is None:
        return set(units)
    number, count = job.shard
    return set(sorted(units)[number::count])


def share_of_limit(limit: int, number: int, count: int) -> int:
    """How many of `limit` go to the process of this number: together exactly that."""
    return limit // count + (number < limit % count)


def read_job(path: str) -> Job:
    """Read job.json. Unknown fields are ignored; a missing one without a default is a KeyError."""
    with open(path, encoding="utf-8") as file:
        data = json.load(file)
    if data["v"] != 1:
        raise ValueError(f"job.json has version {data['v']}, this runner reads version 1")
    wanted = [
        one.name
        for one in fields(Job)
        if one.name in data or (one.default is MISSING and one.default_factory is MISSING)
    ]
    given = {name: data[name] for name in wanted}
    if given.get("stored") is not None:
        given["stored"] = os.path.join(os.path.dirname(os.path.abspath(path)), given["stored"])
    return Job(**given)
