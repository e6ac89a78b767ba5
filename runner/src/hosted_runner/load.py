"""Importing an environment, loading it, and describing what it declares."""

# Annotations must not be evaluated: they would load the whole v0 library, which a v1 run does not need.
from __future__ import annotations

import importlib
import inspect
import json
import re
import types
import typing
from collections.abc import Iterator
from typing import Any

import verifiers as vf

from .job import Job


class UnsupportedEnvironment(Exception):
    """The module exists, but is not an environment that this runner can run."""


class SettingsRefused(ValueError):
    """Settings of this run do not fit its v1 taskset. The message names them."""


class NotHostable(Exception):
    """The environment needs something that hosted runs do not have."""


class NoExamples(Exception):
    """The environment's evaluation dataset is empty."""


def import_environment(name: str) -> types.ModuleType:
    """Import the environment's module and make sure it is an environment, v0 or v1.

    Raises UnsupportedEnvironment for a module that is neither, and whatever the import itself raises.
    """
    module = importlib.import_module(name)
    if _has_loader(module) or is_v1(module):
        return module
    raise UnsupportedEnvironment(
        f"'{name}' is not an environment: it has no load_environment function (verifiers v0), and its "
        "__all__ names no Taskset or Env (verifiers v1)."
    )


def is_v1(module: types.ModuleType) -> bool:
    """Whether the module is a v1 package. One that has load_environment as well counts as v0."""
    if _has_loader(module):
        return False
    exported = [getattr(module, name, None) for name in getattr(module, "__all__", [])]
    # By name, because importing verifiers.v1 to compare classes takes seconds.
    return any(
        base.__module__.startswith("verifiers.v1") and base.__name__ in ("Taskset", "Env")
        for value in exported
        if isinstance(value, type)
        for base in value.__mro__
    )


def _has_loader(module: types.ModuleType) -> bool:
    return callable(getattr(module, "load_environment", None))


def load_environment(job: Job) -> vf.Environment:
    """Load the environment as vf-eval does: load_environment(**env_args), then the extra attributes.

    Raises ValueError when independent scoring is requested and the environment has group reward functions:
    the library would fail on every single rollout, after paying for it.
    """
    env = vf.load_environment(job.environment, **job.env_args)
    if job.extra_env_kwargs:
        env.set_kwargs(**job.extra_env_kwargs)
    if job.independent_scoring and any(leaf.requires_group_rollouts for leaf in leaves(env)):
        raise ValueError(
            "independent_scoring cannot be used: this environment has reward functions that compare the "
            "rollouts of one example"
        )
    return env


def leaves(env: vf.Environment) -> Iterator[vf.Environment]:
    """The environments that do rollouts themselves: the children of an EnvGroup, or the environment."""
    if isinstance(env, vf.EnvGroup):
        for child in env.envs:
            yield from leaves(child)
    else:
        yield env


def describe(module: types.ModuleType, env: vf.Environment) -> dict[str, Any]:
    """The fields of the `loaded` event. Builds the evaluation dataset if it was not built yet.

    Raises NoExamples when the dataset is empty: the library would do nothing and call it a success.
    """
    try:
        size = len(env.get_eval_dataset())
    except TypeError:  # a dataset without a length
        size = None
    if size == 0:
        raise NoExamples("The evaluation dataset has no examples.")
    return {
        "api": "v0",
        "environment_class": f"{type(env).__module__}.{type(env).__qualname__}",
        "dataset_size": size,
        "rewards": rewards(env),
        "arguments": arguments(module.load_environment),
    }


def rewards(env: vf.Environment) -> list[dict[str, Any]]:
    """Name and weight of every reward function; metrics, the automatic ones too, have weight 0."""
    pairs = [
        pair
        for leaf in leaves(env)
        for pair in zip(leaf.rubric._get_reward_func_names(), leaf.rubric._get_reward_weights(), strict=False)
    ]
    return [{"name": name, "weight": float(weight)} for name, weight in dict.fromkeys(pairs)]


def arguments(function: Any) -> list[dict[str, Any]]:
    """Describe the arguments of a load_environment function from its signature and docstring."""
    try:
        hints = typing.get_type_hints(function)
    except Exception:  # an annotation that names something only type checkers import
        hints = {}
    descriptions = _argument_docs(inspect.getdoc(function) or "")
    described = []
    for name, parameter in inspect.signature(function).parameters.items():
        if parameter.kind in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD):
            continue
        required = parameter.default is parameter.empty
        default = None if required else json_or_none(parameter.default)
        kind, choices = argument_type(hints.get(name, type(default)))
        described.append(
            {
                "name": name,
                "type": kind,
                "annotation": _annotation_text(parameter.annotation),
                "required": required,
                "default": default,
                "choices": choices,
                "description": descriptions.get(name),
            }
        )
    return described


def json_or_none(value: Any) -> Any:
    """A value as strict JSON, None when it is none."""
    try:
        return json.loads(json.dumps(value, allow_nan=False))
    except (TypeError, ValueError):
        return None


def _annotation_text(annotation: Any) -> str | None:
    if annotation is inspect.Parameter.empty:
        return None
    return annotation if isinstance(annotation, str) else inspect.formatannotation(annotation)


_TYPES = {str: "string", bool: "boolean", int: "integer", float: "number"}


def argument_type(hint: Any) -> tuple[str, list[Any] | None]:
    """The form type of an annotation, and the allowed values of a Literal. Optional[X] counts as X."""
    origin = typing.get_origin(hint)
    if origin is typing.Annotated:
        return argument_type(typing.get_args(hint)[0])
    if origin in (typing.Union, types.UnionType):
        members = [member for member in typing.get_args(hint) if member is not type(None)]
        if len(members) == 1:
            return argument_type(members[0])
        return ("number", None) if set(members) == {int, float} else ("json", None)
    if origin is typing.Literal:
        choices = [choice for choice in typing.get_args(hint) if choice is not None]
        kinds = {_TYPES.get(type(choice)) for choice in choices}
        if len(kinds) == 1 and None not in kinds:
            return kinds.pop(), choices
        return "json", None
    return _TYPES.get(hint, "json") if isinstance(hint, type) else "json", None


_SECTION = re.compile(r"^(Args|Arguments|Parameters):\s*$", re.MULTILINE)
_ENTRY = re.compile(r"^\*{0,2}(\w+)\s*(?:\([^)]*\))?\s*:\s*(.*)$")


def _argument_docs(doc: str) -> dict[str, str]:
    """Descriptions by argument name from the "Args:" section of a Google-style docstring."""
    section = _SECTION.search(doc)
    if not section:
        return {}
    found: dict[str, str] = {}
    name, indent = None, None
    for line in doc[section.end() :].strip("\n").splitlines():
        text = line.strip()
        depth = len(line) - len(line.lstrip())
        if text and depth == 0:  # the next section
            break
        indent = depth if indent is None else indent
        entry = _ENTRY.match(text) if depth <= indent else None
        if entry:
            name = entry[1]
            found[name] = entry[2]
        elif name and text:
            found[name] = f"{found[name]} {text}".strip()
    return {name: text for name, text in found.items() if text}
