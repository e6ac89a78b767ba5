"""Rollouts of another run, scored again by the environment's rubric without asking the model."""

import json
import time
from typing import Any

import verifiers as vf
from verifiers.types import RolloutTiming, State
from verifiers.utils.message_utils import normalize_messages

from . import hooks
from .job import Job, Key, key
from .load import leaves

# Fields of a row that the library, or the new scoring, fills in by itself.
_OWN = frozenset(
    (
        *("example_id", "prompt", "completion", "answer", "info", "task", "tool_defs"),
        *("reward", "metrics", "error", "timing", "token_usage"),
        *("is_completed", "is_truncated", "stop_condition", "trajectory", "trajectory_id"),
    )
)


class StoredRolloutError(Exception):
    """A stored rollout that cannot be scored."""


class NotStored(KeyError):
    """A reward function asks for something of the state that was not kept."""

    def __str__(self) -> str:
        return (
            f"state[{self.args[0]!r}] needs what a rollout holds while it runs. Of a stored one there are "
            "the conversation and the state columns that its run kept."
        )


class StoredState(State):
    """The state of a rollout that was made earlier."""

    def __getitem__(self, name: str) -> Any:
        try:
            return super().__getitem__(name)
        except KeyError as error:
            raise NotStored(name) from error


class Stored:
    """The rollouts that the platform wrote beside the job, an object with `index` and `row` a line."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._places: dict[Key, int] = {}
        with open(path, "rb") as file:
            place = 0
            for line in file:
                given = json.loads(line)
                self._places[key(given["row"]["example_id"], given["index"])] = place
                place += len(line)

    def among(self, inputs: list[tuple[Key, Any]]) -> list[tuple[Key, Any]]:
        """The inputs of stored rollouts. A StoredRolloutError where some have none."""
        found = [one for one in inputs if one[0] in self._places]
        if len(found) < len(self._places):
            missing = self._places.keys() - {rollout for rollout, _ in found}
            raise StoredRolloutError(
                f"{len(missing)} of {len(self._places)} stored rollouts are of examples that the environment "
                f"does not have with these arguments, such as {min(missing)[0]}."
            )
        return found

    @property
    def rollouts_per_example(self) -> int:
        """As many as the largest number of a rollout needs."""
        return max((index + 1 for _, index in self._places), default=1)

    def row(self, rollout: Key) -> dict[str, Any]:
        """What is stored of a rollout. A KeyError for one that is not."""
        with open(self._path, "rb") as file:
            file.seek(self._places[rollout])
            return json.loads(file.readline())["row"]


def reweigh(job: Job, env: vf.Environment) -> None:
    """Give reward functions the job's weights, by their names."""
    left = set(job.reward_weights)
    for leaf in leaves(env):
        for rubric in _rubrics(leaf.rubric):
            for place, function in enumerate(rubric.funcs):
                name = getattr(function, "__name__", None)
                if name in job.reward_weights:
                    rubric.weights[place] = job.reward_weights[name]
                    left.discard(name)
    if left:
        raise ValueError(f"The rubric has no reward function {', '.join(sorted(left))}.")


def _rubrics(rubric: Any) -> list[Any]:
    children = getattr(rubric, "rubrics", None)
    return [one for child in children for one in _rubrics(child)] if children else [rubric]


def play(env: vf.Environment, stored: Stored) -> None:
    """From now on a rollout of the environment is what is stored of it."""
    for leaf in leaves(env):
        _play(leaf, stored)


def _play(env: vf.Environment, stored: Stored) -> None:
    async def rollout(input: Any, client: Any, model: str, sampling_args: Any = None) -> State:
        row = stored.row(hooks.current())
        if row.get("error") is not None:
            raise StoredRolloutError(f"The rollout ended with an error when it was made: {_error_text(row)}")
        state = await env.init_state(input, client, model, sampling_args)
        if type(state) is State:
            state.__class__ = StoredState
        _check_question(env, state, row)
        _restore(state, row)
        return state

    env.rollout = rollout


def _error_text(row: dict[str, Any]) -> str:
    error = row["error"]
    if isinstance(error, dict):
        error = error.get("error_chain_str") or error.get("message") or error.get("error")
    return str(error)[:2000]


def _check_question(env: vf.Environment, state: State, row: dict[str, Any]) -> None:
    """An answer to another question has no score here. Where the environment makes its prompt while it plays,
    there is nothing to hold it against."""
    setup = getattr(type(env), "setup_state", None)
    if setup is not None and not setup.__module__.startswith("verifiers."):
        return
    if _texts(state.get("prompt")) != _texts(row.get("prompt")):
        raise StoredRolloutError(
            f"Under the id {row['example_id']} this version asks something else than what was answered, "
            "so the answer cannot be scored."
        )


def _texts(messages: Any) -> Any:
    if not isinstance(messages, list):
        return messages
    return [(_get(message, "role"), _content(_get(message, "content"))) for message in messages]


def _content(content: Any) -> Any:
    if not isinstance(content, list):
        return content
    return [_get(part, "text") for part in content]


def _get(thing: Any, name: str) -> Any:
    return thing.get(name) if hasattr(thing, "get") else getattr(thing, name, None)


def _restore(state: State, row: dict[str, Any]) -> None:
    state["completion"] = _messages(row.get("completion"))
    state["trajectory"] = _steps(state)
    state["is_completed"] = True
    state["is_truncated"] = bool(row.get("is_truncated"))
    state["stop_condition"] = row.get("stop_condition")
    state["timing"] = _timing(row)
    # What the run kept of its state, under the names that reward functions know.
    written = _OWN | (row.get("metrics") or {}).keys()
    state.update({name: value for name, value in row.items() if name not in written and value is not None})


def _messages(completion: Any) -> Any:
    """Messages as reward functions get them. In rows the library writes each tool call as a text of JSON."""
    if not isinstance(completion, list):
        return completion
    read = [
        {**message, "tool_calls": [json.loads(call) if isinstance(call, str) else call for call in calls]}
        if isinstance(message, dict) and (calls := message.get("tool_calls"))
        else message
        for message in completion
    ]
    return normalize_messages(read, field_name="completion")


def _steps(state: State) -> list[dict[str, Any]]:
    """A turn for each answer of the model, without what the endpoint sent beside its message."""
    steps, before = [], list(state.get("prompt") or [])
    completion = state["completion"]
    for message in completion if isinstance(completion, list) else []:
        if _get(message, "role") == "assistant":
            steps.append(
                {
                    "prompt": list(before),
                    "completion": [message],
                    "response": None,
                    "tokens": None,
                    "reward": None,
                    "advantage": None,
                    "is_truncated": False,
                    "trajectory_id": state["trajectory_id"],
                    "extras": {},
                }
            )
        before.append(message)
    return steps


def _timing(row: dict[str, Any]) -> RolloutTiming:
    """The times of a rollout as they were, moved so that it has just ended.

    Scoring follows now, and the library takes what lies between for the rollout's own time.
    """
    given = row.get("timing")
    if not isinstance(given, dict):
        return RolloutTiming()
    kept = {name: given[name] for name in RolloutTiming.model_fields if name in given and name != "scoring"}
    try:
        moved = time.time() - kept["generation"]["end"]
        return RolloutTiming(**_moved(kept, moved))
    except (KeyError, TypeError, ValueError):  # of another version of the library
        return RolloutTiming()


def _moved(times: Any, by: float) -> Any:
    if isinstance(times, list):
        return [_moved(one, by) for one in times]
    if not isinstance(times, dict):
        return times
    return {
        name: value + by if name in ("start_time", "start", "end") and value > 0 else _moved(value, by)
        for name, value in times.items()
    }
