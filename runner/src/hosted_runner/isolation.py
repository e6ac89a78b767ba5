"""Keeping one rollout's exception from ending the run.

For the library only vf.Error is data: it is recorded in the row. Anything else raised by environment code,
or a 401 from the model endpoint, ends the whole run. With on_rollout_exception="record" it becomes a row.
"""

import logging
import uuid
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any

import verifiers as vf
from verifiers.types import RolloutTiming, State
from verifiers.utils.save_utils import state_to_output

from .failures import described, traceback_text

# SystemExit: sys.exit() in environment code is a bug like any other. asyncio.CancelledError is neither.
ISOLATED = (Exception, SystemExit)

logger = logging.getLogger("verifiers.hosted_runner")


class Exited(Exception):
    """Replaces a SystemExit on its way up, which inside a task would end the event loop at once."""


def original(error: BaseException) -> BaseException:
    """The exception itself, where another one replaces it."""
    return error.__cause__ if isinstance(error, Exited) and error.__cause__ else error


_explained: set[tuple[type, str]] = set()


@dataclass
class Member:
    """One rollout: its position in the run, and what is known of it while it is active."""

    example_id: int | str
    index: int
    input: dict[str, Any]
    is_started: bool = False
    turns: int = 0
    state: State | None = None
    failure: BaseException | None = None
    own_timeout: TimeoutError | None = None
    problems: list[dict[str, Any]] = field(default_factory=list)

    def start_over(self) -> None:
        """Forget what was known: the library does the rollout again."""
        self.turns, self.state, self.failure, self.own_timeout = 0, None, None, None
        self.problems = []


@dataclass(eq=False)
class Unit:
    """What the library schedules at once: one rollout, or all rollouts of one example."""

    members: list[Member]
    calls: int = field(default=0)
    # Whether a rollout of it waits for a permit, or has had one.
    has_asked: bool = False

    @property
    def is_begun(self) -> bool:
        """Whether any of its rollouts has begun."""
        return any(member.is_started for member in self.members)

    def is_failed(self, state: State) -> bool:
        """Whether the state is that of a member whose rollout raised."""
        return any(member.failure is not None and member.state is state for member in self.members)


def explain(member: Member, error: BaseException) -> None:
    """Log an isolated exception, with its traceback the first time: the row has only type and message.

    People count rollouts from 1, as the pages do.
    """
    rollout = f"Rollout {member.index + 1} of example {member.example_id}"
    text = f"{rollout} ended with {type(error).__name__}: {error}"
    key = (type(error), str(error)[:200])
    if key not in _explained:
        _explained.add(key)
        text = f"{text}\n{traceback_text(error)}"
    logger.error(text)


def failed_state(member: Member, error: BaseException) -> State:
    """The state of a rollout that raised: what it had got to, with the error, reward 0.0 and no metrics."""
    state = member.state if member.state is not None else _blank_state(member.input)
    state["completion"] = state.get("completion") or []
    state["error"] = error
    state["reward"] = 0.0
    state["metrics"] = {}
    state["is_completed"] = True
    state["stop_condition"] = "has_error"
    return state


def failed_row(member: Member, error: BaseException, state_columns: list[str]) -> dict[str, Any]:
    """The row of a rollout that is lost, with as much of it as can be serialised."""
    attempts = ((member.state, state_columns), (member.state, ["trajectory_id"]))
    for state, columns in attempts:
        if state is not None:
            try:
                return state_to_output(failed_state(member, error), columns)
            except Exception as second:
                logger.debug(f"Row of example {member.example_id} cannot be serialised: {second}")
    member.state = None
    return state_to_output(failed_state(member, error), ["trajectory_id"])


def rows_after(unit: Unit, error: BaseException, state_columns: list[str]) -> list[dict[str, Any]]:
    """The rows of a unit that raised outside its rollouts: while scoring, cleaning up or serialising.

    Members that were scored already are kept as they are, unless their own state cannot be serialised.
    """
    error = original(error)
    explain(unit.members[0], error)
    rows = []
    for member in unit.members:
        own_error = member.failure or error
        if member.state is not None and member.state["timing"].scoring.end > 0:
            try:
                rows.append(state_to_output(member.state, state_columns))
                continue
            except Exception as unserialisable:
                own_error = unserialisable
        member.failure = own_error
        rows.append(failed_row(member, own_error, state_columns))
    return rows


PROBLEMS_MAX = 10


def problems_of(member: Member, row: dict[str, Any]) -> list[dict[str, Any]]:
    """What went wrong in a rollout, beside its row: the row's error with its place, and what the library
    counts as a result although something raised."""
    error = member.failure
    if error is None and member.state is not None:
        error = member.state.get("error")
    problems = []
    if row.get("error") is not None and isinstance(error, BaseException):
        problems.append(_problem("error", error))
    elif row.get("stop_condition") == "timeout_reached" and member.own_timeout is not None:
        problems.append(_problem("timeout", member.own_timeout))
    return [*problems, *member.problems][:PROBLEMS_MAX]


def _problem(kind: str, error: BaseException) -> dict[str, Any]:
    return {"kind": kind, "function": None, "message": None, "errors": described(error), "place": None}


def _blank_state(input: dict[str, Any]) -> State:
    """What init_state would have made, for a rollout that raised before or in it."""
    state = State(input=deepcopy(input))
    state.update(
        completion=[],
        trajectory=[],
        trajectory_id=uuid.uuid4().hex,
        tool_defs=[],
        is_truncated=False,
        timing=RolloutTiming(),
    )
    return state


def skip_failed_when_scoring(rubric: vf.Rubric, current_unit: Any) -> None:
    """Make a rubric leave out rollouts that raised, so that the others of their group are scored as usual.

    `current_unit` returns the Unit that is being scored. Reward functions never see a half-made state.
    """
    score_rollout, score_group = rubric.score_rollout, rubric.score_group

    async def guarded_rollout(state: State) -> None:
        if not current_unit().is_failed(state):
            await score_rollout(state)

    async def guarded_group(states: list[State]) -> None:
        unit = current_unit()
        kept = [state for state in states if not unit.is_failed(state)]
        if kept:
            await score_group(kept)

    rubric.score_rollout, rubric.score_group = guarded_rollout, guarded_group
