"""One job of a v1 taskset, from its configuration to the metadata of its run."""

import itertools
import logging
import types
from collections.abc import Callable, Iterable
from typing import Any

from verifiers.v1.env import Env
from verifiers.v1.task import Task
from verifiers.v1.utils import loaders

from .. import logs
from ..events import Spool
from ..job import Job
from ..load import NoExamples, NotHostable, SettingsRefused
from ..preview import EXAMPLES_MAX, report_examples
from .config import AgentHarness, read_config
from .describe import describe
from .evaluate import evaluate

# Counting must also end for an endless taskset that does not declare itself as one.
COUNTED_MAX = 1_000_000

logger = logging.getLogger("verifiers.hosted_runner")


async def run(
    job: Job, module: types.ModuleType, spool: Spool, enter: Callable[[str], None], loaded: Callable[[], None]
) -> dict[str, Any]:
    """Do a job. `enter` begins a phase; `loaded` is called when environment code has been loaded.

    Raises whatever ends it early.
    """
    # The library logs two lines per rollout, which only repeat its row.
    logging.getLogger("verifiers.v1").setLevel(logging.NOTSET if job.verbose else logging.WARNING)
    config, harnesses = read_config(job, module)
    env = loaders.load_environment(config)
    tasks, size = _tasks(job, env)
    logs.attach_library_logger(spool, job.verbose)
    logs.attach_root_logger(spool)
    loaded()
    for chosen in harnesses:
        _announce(chosen)
    spool.emit("loaded", **describe(env, tasks[0], size, harnesses))
    if job.mode == "check":
        report_examples(spool, (task.data.model_dump(mode="json", exclude_defaults=True) for task in tasks))
        return {}
    enter("rollouts")
    metadata = await evaluate(job, env, tasks, spool)
    enter("finish")
    return metadata


def _tasks(job: Job, env: Env) -> tuple[list[Task], int | None]:
    """The tasks of a run, and how many the taskset has; None when it is endless or was not read to its end.

    Raises NoExamples when there is none, SettingsRefused when it is endless.
    """
    wanted = job.num_examples
    if job.mode == "check":
        tasks, size = _counted(env)
    elif env.taskset.INFINITE and wanted <= 0:
        raise SettingsRefused("num_examples must be given: this taskset has no end")
    else:
        tasks = list(_first(env, wanted) if wanted > 0 else env.taskset)
        size = len(tasks) if wanted <= 0 or len(tasks) < wanted else None
    if not tasks:
        raise NoExamples(f"{type(env.taskset).__name__} has no tasks.")
    # A check tells of the kind of task; a run, of each that it would play.
    for task in tasks[:1] if job.mode == "check" else tasks:
        if type(task).NEEDS_CONTAINER or task.data.image is not None:
            image = f" with the image {task.data.image}" if task.data.image else ""
            raise NotHostable(
                f"{type(task).__name__} {task.data.idx} needs a container{image}, "
                "which hosted runs do not have."
            )
    return tasks, size


def _first(env: Env, count: int) -> Iterable[Task]:
    # verifiers 0.3 calls it head.
    take = getattr(env.taskset, "take", None) or env.taskset.head
    return take(count)


def _counted(env: Env) -> tuple[list[Task], int | None]:
    """The first tasks, and the number of all."""
    tasks = iter(env.taskset)
    first = list(itertools.islice(tasks, EXAMPLES_MAX))
    if env.taskset.INFINITE:
        return first, None
    size = len(first) + sum(1 for _ in itertools.islice(tasks, COUNTED_MAX))
    return first, size if size < COUNTED_MAX else None


def _announce(chosen: AgentHarness) -> None:
    """Log which harness an agent has, and warn when nobody chose it."""
    if chosen.instead_of == "bash":
        logger.warning(
            f"Agent '{chosen.agent}': v1's default is a shell for the model; this run used chat only. "
            f"Another harness than {chosen.harness} can be named in env_args.config.{chosen.agent}.harness.id"
        )
    elif chosen.instead_of:
        logger.info(
            f"Agent '{chosen.agent}' has the harness {chosen.harness}, in the place of {chosen.instead_of}"
        )
    else:
        logger.info(f"Agent '{chosen.agent}' has the harness {chosen.harness}")
    if loaders.harness_class(chosen.harness).EXECUTES_CODE:
        logger.warning(
            f"The harness {chosen.harness} lets the model run commands here: it can read what the "
            "environment can, secrets included"
        )
