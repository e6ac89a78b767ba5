"""From a job to the library's EnvConfig: where env_args go, which harness plays, and what is refused."""

import importlib.util
import types
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError
from verifiers.v1.configs.agent import AgentConfig
from verifiers.v1.configs.env import EnvConfig
from verifiers.v1.configs.retries import RetryConfig
from verifiers.v1.harness import Harness
from verifiers.v1.taskset import Taskset
from verifiers.v1.utils import loaders
from verifiers.v1.utils.generic import deep_merge

from ..job import Job
from ..load import NotHostable, SettingsRefused
from . import chat  # noqa: F401  # the library finds it from now on

CHAT = "platform-chat"

# What v0 retries: errors of the infrastructure, not of the environment. Model calls have their own retries.
RETRIED_ERRORS = ["SandboxError", "InterceptionError", "TunnelError"]


@dataclass(frozen=True)
class AgentHarness:
    """The harness that plays one of the environment's agents, and the one that it replaces, if any."""

    agent: str
    harness: str
    instead_of: str | None = None


def read_config(job: Job, module: types.ModuleType) -> tuple[EnvConfig, list[AgentHarness]]:
    """The configuration of the environment a package exports, for a run on this machine.

    Keys of env_args are the taskset's own; its key `config` holds the rest of an EnvConfig, as the CLI's TOML
    tables send it: `taskset`, `harness` for the only agent, and what the library has under `--env`.

    Raises SettingsRefused for what does not fit, NotHostable for what hosted runs cannot do.
    """
    _refuse_options(job)
    data = _env_data(job.env_args)
    harness = data.pop("harness", None)
    _name_plugins(data, job.environment, module)
    taskset_id = data["taskset"]["id"]
    agents = _agents(loaders.env_config_type(taskset_id, data.get("id", "")))
    if harness is not None:
        _give_to_only_agent(data, agents, harness)
    harnesses = [_settle_agent(data, name, declared, taskset_id) for name, declared in agents.items()]
    if job.max_retries > 0:
        data.setdefault("retries", _retries(job.max_retries))
    try:
        return loaders.resolve_env_config(data), harnesses
    except ValidationError as error:
        raise SettingsRefused(_wording(error)) from None


def _retries(count: int) -> dict[str, Any]:
    if "include" in RetryConfig.model_fields:  # verifiers 0.3
        return {"max_retries": count, "include": RETRIED_ERRORS}
    return {"rules": [{"type": error, "max_retries": count} for error in RETRIED_ERRORS]}


def _refuse_options(job: Job) -> None:
    instead = "Its settings go into env_args, which also takes config.agent.timeout, max_turns and the like"
    given = {
        "state_columns": bool(job.state_columns),
        "independent_scoring": job.independent_scoring,
        "extra_env_kwargs": bool(job.extra_env_kwargs),
    }
    for option in (name for name, used in given.items() if used):
        raise SettingsRefused(f"{option} cannot be used: this is a verifiers v1 taskset. {instead}.")
    if job.client["type"] != "openai_chat_completions":
        raise SettingsRefused(
            f"api_client_type cannot be {job.client['type']!r}: with a verifiers v1 taskset the harness "
            "decides how the endpoint is spoken to."
        )


def _env_data(env_args: dict[str, Any]) -> dict[str, Any]:
    args = deepcopy(env_args)
    data = _table(args.pop("config", {}), "config")
    data["taskset"] = deep_merge(_table(data.get("taskset"), "config.taskset"), args)
    return data


def _table(value: Any, name: str) -> dict[str, Any]:
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise SettingsRefused(f"env_args.{name} must be an object, not {type(value).__name__}")
    return value


def _name_plugins(data: dict[str, Any], environment: str, module: types.ModuleType) -> None:
    """Write into the configuration which taskset and which environment the package is."""
    taskset = data["taskset"]
    exported = [getattr(module, name, None) for name in module.__all__]
    if not any(isinstance(one, type) and issubclass(one, Taskset) for one in exported):
        if not taskset.get("id"):
            raise SettingsRefused(
                f"'{environment}' exports an environment but no taskset: name the one to play in "
                "env_args.config.taskset.id"
            )
        data["id"] = environment
        return
    named = taskset.pop("id", None)
    if named is not None and _module_name(str(named)) != environment.lower():
        raise SettingsRefused(
            f"env_args.config.taskset.id is '{named}', but this is a run of '{environment}'"
        )
    if importlib.util.find_spec(f"verifiers.v1.tasksets.{environment}"):
        raise NotHostable(
            f"'{environment}' is also the name of a taskset that comes with verifiers, and the library would "
            "run that one. Publish the package under another name."
        )
    taskset["id"] = environment


def _module_name(plugin_id: str) -> str:
    return plugin_id.rsplit("/", 1)[-1].split("@", 1)[0].replace("-", "_").lower()


def _agents(config_type: type[EnvConfig]) -> dict[str, AgentConfig]:
    """The environment's agents as its author declared them."""
    defaults = {name: field.default for name, field in config_type.model_fields.items()}
    return {name: default for name, default in defaults.items() if isinstance(default, AgentConfig)}


def _give_to_only_agent(data: dict[str, Any], agents: dict[str, AgentConfig], harness: Any) -> None:
    if len(agents) != 1:
        names = ", ".join(agents)
        raise SettingsRefused(
            f"env_args.config.harness cannot be used: this environment has the agents {names}. "
            "Give each its own in env_args.config.<agent>.harness."
        )
    [name] = agents
    agent = data[name] = _table(data.get(name), f"config.{name}")
    agent["harness"] = deep_merge(_table(harness, "config.harness"), _table(agent.get("harness"), "harness"))


def _settle_agent(data: dict[str, Any], name: str, declared: AgentConfig, taskset_id: str) -> AgentHarness:
    """Settle runtime and harness of one agent in the configuration."""
    agent = data[name] = _table(data.get(name), f"config.{name}")
    _keep_local(agent, name, declared)
    given = _table(agent.get("harness"), f"config.{name}.harness")
    pinned = declared.harness
    harness = given.get("id") or (pinned.id if pinned else None)
    replaced = None
    if harness is None:
        harness = loaders.default_harness_id(taskset_id)
        # The library's own default, which nobody chose: giving the model a shell must be a deliberate choice.
        replaced = "bash" if harness == "bash" else None
        if not replaced and importlib.util.find_spec(f"verifiers.v1.harnesses.{harness}"):
            raise NotHostable(
                f"'{harness}' is also the name of a harness that is there anyway, and the library would play "
                "that one. Publish the package under another name."
            )
    if harness == "null":
        replaced = "null"
    if replaced:
        own = pinned.model_dump(exclude_unset=True) if pinned else {}
        agent["harness"] = {**own, **given, "id": CHAT}
        return AgentHarness(name, CHAT, replaced)
    agent["harness"] = {**given, "id": harness}
    if _harness_class(harness).NEEDS_CONTAINER:
        raise NotHostable(
            f"The harness '{harness}' of the agent '{name}' needs a container, which hosted runs do not "
            f"have. Another can be named in env_args.config.{name}.harness.id, '{CHAT}' for instance."
        )
    return AgentHarness(name, harness)


def _harness_class(harness: str) -> type[Harness]:
    try:
        return loaders.harness_class(harness)
    except ModuleNotFoundError as error:
        # In the library's words, which name the harnesses there are; the cause only repeats the name.
        raise NotHostable(str(error)) from None


def _keep_local(agent: dict[str, Any], name: str, declared: AgentConfig) -> None:
    """Make an agent run beside the environment: the library's default is a sandbox at Prime Intellect."""
    runtime = _table(agent.get("runtime"), f"config.{name}.runtime").get("type")
    if runtime is None and "runtime" in declared.model_fields_set:
        runtime = declared.runtime.type
    if runtime not in (None, "subprocess"):
        raise NotHostable(
            f"The agent '{name}' is to run in the runtime '{runtime}', which hosted runs do not have. "
            f"They have 'subprocess': env_args.config.{name}.runtime.type."
        )
    agent["runtime"] = {"type": "subprocess"}


def _wording(error: ValidationError) -> str:
    """Each mistake with its path in env_args."""
    lines = []
    for mistake in error.errors(include_url=False):
        place = [str(part) for part in mistake["loc"]]
        place = place[1:] if place[:1] == ["taskset"] else ["config", *place]
        lines.append(f"{'.'.join(['env_args', *place])}: {mistake['msg']}")
    return "; ".join(lines)
