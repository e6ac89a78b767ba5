"""One evaluation through the library's own entry points."""

from typing import Any

import verifiers as vf
from verifiers.types import ClientConfig

from . import hooks
from .events import Spool
from .job import Job, Key, key, places, share, todo
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
    hooks.watch(env, spool, hooks.Indexes(plan.skipped, plan.replaced, plan.places), columns, record, permits)

    def on_start(raw_inputs: list[Any], units: list[Any]) -> None:
        remaining = sum(len(unit) if isinstance(unit, list) else 1 for unit in units)
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
    if plan.inputs is not None:
        result = await env.generate(plan.inputs, **options)
    else:
        result = await env.evaluate(
            num_examples=job.num_examples, rollouts_per_example=job.rollouts_per_example, **options
        )
    return {name: value for name, value in result["metadata"].items() if name not in ("path_to_save", "date")}


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
        if any(leaf.requires_group_rollouts for leaf in leaves(env)):
            examples = share(job, {example for example, _ in left})
            left = {rollout for rollout, _ in numbered if rollout[0] in examples}
        else:
            left = share(job, left)
        self.total = len(numbered)
        self.inputs = [item for rollout, item in numbered if rollout in left]
        self.skipped = {rollout for rollout, _ in numbered} - left
        self.replaced = left & {key(*pair) for pair in job.done}


def _numbered(inputs: list[Any]) -> list[tuple[Key, Any]]:
    seen: dict[Any, int] = {}
    numbered = []
    for item in inputs:
        index = seen.get(item["example_id"], 0)
        seen[item["example_id"]] = index + 1
        numbered.append((key(item["example_id"], index), item))
    return numbered
