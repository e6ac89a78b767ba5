"""What a v1 taskset declares: the fields of the `loaded` event."""

import ast
import inspect
import textwrap
import types
from dataclasses import asdict
from typing import Any

from pydantic import BaseModel
from pydantic.fields import FieldInfo
from verifiers.v1.configs.task import TaskConfig
from verifiers.v1.configs.taskset import TasksetConfig
from verifiers.v1.env import Env
from verifiers.v1.envs.single_agent import SingleAgentEnv
from verifiers.v1.task import Task
from verifiers.v1.taskset import Taskset
from verifiers.v1.utils.generic import concrete_type

from ..load import argument_type, json_or_none
from .config import AgentHarness


def describe(env: Env, task: Task, size: int | None, harnesses: list[AgentHarness]) -> dict[str, Any]:
    """The fields of the `loaded` event. `size` is None for a taskset without end, or one not counted yet."""
    shown = env.taskset if isinstance(env, SingleAgentEnv) else env
    return {
        "api": "v1",
        "environment_class": f"{type(shown).__module__}.{type(shown).__qualname__}",
        "dataset_size": size,
        "rewards": rewards(task),
        "arguments": arguments(type(env.taskset.config)),
        "harnesses": [asdict(chosen) for chosen in harnesses],
    }


def declared_arguments(module: types.ModuleType) -> list[dict[str, Any]] | None:
    """The settings of the taskset that a package exports, of which nothing is loaded for this; None when it
    exports an environment only."""
    exported = [getattr(module, name, None) for name in module.__all__]
    found = next((one for one in exported if isinstance(one, type) and issubclass(one, Taskset)), None)
    return arguments(concrete_type(found, TasksetConfig, origin=Taskset) or TasksetConfig) if found else None


def rewards(task: Task) -> list[dict[str, Any]]:
    """Name and weight of the rewards a task is scored by; metrics have weight 0."""
    weights = {fn.__name__: float(getattr(fn, "_vf_weight", 1.0)) for fn in task.hooks("reward")}
    weights |= {judge.reward_name: float(judge.config.weight) for judge in task.plugged_judges()}
    weights |= {fn.__name__: 0.0 for fn in task.hooks("metric") if fn.__name__ not in weights}
    return [{"name": name, "weight": weight} for name, weight in weights.items()]


def arguments(config_type: type[TasksetConfig]) -> list[dict[str, Any]]:
    """The taskset's own settings: what env_args may hold, beside `config`."""
    docs = _attribute_docs(config_type)
    described = []
    for name, field in config_type.model_fields.items():
        if name in TasksetConfig.model_fields and not (name == "task" and _has_own_settings(field)):
            continue
        required = field.is_required()
        kind, choices = argument_type(field.annotation)
        described.append(
            {
                "name": name,
                "type": kind,
                "annotation": _annotation(config_type, name, field),
                "required": required,
                "default": None if required else _default(field),
                "choices": choices,
                "description": field.description or docs.get(name),
            }
        )
    return described


def _has_own_settings(field: FieldInfo) -> bool:
    kind = field.annotation
    return isinstance(kind, type) and set(getattr(kind, "model_fields", ())) > set(TaskConfig.model_fields)


def _default(field: FieldInfo) -> Any:
    value = field.get_default(call_default_factory=True)
    return (
        value.model_dump(mode="json", exclude_defaults=True)
        if isinstance(value, BaseModel)
        else json_or_none(value)
    )


def _annotation(config_type: type, name: str, field: FieldInfo) -> str:
    """The annotation as its author wrote it, else as Python shows it."""
    for kind in config_type.__mro__:
        written = vars(kind).get("__annotations__", {}).get(name)
        if written is not None:
            return written if isinstance(written, str) else inspect.formatannotation(written)
    return inspect.formatannotation(field.annotation)


def _attribute_docs(config_type: type) -> dict[str, str]:
    """The texts below the fields of a class, as v1 packages write them, with those of its base classes."""
    found: dict[str, str] = {}
    for kind in reversed(config_type.__mro__):
        try:
            body = ast.parse(textwrap.dedent(inspect.getsource(kind))).body[0].body
        except (OSError, TypeError, SyntaxError, IndexError):  # classes made at run time, built-in ones
            continue
        for statement, following in zip(body, body[1:], strict=False):
            named = isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name)
            value = following.value if isinstance(following, ast.Expr) else None
            if named and isinstance(value, ast.Constant) and isinstance(value.value, str):
                found[statement.target.id] = " ".join(value.value.split())
    return found
