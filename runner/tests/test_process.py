"""The runner as a process, under the shim."""

import json

import environments
from conftest import is_alive, of, read_events, until


def test_stop(start_runner, make_job):
    """SIGTERM in the middle of a rollout and while loading: both tell what happened, and clean up."""
    running = start_runner(make_job("trouble", env_args={"questions": ["[log]", "[hang]"]}))
    loading = start_runner(make_job("hangs"))
    spool = running.inside / "events.jsonl"
    until(lambda: spool.exists() and b'"rollout.finished"' in spool.read_bytes(), 60)
    running.process.terminate()
    loading.wait_for("loading", 60)
    loading.process.terminate()
    for one, phase in ((running, "rollouts"), (loading, "load")):
        end = one.finish()
        assert (end["code"], end["signal"], end["reason"]) == (143, None, "stopped")
        failed = read_events(one.inside / "events.jsonl")[-1]
        assert (failed["kind"], failed["phase"]) == ("run.failed", phase)
        assert failed["errors"][0]["type"] == "asyncio.CancelledError"
        assert not is_alive(one.read("shim.json")["child_pid"])
    assert running.output() == ["hello from the environment", "released"]
    # What is an event is not printed as well.
    events = read_events(spool)
    assert of(events, "log") and not any("verifiers" in line for line in running.output("stderr"))
    assert not any("a warning of theirs" in line for line in running.output("stderr"))
    assert of(events, "hello")[0]["pid"] == running.read("shim.json")["child_pid"]


def test_whole_run(start_runner, make_job):
    """A run that finishes leaves with 0, although a thread of the environment never ends."""
    one = start_runner(make_job("lingers", num_examples=1))
    assert one.finish(60)["code"] == 0
    assert read_events(one.inside / "events.jsonl")[-1]["kind"] == "run.finished"


def test_output_is_in_the_order_of_printing(start_runner, make_job):
    """Of two pipes, whose reader cannot tell which of them was written to first."""
    one = start_runner(make_job("talks"))
    assert one.finish(60)["code"] == 0
    written = [json.loads(line) for line in (one.workdir / "output.jsonl").read_text().splitlines()]
    lines = [line["text"] for line in written if line["text"].startswith("line ")]
    assert lines == [f"line {number}" for number in range(300)]
    assert {line["stream"] for line in written} == {"stdout", "stderr"}
    printed = one.output()
    assert "bytes é" in printed and "".join(printed).count("x") >= 300_000
    assert printed[-1] == "\\ud800 utf-8 2 False"


def test_modules_named_like_the_runner_s_own(start_runner, make_job, tmp_path):
    """Whatever an environment's modules are called, it gets its own, in processes of its own as well."""
    named = ["hosted_runner", "libraries", "platform_chat", "sandbox.shim", "main", "events", "warm"]
    imports = "\n".join(f"import {name}; assert {name}.own" for name in named)
    for name in named:
        path = tmp_path / f"{name.replace('.', '/')}.py"
        path.parent.mkdir(exist_ok=True)
        path.write_text("own = True\n")
    pool = """
def use_processes():
    import multiprocessing

    with multiprocessing.get_context("spawn").Pool(1) as pool:
        assert pool.map(abs, [-1]) == [1]


use_processes()
"""
    (tmp_path / "hosted_runner.py").write_text(f"own = True\n{imports}\n{environments.SINGLE}{pool}")
    one = start_runner(make_job("hosted_runner", num_examples=1), tmp_path)
    assert one.finish(60)["code"] == 0, one.output("stderr")
    assert len(of(read_events(one.inside / "events.jsonl"), "rollout.finished")) == 1
