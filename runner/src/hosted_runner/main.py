"""One run, as start.py starts it.

With --wait it is a warm process: see warm.py.

Exit codes: 0 the run finished, 1 it failed, 143 it was stopped by SIGTERM. The events say why.
"""

import asyncio
import atexit
import contextlib
import faulthandler
import importlib.metadata
import os
import platform
import signal
import sys
import threading
import types
from collections.abc import Iterator
from typing import Any

from . import garbage
from .events import Spool
from .failures import failure, set_environment
from .heartbeat import Heartbeat
from .job import Job, read_job
from .streams import keep_order
from .warm import wait_for_job

TEARDOWN_SECONDS = 60.0
EXIT_SECONDS = 30.0
STOPPED = 128 + signal.SIGTERM


class Run:
    """One run of the job, from import to exit."""

    def __init__(self, spool: Spool) -> None:
        self.spool = spool
        self.phase = "import"
        self.stopped = False
        self.arguments: list[dict[str, Any]] | None = None

    def enter(self, phase: str) -> None:
        """Begin a phase, and emit it."""
        self.phase = phase
        self.spool.emit("phase", phase=phase)

    async def main(self, job_path: str) -> None:
        """Do the job. Raises whatever ends it early."""
        self.enter("import")
        job = read_job(job_path)
        set_environment(job.environment)

        with garbage.imports():
            from . import load, logs
            from .connections import choose_quickly

            choose_quickly()
            logs.attach_library_logger(self.spool, job.verbose)
            module = load.import_environment(job.environment)
        run = self._run_v1 if load.is_v1(module) else self._run_v0
        self.spool.emit("run.finished", metadata=await run(job, module))

    async def _run_v1(self, job: Job, module: types.ModuleType) -> dict[str, Any]:
        from .v1.describe import declared_arguments
        from .v1.run import run as run_v1

        self.enter("load")
        if job.stored is not None:
            raise NotImplementedError(
                "Rollouts of a taskset cannot be scored again: its tasks score what they played."
            )
        self.arguments = declared_arguments(module)
        return await run_v1(job, module, self.spool, self.enter, loaded=self._cancel_on_signals)

    async def _run_v0(self, job: Job, module: types.ModuleType) -> dict[str, Any]:
        # Imported here: it takes seconds, and a library that cannot be imported is a failed run.
        from verifiers.utils.thread_utils import scale_executors

        from . import load, logs, sandboxes

        sandboxes.ask_for_containers()
        logs.attach_library_logger(self.spool, job.verbose)  # its import may have reset it
        self.arguments = load.arguments(module.load_environment)  # also for a check that fails from here on
        self.enter("load")
        scale_executors(512)  # as the workers of vf-eval do
        env = load.load_environment(job)
        logs.attach_library_logger(self.spool, job.verbose)
        logs.attach_root_logger(self.spool)
        self._cancel_on_signals()  # the environment's constructor took the signals
        try:
            self.spool.emit("loaded", **load.describe(module, env))
            metadata = await self._work(job, env)
            self.enter("finish")
        finally:
            await _teardown(env)
        return metadata

    def _cancel_on_signals(self) -> None:
        task = asyncio.current_task()

        def stop() -> None:
            self.stopped = True
            task.cancel()

        for number in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(number, stop)

    async def _work(self, job: Job, env: Any) -> dict[str, Any]:
        if job.mode == "check":
            from .preview import EXAMPLES_MAX, report_examples

            examples = env.get_eval_dataset(n=EXAMPLES_MAX)
            examples[0]  # an IndexError when there is none
            report_examples(self.spool, examples)
            return {}
        from .evaluate import evaluate

        self.enter("rollouts")
        return await evaluate(job, env, self.spool)


def _raise_stopped(*_: Any) -> None:
    raise SystemExit(STOPPED)


def _tree(env: Any) -> Iterator[Any]:
    yield env
    for child in getattr(env, "envs", []):
        yield from _tree(child)


async def _teardown(env: Any) -> None:
    """Release what the environment holds, once: the library would do it again at exit."""
    from .isolation import ISOLATED, logger

    async def nothing() -> None: ...

    for part in _tree(env):
        try:
            await asyncio.wait_for(part._teardown(), TEARDOWN_SECONDS)
        except ISOLATED as error:
            logger.error(f"Teardown of {type(part).__name__} failed: {error}", exc_info=error)
        part._teardown = nothing


def run(job_path: str, events_path: str) -> int:
    """Run the job and return the exit code. Must be called on the main thread."""
    spool = Spool(events_path)
    spool.emit(
        "hello",
        pid=os.getpid(),
        python=platform.python_version(),
        verifiers=importlib.metadata.version("verifiers"),
    )
    signal.signal(signal.SIGTERM, _raise_stopped)
    current = Run(spool)
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    Heartbeat(spool, loop, is_rolling_out=lambda: current.phase == "rollouts").start()
    task = loop.create_task(current.main(job_path))
    try:
        # Not asyncio.run: that waits for threads, and environment code may have left one hanging.
        loop.run_until_complete(task)
        return 0
    # SystemExit and KeyboardInterrupt of environment code are failures as well.
    except BaseException as error:
        if not task.done():  # such an exception leaves the loop at once: let the run clean up after itself
            task.cancel()
            with contextlib.suppress(BaseException):
                loop.run_until_complete(task)
        # Both the library's handler and ours, in place until the environment is loaded, exit with this code.
        stopped = current.stopped or (isinstance(error, SystemExit) and error.code == STOPPED)
        fields = failure(error)
        if stopped:
            fields["errors"] = [{"type": "asyncio.CancelledError", "message": "The run was stopped."}]
        if current.arguments is not None and current.phase == "load":
            fields["arguments"] = current.arguments
        spool.emit("run.failed", phase=current.phase, **fields)
        return STOPPED if stopped else 1
    finally:
        spool.close()


def main() -> None:
    """Run, then leave without waiting for threads."""
    keep_order()
    faulthandler.enable()  # a crash in native code leaves the place on stderr
    if "--wait" in sys.argv[3:]:
        wait_for_job()
    code = run(*sys.argv[1:3])
    # Exit handlers (environments inside environments register theirs) get a limited time.
    timer = threading.Timer(EXIT_SECONDS, os._exit, [code])
    timer.daemon = True
    timer.start()
    atexit._run_exitfuncs()
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(Exception):
            stream.flush()
    os._exit(code)
