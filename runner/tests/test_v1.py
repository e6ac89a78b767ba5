"""v1 tasksets: what a run does, against what the library itself makes of the same taskset and endpoint."""

import asyncio
import json
import os
import subprocess
import sys

import pytest
import v1_environments
from conftest import HAS_V0, SOURCE, of, read_events, rows, until

SAME = ("reward", "stop_condition", "is_completed", "is_truncated", "agent", "trainable", "error")


def library_samples(job):
    """The samples that the library uploads after playing the job's taskset with the same harness."""
    from verifiers.v1.clients import EvalClientConfig, ModelContext
    from verifiers.v1.types import SamplingConfig
    from verifiers.v1.utils.loaders import env_config_type, load_environment, resolve_env_config
    from verifiers.v1.utils.platform import build_samples

    taskset = {"id": job["environment"], **job["env_args"]}
    seat = {"harness": {"id": "platform-chat"}, "runtime": {"type": "subprocess"}}
    names = env_config_type(taskset["id"]).model_fields.keys() & {"agent", "speaker", "guest"}
    env = load_environment(resolve_env_config({"taskset": taskset, **{name: seat for name in names}}))
    client = EvalClientConfig(base_url=job["client"]["base_url"], api_key_var=job["client"]["key_var"])
    sampling = SamplingConfig.model_validate(job["sampling_args"])
    context = ModelContext(model=job["model"], client=client, sampling=sampling)

    async def play():
        async with env.serving():
            slots = [slot for task in env.taskset for slot in env.slots(task, job["rollouts_per_example"])]
            return await asyncio.gather(*(env.run_slot(slot, context) for slot in slots))

    episodes = asyncio.run(play())
    return build_samples(episodes), run_metrics(episodes)


def run_metrics(episodes):
    """The library's averages of a run."""
    try:
        from prime_runs.metrics import from_episodes
    except ImportError:  # verifiers 0.3
        from verifiers.v1.utils.platform import run_metrics

        return run_metrics(episodes, [trace for episode in episodes for trace in episode.traces])
    return from_episodes(episodes)


def agents_of(sample):
    return [trace["agent"]["name"] for trace in sample["info"]["native_wrapper"]["traces"]]


@pytest.mark.parametrize("environment", ["words_v1", "talk_v1"])
def test_rows_are_the_samples_the_library_uploads(run, make_job, environment):
    job = make_job(environment, rollouts_per_example=2, sampling_args={"temperature": 0.5, "max_tokens": 20})
    code, events = run(job)
    assert code == 0
    expected, metrics = library_samples(job)
    ours = rows(events)
    assert sorted(ours) == sorted((sample["example_id"], sample["rollout_number"] - 1) for sample in expected)
    for sample in expected:
        row = ours[(sample["example_id"], sample["rollout_number"] - 1)]
        assert row["prompt"] + row["completion"] == sample["completion"]
        assert row["sample_id"] == row["episode_id"] == row["info"]["native_wrapper"]["id"]
        for key in SAME:
            assert row[key] == sample[key], key
        # The library has rewards beside the metrics.
        scores = {key: sample[key] for key in row["metrics"] if key in sample}
        assert row["metrics"] == {**sample["metrics"], **scores}
        assert agents_of(row) == agents_of(sample)
        assert row["info"]["native_trace_index"] == sample["info"]["native_trace_index"]
    [finished] = of(events, "run.finished")
    for key in ("avg_reward", "avg_metrics", "avg_error"):
        assert finished["metadata"][key] == metrics[key]


def test_a_single_turn_row(run, make_job, server):
    job = make_job("words_v1", num_examples=1, sampling_args={"max_tokens": 7, "extra_body": {"top_k": 4}})
    code, events = run(job)
    assert code == 0
    [row] = rows(events).values()
    assert row["prompt"] == [
        {"role": "system", "content": "Reverse it."},
        {"role": "user", "content": "word 0"},
    ]
    assert row["completion"] == [{"role": "assistant", "content": "turn 1: 0 drow"}]
    assert (row["answer"], row["task"]) == ("0 drow", {"idx": 0, "answer": "0 drow"})
    assert row["reward"] == 2.5 and row["error"] is None
    assert row["metrics"] == {"reverses": 1.0, "polite": 1.0, "short": 0.0, "length": 14.0}
    assert row["rewards"]["polite"] == {"score": 1.0, "weight": 0.5}
    assert row["token_usage"] == {"input_tokens": 10, "output_tokens": 5}
    timing = row["timing"]
    parts = [timing[part]["duration"] for part in ("setup", "model", "env", "scoring")]
    assert sum(parts) == pytest.approx(timing["total"]) and timing["model"]["duration"] > 0
    [request] = server.requests
    headers = {name.lower(): value for name, value in request["headers"].items()}
    assert headers["authorization"] == "Bearer sk-test" and headers["x-test"] == "yes"
    assert request["body"]["max_tokens"] == 7 and request["body"]["top_k"] == 4


def test_a_row_is_a_record_that_the_library_reads_and_holds_no_header(run, make_job):
    from verifiers.v1.episode import WireEpisode

    _, events = run(make_job("words_v1", num_examples=1))
    [row] = rows(events).values()
    episode = WireEpisode.model_validate(row["info"]["native_wrapper"])
    assert episode.ok and episode.traces[0].reward == 2.5
    assert "X-Test" not in str(events)


def test_progress_of_a_conversation_between_two_agents(run, make_job):
    code, events = run(make_job("talk_v1"))
    assert code == 0
    first = 10 if HAS_V0 else 0  # from 0.4 on the library numbers tasks itself
    assert [event["phase"] for event in of(events, "phase")] == ["import", "load", "rollouts", "finish"]
    [started] = of(events, "run.started")
    assert (started["total"], started["remaining"]) == (2, 2)
    assert [(e["example_id"], e["index"]) for e in of(events, "rollout.started")] == [
        (first, 0),
        (first + 1, 0),
    ]
    # Turns of both agents count: the guest opens, then two rounds of each.
    assert [e["turn"] for e in of(events, "rollout.turn") if e["example_id"] == first] == [1, 2, 3, 4, 5]
    row = rows(events)[(first, 0)]
    assert row["agent"] == "speaker" and row["metrics"] == {"stays": 0.5, "guests": 1.0}
    assert [message["role"] for message in row["prompt"] + row["completion"]] == ["user", "assistant"] * 2
    assert row["token_usage"] == {"input_tokens": 50, "output_tokens": 25}
    [loaded] = of(events, "loaded")
    assert loaded["environment_class"] == "talk_v1.Talk"
    assert loaded["harnesses"] == [
        {"agent": "speaker", "harness": "platform-chat", "instead_of": "bash"},
        {"agent": "guest", "harness": "platform-chat", "instead_of": "null"},
    ]


def test_tools_of_a_taskset(run, make_job, tool_servers, server):
    code, events = run(make_job("sums_v1"))
    assert code == 0
    for row in rows(events).values():
        assert row["reward"] == 1.0, row["error"]
        assert [m["role"] for m in row["completion"]] == ["assistant", "tool", "assistant"]
        assert [tool["name"] for tool in row["tool_defs"]] == ["add"]
    assert len(server.requests) == 4


def test_no_more_rollouts_at_once_than_allowed(run, make_job):
    code, events = run(make_job("words_v1", max_concurrent=1, rollouts_per_example=2))
    assert code == 0
    kinds = [event["kind"] for event in events if event["kind"] in ("rollout.started", "rollout.turn")]
    assert kinds == ["rollout.started", "rollout.turn"] * 8


def test_resume_does_only_what_is_missing(run, make_job, server):
    job = make_job("words_v1", rollouts_per_example=2, num_examples=2, done=[["0", 0], ["1", 1]])
    code, events = run(job)
    assert code == 0
    assert sorted(rows(events)) == [(0, 1), (1, 0)]
    [started] = of(events, "run.started")
    assert (started["total"], started["remaining"]) == (4, 2)
    assert len(server.requests) == 2


def test_only_the_rollouts_that_are_asked_for_are_done(run, make_job, server):
    job = make_job("words_v1", rollouts_per_example=2, done=[["0", 0]], only=[["0", 0], ["2", 1]])
    code, events = run(job)
    assert code == 0
    assert sorted(rows(events)) == [(2, 1)]
    [started] = of(events, "run.started")
    assert (started["total"], started["remaining"]) == (8, 1)


def test_resume_with_nothing_left(run, make_job, server):
    code, events = run(make_job("words_v1", num_examples=1, done=[["0", 0]]))
    assert code == 0 and not server.requests and of(events, "run.finished")


def test_stop(start_runner, make_job):
    """SIGTERM in the middle of a rollout tells what happened."""
    job = make_job("trouble_v1", env_args={"prompts": ["fine", "[hang]"]})
    running = start_runner(job)
    spool = running.inside / "events.jsonl"
    until(lambda: spool.exists() and b'"rollout.finished"' in spool.read_bytes(), 120)
    running.process.terminate()
    end = running.finish(60)
    assert (end["code"], end["reason"]) == (143, "stopped")
    events = read_events(spool)
    assert (events[-1]["kind"], events[-1]["phase"]) == ("run.failed", "rollouts")
    assert events[-1]["errors"][0]["type"] == "asyncio.CancelledError"
    assert sorted(rows(events)) == [(0, 0)]


@pytest.mark.skipif(not HAS_V0, reason="there is only one API from verifiers 0.4 on")
@pytest.mark.parametrize(("environment", "other"), [("words_v1", "legacy"), ("single", "v1")])
def test_a_run_imports_only_the_api_it_needs(folder, make_job, environment, other, tmp_path):
    job = tmp_path / "job.json"
    job.write_text(json.dumps(make_job(environment, num_examples=1)))
    code = (
        "import sys; from hosted_runner.main import run; "
        f"code = run({str(job)!r}, {str(tmp_path / 'events.jsonl')!r}); "
        f"sys.exit(code or 'verifiers.{other}' in sys.modules)"
    )
    env = {**os.environ, "PYTHONPATH": os.pathsep.join([str(SOURCE), str(folder)])}
    assert subprocess.run([sys.executable, "-c", code], env=env, timeout=180).returncode == 0


def test_a_taskset_named_like_the_harness_of_hosted_runs(start_runner, make_job, tmp_path):
    (tmp_path / "platform_chat.py").write_text(v1_environments.WORDS)
    one = start_runner(make_job("platform_chat", num_examples=1), tmp_path)
    assert one.finish(60)["code"] == 0, one.output("stderr")
    events = read_events(one.inside / "events.jsonl")
    assert of(events, "loaded")[0]["harnesses"][0]["harness"] == "platform-chat"
    assert of(events, "rollout.finished")[0]["row"]["error"] is None
