"""How a failure is reported: the chain of causes, the place in the environment's code, and a traceback."""

import functools
import importlib.machinery
import importlib.metadata
import linecache
import os
import sys
import traceback
import types
import urllib.error
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from .events import clip

_OWN_FOLDER = os.path.dirname(os.path.abspath(__file__)) + os.sep
CHAIN_MAX = 8
ANSWER_BYTES_MAX = 1000

_environment = ""


def set_environment(module: str) -> None:
    """Name the environment's module: places in its files are reported, and in no others."""
    global _environment
    _environment = module


@functools.lru_cache
def _files(module: str) -> tuple[str, frozenset[str], str]:
    """(folder that paths are relative to, single files, folder of the package or "") of an environment."""
    spec = importlib.machinery.PathFinder.find_spec(module) if module else None
    if spec is None:
        return "", frozenset(), ""
    package = next(iter(spec.submodule_search_locations or []), "")
    place = package or spec.origin or ""
    files = {place}
    try:
        # A wheel may contain more modules than the one with its name.
        installed = importlib.metadata.distribution(module)
        files |= {str(installed.locate_file(file)) for file in installed.files or [] if file.suffix == ".py"}
    except Exception:  # not installed as a distribution, or its metadata cannot be read
        pass
    return os.path.dirname(place), frozenset(files), package and package + os.sep


def place_at(
    filename: str, line: int | None, function: str, code: str | None = None
) -> dict[str, Any] | None:
    """A place as events carry it, or None when it is not in the environment's own code."""
    root, files, package = _files(_environment)
    if not line or not (filename in files or (package and filename.startswith(package))):
        return None
    source = code if code is not None else linecache.getline(filename, line)
    return {
        "file": clip(os.path.relpath(filename, root), 500),
        "line": line,
        "function": clip(function, 300),
        "code": clip(source.strip(), 500),
    }


def _innermost(frames: Iterable[tuple[types.FrameType, int]]) -> dict[str, Any] | None:
    for frame, line in reversed(list(frames)):
        place = place_at(frame.f_code.co_filename, line, frame.f_code.co_qualname)
        if place:
            return place
    return None


def place_of(error: BaseException) -> dict[str, Any] | None:
    """Where in the environment's own code an exception arose: its innermost frame there."""
    if isinstance(error, SyntaxError) and error.filename:
        place = place_at(error.filename, error.lineno, "<module>", error.text or "")
        if place:
            return place
    return _innermost(traceback.walk_tb(error.__traceback__))


def definition(function: Any) -> dict[str, Any] | None:
    """Where a function of the environment's own code is defined."""
    code = getattr(function, "__code__", None)
    return place_at(code.co_filename, code.co_firstlineno, code.co_qualname) if code else None


def place_of_thread(ident: int) -> dict[str, Any] | None:
    """Where in the environment's own code a thread is now."""
    frame = sys._current_frames().get(ident)
    return _innermost(reversed(list(traceback.walk_stack(frame)))) if frame else None


def _chain(error: BaseException) -> Iterator[BaseException]:
    seen: list[BaseException] = []
    following: BaseException | None = error
    while following is not None and following not in seen and len(seen) < CHAIN_MAX:
        seen.append(following)
        yield following
        hidden = following.__suppress_context__
        inner = following.__cause__ or (None if hidden else following.__context__)
        if inner is None and isinstance(following, BaseExceptionGroup):
            inner = following.exceptions[0]
        following = inner


def _text(error: BaseException) -> str:
    try:
        return str(error) or repr(error)
    except Exception:  # a __str__ of environment code
        return type(error).__name__


def _missing_variable(error: BaseException) -> str | None:
    """The name that os.environ[...] did not have: only the frame distinguishes it from any other KeyError."""
    if not isinstance(error, KeyError) or not error.args or not isinstance(error.args[0], str):
        return None
    frames = list(traceback.walk_tb(error.__traceback__))
    raised = frames[-1][0] if frames else None
    return error.args[0] if raised and raised.f_globals.get("__name__") == "os" else None


def _called_wrongly(error: BaseException) -> dict[str, Any] | None:
    """Wrong arguments of load_environment() fail before its first line: its definition is the place."""
    if isinstance(error, TypeError) and _text(error).startswith("load_environment()"):
        return definition(getattr(sys.modules.get(_environment), "load_environment", None))
    return None


def _redirected(error: BaseException) -> str:
    """Where a server sends those who ask it, which an HTTP client's exception does not say; or nothing."""
    headers = getattr(getattr(error, "response", None), "headers", None)
    location = headers.get("location") if isinstance(headers, Mapping) else None
    return f" (to {location})" if location else ""


def _answered(error: BaseException) -> str:
    """What a server said to a request that failed, where clients tell the status alone; or nothing."""
    if hasattr(error, "body"):  # the SDKs of models do
        return ""
    try:
        if isinstance(error, urllib.error.HTTPError):
            text = error.read(ANSWER_BYTES_MAX).decode("utf-8", "replace")
        else:
            text = error.response.text if error.response.status_code >= 400 else ""
    except Exception:  # no response, or one that was not read
        return ""
    text = clip(text.strip(), ANSWER_BYTES_MAX)
    return f"\n{text}" if text and text not in _text(error) else ""


def _refusal(error: BaseException) -> dict[str, Any] | None:
    """A provider's own error out of an answer that came with the status of a success, as a cause of its own.

    The client fails to read such an answer as one of a model, and its exception shows a piece of it.
    """
    if type(error).__name__ != "ValidationError" or not callable(getattr(error, "errors", None)):
        return None
    answers = [part.get("input") for part in error.errors(include_url=False) if part.get("type") == "missing"]
    refusal = next((one["error"] for one in answers if isinstance(one, dict) and one.get("error")), None)
    if refusal is None:
        return None
    told = refusal if isinstance(refusal, dict) else {}
    status = told.get("code")
    return {
        "type": "ProviderError",
        "message": clip(str(told.get("message") or refusal), 20_000),
        "status": status if isinstance(status, int) and 400 <= status < 600 else None,
        "module": None,
        "variable": None,
        "place": None,
    }


def _describe(error: BaseException) -> dict[str, Any]:
    status = getattr(error, "status_code", None)
    kind = type(error)
    variable = _missing_variable(error)
    return {
        "type": clip(f"{kind.__module__}.{kind.__qualname__}", 500),
        "message": clip(_text(error) + _redirected(error) + _answered(error), 20_000),
        "status": status if isinstance(status, int) else None,
        "module": clip(error.name, 500) if isinstance(error, ModuleNotFoundError) and error.name else None,
        "variable": clip(variable, 500) if variable else None,
        "place": place_of(error) or _called_wrongly(error),
    }


def described(error: BaseException) -> list[dict[str, Any]]:
    """An error and what caused it, outermost first."""
    chain = list(_chain(error))
    refusal = _refusal(chain[-1])
    return [*map(_describe, chain), *([refusal] if refusal else [])]


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
    # The end of a traceback is the most telling part.
    return {"errors": described(error), "traceback": clip(text[-25_000:], 50_000)}
