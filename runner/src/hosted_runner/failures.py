"""How a failed run is told: the chain of causes, and a traceback of the environment's own frames."""

import os
import traceback
from typing import Any

from .events import clip

_OWN_FOLDER = os.path.dirname(os.path.abspath(__file__)) + os.sep
CHAIN_MAX = 8


def _chain(error: BaseException) -> list[BaseException]:
    chain: list[BaseException] = []
    following: BaseException | None = error
    while following is not None and following not in chain and len(chain) < CHAIN_MAX:
        chain.append(following)
        hidden = following.__suppress_context__
        following = following.__cause__ or (None if hidden else following.__context__)
    return chain


def _text(error: BaseException) -> str:
    try:
        return str(error) or repr(error)
    except Exception:  # a __str__ of environment code
        return type(error).__name__


def _describe(error: BaseException) -> dict[str, Any]:
    status = getattr(error, "status_code", None)
    kind = type(error)
    return {
        "type": clip(f"{kind.__module__}.{kind.__qualname__}", 500),
        "message": clip(_text(error), 20_000),
        "status": status if isinstance(status, int) else None,
        "module": clip(error.name, 500) if isinstance(error, ModuleNotFoundError) and error.name else None,
    }


def _is_noise(filename: str) -> bool:
    return filename.startswith((_OWN_FOLDER, "<frozen importlib", "<frozen runpy"))


def traceback_text(error: BaseException) -> str:
    """The traceback of an error and its causes without frames of this runner, so that others' stand out."""
    root = traceback.TracebackException.from_exception(error)
    pending, seen = [root], set()
    while pending:
        part = pending.pop()
        if part is None or id(part) in seen:
            continue
        seen.add(id(part))
        part.stack = traceback.StackSummary.from_list(f for f in part.stack if not _is_noise(f.filename))
        pending += [part.__cause__, part.__context__, *(part.exceptions or [])]
    return "".join(root.format())


def failure(error: BaseException) -> dict[str, Any]:
    """The `errors` and `traceback` fields of run.failed: outermost error first, then what caused it."""
    text = traceback_text(error)
    # The end of a traceback says most.
    return {"errors": [_describe(part) for part in _chain(error)], "traceback": clip(text[-25_000:], 50_000)}
