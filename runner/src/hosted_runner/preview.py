"""The first examples of a dataset, as the check of an environment reports them for people to read."""

from __future__ import annotations

import itertools
import json
import logging
from collections.abc import Iterable, Mapping
from typing import Any

from .events import Spool, clip, plain

EXAMPLES_MAX = 500
TEXT_MAX = 20_000
MESSAGES_MAX = 50
# Of all examples together: of a dataset of long documents fewer are reported.
CHARACTERS_MAX = 4_000_000

_TOLD_ELSEWHERE = {"example_id", "prompt", "answer", "idx", "system_prompt"}

logger = logging.getLogger("verifiers.hosted_runner")


def report_examples(spool: Spool, rows: Iterable[Mapping[str, Any]]) -> None:
    """Emit an `example` event for each of the first rows of a dataset.

    A row that cannot be read ends the preview, not the check: the environment loads all the same.
    """
    characters = 0
    try:
        for position, row in enumerate(itertools.islice(rows, EXAMPLES_MAX)):
            example = describe_example(row, position)
            characters += len(json.dumps(example))
            if position > 0 and characters > CHARACTERS_MAX:
                return
            spool.emit("example", **example)
    except Exception as error:  # the dataset's own code
        logger.warning("The preview of the dataset ends early: %s: %s", type(error).__name__, error)


def describe_example(row: Mapping[str, Any], position: int) -> dict[str, Any]:
    """What a person wants to see of an example: what is asked, the answer, and whatever else it has."""
    kept = {key: plain(value) for key, value in row.items() if value is not None}
    prompt = kept.get("prompt")
    system = kept.get("system_prompt")
    messages = prompt if isinstance(prompt, list) else [{"role": "user", "content": prompt}] if prompt else []
    if isinstance(system, str) and system:
        messages = [{"role": "system", "content": system}, *messages]
    answer = kept.get("answer")
    rest = {k: value for k, value in kept.items() if k not in _TOLD_ELSEWHERE and value not in ("", {}, [])}
    return {
        "example_id": kept.get("example_id", kept.get("idx", position)),
        "prompt": [_message(message) for message in messages[:MESSAGES_MAX]],
        "answer": None if answer in (None, "") else _text(answer),
        "info": _text(rest) if rest else None,
    }


def _message(message: Any) -> dict[str, str]:
    if not isinstance(message, dict):
        return {"role": "user", "content": _text(message)}
    content = message.get("content")
    if isinstance(content, list):
        content = "\n".join(_part(part) for part in content)
    role = clip(str(message.get("role", "user")), 100)
    return {"role": role, "content": _text("" if content is None else content)}


def _part(part: Any) -> str:
    """A part of a message that has several; pictures and sounds by their kind."""
    if isinstance(part, dict):
        return part["text"] if isinstance(part.get("text"), str) else f"[{part.get('type', 'part')}]"
    return str(part)


def _text(value: Any) -> str:
    return clip(value if isinstance(value, str) else json.dumps(value, ensure_ascii=False), TEXT_MAX)
