"""Reward functions that fail: the library counts 0.0 and continues; here the rollout records it."""

import math
from collections.abc import Callable, Iterator
from contextvars import ContextVar
from typing import Any

import verifiers as vf

from .failures import definition, described
from .isolation import Exited
from .permits import SCORING, Permits

Problem = dict[str, Any]
Report = Callable[[list[Any], Problem], None]

_caught: ContextVar[Callable[[BaseException], None] | None] = ContextVar("caught", default=None)


def caught(error: BaseException | None) -> None:
    """Called by the log handler with what the library has just caught from a reward function."""
    report = _caught.get()
    if report is not None and error is not None:
        report(error)


def watch(rubric: vf.Rubric, report: Report, record: bool, permits: Permits) -> None:
    """Report, with the states that were being scored, each exception of a reward function and each reward
    that is no finite number. Rewards stay what the library makes of them.

    With `record`, a function that calls sys.exit() costs its own rollouts only. Each call takes a permit.
    """
    for part in _parts(rubric):
        _watch_one(part, report, record, permits)


def _parts(rubric: Any) -> Iterator[Any]:
    yield rubric
    for part in getattr(rubric, "rubrics", []):
        yield from _parts(part)


def _watch_one(rubric: Any, report: Report, record: bool, permits: Permits) -> None:
    call_one, call_group = rubric._call_individual_reward_func, rubric._call_group_reward_func

    async def watched(call: Any, func: Any, scored: Any, states: list[Any]) -> Any:
        token = _caught.set(lambda error: report(states, _raised(func, error)))
        try:
            async with permits.hold(SCORING):
                result = await call(func, scored)
        except SystemExit as error:
            if not record:
                raise
            raise Exited from error
        finally:
            _caught.reset(token)
        for state, value in zip(states, result if isinstance(result, list) else [result], strict=False):
            if isinstance(value, float) and not math.isfinite(value):
                report([state], _not_finite(func, value))
        return result

    async def watched_one(func: Any, state: Any) -> float:
        return await watched(call_one, func, state, [state])

    async def watched_group(func: Any, states: list[Any]) -> list[float]:
        return await watched(call_group, func, states, states)

    rubric._call_individual_reward_func, rubric._call_group_reward_func = watched_one, watched_group


def _name(func: Any) -> str:
    return str(getattr(func, "__name__", type(func).__name__))[:300]


def _raised(func: Any, error: BaseException) -> Problem:
    errors = described(error)
    if not any(one["place"] for one in errors):  # float() of what the function returned
        errors[0]["place"] = definition(func)
    return {"kind": "scoring", "function": _name(func), "message": None, "errors": errors, "place": None}


def _not_finite(func: Any, value: float) -> Problem:
    message = f"returned {value}, which is not a number that can be averaged"
    return {
        "kind": "scoring",
        "function": _name(func),
        "message": message,
        "errors": [],
        "place": definition(func),
    }
