"""An episode as a row: the library's own flattening, in the words of v0 rows where v0 has a word for it.

The library uploads an episode as one flat sample with the whole episode inside (`info.native_wrapper`). Rows
of hosted runs are that, with prompt and completion apart, and with time, tokens and errors as v0 writes them.
"""

import json
import uuid
from collections.abc import Iterable
from typing import Any

from verifiers.v1.episode import Episode
from verifiers.v1.task import Task
from verifiers.v1.trace import EXCLUDE_FIELDS, Error, Trace
from verifiers.v1.types import Usage

from ..events import EVENT_BYTES_MAX, plain

# The flat part is never longer than the episode, so that both fit into one event.
NATIVE_BYTES_MAX = EVENT_BYTES_MAX // 2 - 64 * 1024

# The settings of endpoint and harness are stored in clear with every trace; keys may be among them.
_NATIVE_EXCLUDE = {
    "traces": {"__all__": {**EXCLUDE_FIELDS, "agent": {"config": {"client": True, "harness": {"env"}}}}}
}
_SHOWN_AS_MESSAGES = {"prompt", "system_prompt"}


def episode_row(episode: Episode, example_id: int, index: int) -> dict[str, Any]:
    """The row of a finished episode. Its reward is the mean over the traces of agents under evaluation."""
    scored = [trace for trace in episode.traces if trace.agent.trainable] or list(episode.traces)
    shown = scored[0] if scored else None
    task = episode.task.data.model_dump(mode="json", exclude_none=True)
    prompt, completion = _messages(shown) if shown else ([], [])
    error = None if episode.ok else failure_of(episode)
    rewards = [trace.reward for trace in scored]
    row = {
        "example_id": example_id,
        "sample_id": episode.id,
        "trajectory_id": episode.id,
        "episode_id": episode.id,
        "rollout_number": index + 1,
        "agent": shown.agent.name if shown else None,
        "trainable": shown.agent.trainable if shown else None,
        "task": episode.task.data.model_dump(mode="json", exclude=_SHOWN_AS_MESSAGES, exclude_defaults=True),
        "prompt": prompt or ([] if completion else _asked(task)),
        "completion": completion,
        "answer": task.get("answer"),
        "info": {**(shown.info if shown else {}), **_native(episode, shown)},
        "reward": sum(rewards) / len(rewards) if rewards else 0.0,
        "rewards": _weighted(shown) if shown else {},
        "metrics": _metrics(scored),
        "error": error and error_fields(error.type, error.message, error.status_code),
        "timing": _timing(episode.traces),
        "is_completed": all(trace.is_completed for trace in episode.traces),
        "is_truncated": any(trace.is_truncated for trace in scored),
        "stop_condition": shown.stop_condition if shown else "error",
        "tool_defs": [
            tool.model_dump(mode="json", exclude_none=True) for tool in (shown and shown.tools) or []
        ],
        "token_usage": _tokens(episode.traces),
    }
    for name, value in row["metrics"].items():
        row.setdefault(name, value)
    return {
        key: value for key, value in row.items() if value is not None or key in ("error", "stop_condition")
    }


def lost_row(task: Task, example_id: int, index: int, error: BaseException) -> dict[str, Any]:
    """The row of a rollout of which only the error that ended it is left."""
    try:
        prompt = _asked(task.data.model_dump(mode="json", exclude_none=True))
    except Exception:  # data that cannot be written as JSON
        prompt = []
    return {
        "example_id": example_id,
        "trajectory_id": uuid.uuid4().hex,
        "rollout_number": index + 1,
        "prompt": prompt,
        "completion": [],
        "reward": 0.0,
        "metrics": {},
        "error": error_fields(type(error).__name__, str(error)),
        "is_completed": True,
        "is_truncated": False,
        "stop_condition": "error",
        "tool_defs": [],
    }


def failure_of(episode: Episode) -> Error:
    """Why an episode failed: an agent's own error comes before what the environment made of it.

    Errors of earlier attempts are in the episode too, before those of the last one.
    """
    of_agents = [trace.last_error for trace in episode.traces if not trace.ok and trace.last_error]
    found = [*of_agents[:1], *episode.errors[::-1]]
    return found[0] if found else Error(type="EnvError", message="The episode did not complete")


def error_fields(kind: str, message: str, status: int | None = None) -> dict[str, Any]:
    """An error as v0 rows have it."""
    fields = {
        "error": kind,
        "message": message,
        "error_chain_repr": f"{kind}({message!r})",
        "error_chain_str": kind,
    }
    return fields if status is None else {**fields, "status_code": status}


def _messages(trace: Trace) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """The last branch of a conversation: what was given to the model, and what followed."""
    branches = trace.branches
    nodes = branches[-1].nodes if branches else []
    given = next((i for i, node in enumerate(nodes) if node.sampled), len(nodes))
    messages = [node.message.model_dump(mode="json", exclude_none=True) for node in nodes]
    return messages[:given], messages[given:]


def _asked(task: dict[str, Any]) -> list[dict[str, Any]]:
    """The task's own prompt, for a rollout without a conversation."""
    system, prompt = task.get("system_prompt"), task.get("prompt")
    messages = [{"role": "system", "content": system}] if system else []
    if isinstance(prompt, list):
        return messages + prompt
    return [*messages, {"role": "user", "content": prompt}] if prompt else messages


def _native(episode: Episode, shown: Trace | None) -> dict[str, Any]:
    record = plain(episode.model_dump(mode="json", exclude=_NATIVE_EXCLUDE, exclude_none=True))
    size = len(json.dumps(record, ensure_ascii=False).encode())
    if size > NATIVE_BYTES_MAX:
        return {
            "native_left_out": f"The library's own record of this episode has {size} bytes, too many to keep"
        }
    place = next((i for i, trace in enumerate(episode.traces) if trace is shown), None)
    return {"native_wrapper": record, **({} if place is None else {"native_trace_index": place})}


def _weighted(trace: Trace) -> dict[str, Any]:
    return {name: reward and reward.model_dump() for name, reward in trace.rewards.items()}


def _metrics(traces: list[Trace]) -> dict[str, float]:
    """Rewards, unweighted, and metrics by name: the mean over the traces that have one."""
    values: dict[str, list[float]] = {}
    for trace in traces:
        scores = {name: reward.score for name, reward in trace.rewards.items() if reward is not None}
        metrics = {name: value for name, value in trace.metrics.items() if value is not None}
        for name, value in {**scores, **metrics}.items():
            values.setdefault(name, []).append(value)
    return {name: sum(found) / len(found) for name, found in values.items()}


def _timing(traces: Iterable[Trace]) -> dict[str, Any]:
    """Time in seconds as v0 has it. Agents may wait for each other: `env` is what nothing else explains."""
    timings = [trace.timing for trace in traces]
    if not timings:
        return {}
    start = min(timing.start for timing in timings)
    ends = [max(t.boot.end, t.setup.end, t.agent.end, t.finalize.end, t.scoring.end) for t in timings]
    total = max(0.0, max(ends) - start)
    setup = sum(timing.boot.duration + timing.setup.duration for timing in timings)
    model = sum(timing.agent.model.duration for timing in timings)
    scoring = sum(timing.finalize.duration + timing.scoring.duration for timing in timings)
    return {
        "start_time": start,
        "setup": {"duration": setup},
        "model": {"duration": model},
        "env": {"duration": max(0.0, total - setup - model - scoring)},
        "scoring": {"duration": scoring},
        "total": total,
    }


def _tokens(traces: Iterable[Trace]) -> dict[str, Any] | None:
    """Tokens of all agents together, and of calls the environment reported itself, judges for instance."""
    used = [usage for trace in traces for usage in (trace.usage, *trace.extra_usage) if usage is not None]
    usage = Usage.aggregate(used)
    if usage is None:
        return None
    optional = {
        "cached_input_tokens": usage.cached_input_tokens,
        "reasoning_tokens": usage.reasoning_tokens,
    }
    return {
        "input_tokens": usage.input_tokens,
        "output_tokens": usage.completion_tokens,
        **{name: value for name, value in optional.items() if value is not None},
    }
