"""The job description the platform writes (contract/runner-events.ts, RunnerJob)."""

import json
from dataclasses import dataclass, fields
from typing import Any


@dataclass(frozen=True)
class Job:
    """One evaluation, or one check of an environment. Secrets are not in it but in environment variables."""

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
    done: list[list[Any]]
    only: list[list[Any]] | None


def read_job(path: str) -> Job:
    """Read job.json. Fields this version does not know are ignored; a missing one is a KeyError."""
    with open(path, encoding="utf-8") as file:
        data = json.load(file)
    if data["v"] != 1:
        raise ValueError(f"job.json has version {data['v']}, this runner reads version 1")
    return Job(**{field.name: data[field.name] for field in fields(Job)})
