"""What ended a v1 rollout, with its place in the environment's own code.

The library keeps errors as text: type, message and traceback. The exceptions behind them are read out of the
traceback again, because they say more than "TaskError", and their frames say where.
"""

import re
from typing import Any

from verifiers.v1.trace import Error

from ..events import clip
from ..failures import CHAIN_MAX, described, place_at

_FRAME = re.compile(r'^  File "(?P<file>.+)", line (?P<line>\d+), in (?P<function>.+)$', re.MULTILINE)
_NEXT = re.compile(
    r"\n(?:The above exception was the direct cause of the following exception"
    r"|During handling of the above exception, another exception occurred):\n\n"
)
# The last line of a traceback that is not indented, with what follows: its message may have several lines.
_EXCEPTION = re.compile(r"^(?P<type>[A-Za-z_][\w.]*)(?:: (?P<message>.*))?$", re.MULTILINE | re.DOTALL)


def of_error(error: Error) -> list[dict[str, Any]]:
    """The problems of a rollout that the library recorded as failed."""
    causes = [link for part in _NEXT.split(error.traceback or "") if (link := _link(part))]
    links = causes[::-1] or [_plain(error)]
    links[0] |= {
        "type": clip(error.type, 500),
        "message": clip(error.message, 20_000),
        "status": error.status_code,
    }
    return [_problem(links[:CHAIN_MAX])]


def of_exception(error: BaseException) -> list[dict[str, Any]]:
    """The problems of a rollout that left the library's hands."""
    return [_problem(described(error))]


def _problem(errors: list[dict[str, Any]]) -> dict[str, Any]:
    return {"kind": "error", "function": None, "message": None, "errors": errors, "place": None}


def _plain(error: Error) -> dict[str, Any]:
    return {
        "type": "",
        "message": "",
        "status": error.status_code,
        "module": None,
        "variable": None,
        "place": None,
    }


def _link(part: str) -> dict[str, Any] | None:
    """One exception of a chain, from its part of the traceback."""
    frames = list(_FRAME.finditer(part))
    raised = _EXCEPTION.search(part, frames[-1].end()) if frames else None
    if not raised:
        return None
    message = (raised["message"] or "").strip()
    places = (place_at(frame["file"], int(frame["line"]), frame["function"]) for frame in reversed(frames))
    variable = None
    if raised["type"] == "KeyError" and frames[-1]["file"] in ("<frozen os>", "os.py"):
        variable = clip(message.strip("'"), 500)
    return {
        "type": clip(raised["type"], 500),
        "message": clip(message, 20_000),
        "status": None,
        "module": None,
        "variable": variable,
        "place": next((place for place in places if place), None),
    }
