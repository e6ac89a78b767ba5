"""One evaluation through the library's own entry points."""

import math
from typing import Any

import verifiers as vf
from verifiers.types import ClientConfig

from . import hooks
from .events import Spool
from .job import Job


async def evaluate(job: Job, env: vf.Environment, spool: Spool) -> dict[str, Any]:
    """Run what is left of an evaluation and return the library's metadata, as in metadata.json.

    With rollouts already done the metadata covers only those of this attempt.
    """
    columns = list(dict.fromkeys([*job.state_columns, "trajectory_id"]))
    done = {(example_id, index) for example_id, index in job.done}
    hooks.watch(env, spool, hooks.Indexes(done), columns, record=job.on_rollout_exception == "record")
    inputs = env._get_eval_inputs(job.num_examples, job.rollouts_per_example) if done else None

    def on_start(raw_inputs: list[Any], units: list[Any]) -> None:
        remaining = sum(len(unit) if isinstance(unit, list) else 1 for unit in units)
        spool.emit("run.started", total=len(inputs or raw_inputs), remaining=remaining)

    options: dict[str, Any] = {
        "client": _client(job),
        "model": job.model,
        "sampling_args": job.sampling_args,
        "max_concurrent": _slots(job),
        "state_columns": columns,
        "independent_scoring": job.independent_scoring,
        "max_retries": job.max_retries,
        "on_start": on_start,
        "on_progress": _no_progress_bar,
    }
    if inputs is not None:
        result = await env.generate(_missing(inputs, done), **options)
    else:
        result = await env.evaluate(
            num_examples=job.num_examples, rollouts_per_example=job.rollouts_per_example, **options
        )
    return {key: value for key, value in result["metadata"].items() if key not in ("path_to_save", "date")}


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


def _slots(job: Job) -> int:
    """The library's semaphore counts groups unless scoring is independent; max_concurrent counts rollouts.

    The same rule as vf-eval, which evaluate() leaves to its caller.
    """
    slots = job.max_concurrent
    if not job.independent_scoring and slots > 0 and job.rollouts_per_example > 1:
        slots = math.ceil(slots / job.rollouts_per_example)
        if job.num_examples > 0:
            slots = min(slots, job.num_examples)
    return slots


def _missing(inputs: list[Any], done: set[tuple[Any, int]]) -> list[Any]:
    """Leave out the inputs of finished rollouts: the n-th input of an example is its rollout n."""
    seen: dict[Any, int] = {}
    missing = []
    for item in inputs:
        index = seen.get(item["example_id"], 0)
        seen[item["example_id"]] = index + 1
        if (item["example_id"], index) not in done:
            missing.append(item)
    return missing
