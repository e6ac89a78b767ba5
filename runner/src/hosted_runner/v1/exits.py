"""Keeping sys.exit() in a reward or metric from ending the run.

The library scores in tasks of their own, and a SystemExit in a task ends the event loop at once.
"""

import functools
import inspect
from collections.abc import Callable
from typing import Any

from verifiers.v1.task import Task


class Exited(Exception):
    """Replaces a SystemExit, as an exception that the library records like any other."""


def keep_in_scoring(task_type: type[Task]) -> None:
    """Make rewards and metrics of a task's class raise Exited where they call sys.exit()."""
    hooks = task_type.hooks

    def guarded(self: Task, attr: str) -> list[Callable[..., Any]]:
        found = hooks(self, attr)
        return [_guarded(fn) for fn in found] if attr in ("reward", "metric") else found

    task_type.hooks = guarded


def _guarded(fn: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(fn)
    async def guarded(*args: Any, **kwargs: Any) -> Any:
        try:
            result = fn(*args, **kwargs)
            return await result if inspect.isawaitable(result) else result
        except SystemExit as error:
            raise Exited(f"sys.exit({error.code!r})") from error

    return guarded
