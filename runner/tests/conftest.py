import asyncio
import importlib.util
import json
import logging
import os
import subprocess
import sys
import time
from pathlib import Path

import environments
import pytest
import v1_environments
from model_server import ModelServer

SOURCE = Path(__file__).parent.parent / "src"
GIGABYTE = 1024**3
# Versions of verifiers from 0.4 on have tasksets only.
HAS_V0 = importlib.util.find_spec("verifiers.utils") is not None
LIMITS = {"memory_bytes": 4 * GIGABYTE, "processes": 512, "open_files": 1024, "disk_bytes": GIGABYTE}


@pytest.fixture(scope="session")
def folder(tmp_path_factory):
    """A folder with every environment module, on sys.path."""
    path = tmp_path_factory.mktemp("environments")
    for name, source in (environments.ALL | v1_environments.ALL).items():
        (path / f"{name}.py").write_text(source)
    sys.path.insert(0, str(path))
    # Datasets are in memory; nothing may be written to the user's cache.
    os.environ["HF_HOME"] = str(path / "hf")
    os.environ["HF_HUB_OFFLINE"] = "1"
    return path


@pytest.fixture(scope="session")
def server():
    with ModelServer() as model_server:
        yield model_server
        model_server.shutdown()


@pytest.fixture
def make_job(server):
    """A function that makes a job for an environment; keywords replace fields."""
    server.requests.clear()
    os.environ["TEST_KEY"] = "sk-test"

    def make(environment, **fields):
        return {
            "v": 1,
            "mode": "evaluate",
            "environment": environment,
            "env_args": {},
            "extra_env_kwargs": {},
            "model": "test-model",
            "num_examples": -1,
            "rollouts_per_example": 1,
            "max_concurrent": 8,
            "max_retries": 0,
            "independent_scoring": False,
            "sampling_args": {},
            "state_columns": [],
            "verbose": False,
            "client": {
                "type": "openai_chat_completions",
                "base_url": server.url,
                "key_var": "TEST_KEY",
                "headers": {"X-Test": "yes"},
            },
            "on_rollout_exception": "record",
            "shuffle_seed": None,
            "done": [],
            "only": None,
            **fields,
        }

    return make


def read_events(path):
    """The events of a spool, each line checked to be strict JSON with growing numbers."""

    def refuse(token):
        raise AssertionError(f"{token} is not JSON")

    lines = Path(path).read_bytes().decode().split("\n")
    assert lines.pop() == "", "the last line has no newline"
    events = [json.loads(line, parse_constant=refuse) for line in lines]
    assert [event["seq"] for event in events] == list(range(1, len(events) + 1))
    return events


def of(events, kind):
    return [event for event in events if event["kind"] == kind]


def rows(events):
    """Rows by (example_id, index)."""
    finished = of(events, "rollout.finished")
    found = {(event["example_id"], event["index"]): event["row"] for event in finished}
    assert len(found) == len(finished), "a rollout was numbered twice"
    return found


@pytest.fixture
def run(folder, tmp_path):
    """Run a job here; returns (exit code, events). With `keep`, as another attempt of the last one."""
    from hosted_runner.main import run as run_job

    def in_process(job, keep=False):
        (tmp_path / "job.json").write_text(json.dumps(job))
        spool = tmp_path / "events.jsonl"
        if not keep:
            spool.unlink(missing_ok=True)
        sys.modules.pop("trouble", None)  # it counts its calls
        logging.getLogger().handlers[:] = []
        if HAS_V0:
            _forget_v0()
        code = run_job(str(tmp_path / "job.json"), str(spool))
        asyncio.get_event_loop_policy().get_event_loop().close()
        asyncio.set_event_loop(None)
        return code, read_events(spool)

    return in_process


@pytest.fixture
def splits_after(monkeypatch):
    """Lets a process split into so many as soon as so many of its rollouts have begun."""

    def after(begun, into):
        async def worth(most, left):
            assert most == into
            first = left()
            while first <= 0 or first - left() < begun:
                first = max(first, left())
                await asyncio.sleep(0)
            return into

        monkeypatch.setattr("hosted_runner.evaluate.processes_worth", worth)

    return after


@pytest.fixture
def tool_servers(folder, monkeypatch):
    """Lets a v1 taskset start its tool servers: each is a process that imports the taskset's module."""
    monkeypatch.setenv("PYTHONPATH", str(folder))


def _forget_v0():
    from verifiers.utils import thread_utils

    from hosted_runner import isolation

    isolation._explained.clear()
    thread_utils._default_executor = None  # closing a loop shuts it down


class Shimmed:
    """A command run by the shim in a work folder of its own."""

    def __init__(self, workdir, argv, grace_seconds=10, output_bytes_max=1_000_000, **limits):
        self.workdir = workdir
        self.inside = workdir / "inside"
        self.inside.mkdir()
        spawn = {
            "name": "test",
            "argv": [str(part) for part in argv],
            "cwd": str(self.inside),
            "grace_seconds": grace_seconds,
            "output_bytes_max": output_bytes_max,
            "limits": LIMITS | limits,
            "input": False,
            "limited_by_engine": False,
            "sandbox": None,
        }
        (workdir / "spawn.json").write_text(json.dumps(spawn))
        read, write = os.pipe()
        argv = [sys.executable, "-I", "-S", str(SOURCE / "sandbox"), "shim", str(workdir), str(read)]
        self.process = subprocess.Popen(argv, start_new_session=True, pass_fds=[read], env={})
        os.close(read)
        with open(write, "w") as file:
            json.dump(dict(os.environ), file)

    def read(self, name):
        return json.loads((self.workdir / name).read_text())

    def output(self, stream="stdout"):
        """The lines of one stream so far."""
        path = self.workdir / "output.jsonl"
        written = path.read_text().splitlines() if path.exists() else []
        return [line["text"] for line in map(json.loads, written) if line["stream"] == stream]

    def wait_for(self, text, seconds=30):
        """Wait until a line of output is the text."""
        until(lambda: text in self.output(), seconds)

    def finish(self, seconds=30):
        """Wait for the end; what exit.json says."""
        assert self.process.wait(seconds) == 0
        return self.read("exit.json")


def until(condition, seconds=10):
    """Look again and again until the condition holds; this is how a test waits."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "waited too long"
        time.sleep(0.02)


def is_alive(pid):
    """Whether the process exists and is not a zombie."""
    try:
        return Path(f"/proc/{pid}/stat").read_bytes().rpartition(b")")[2].split()[0] not in (b"Z", b"X")
    except OSError:
        return False


@pytest.fixture
def shim(tmp_path):
    """Start commands under the shim; whatever is left at the end is stopped."""
    started = []

    def start(*argv, **limits):
        workdir = tmp_path / f"work{len(started)}"
        workdir.mkdir()
        started.append(Shimmed(workdir, argv, **limits))
        return started[-1]

    yield start
    for one in started:
        if one.process.poll() is None:
            one.process.terminate()
            one.process.wait(20)


@pytest.fixture
def start_runner(folder, shim, monkeypatch):
    """Start a job as the platform does: in a process of its own, under the shim."""

    def start(job, modules=folder):
        monkeypatch.setenv("PYTHONPATH", str(modules))
        job_file = modules / f"job-{job['environment']}.json"
        job_file.write_text(json.dumps(job))
        return shim(sys.executable, "-P", SOURCE / "hosted_runner/start.py", job_file, "events.jsonl")

    return start
