"""The same environment, endpoint and settings through the library's own path and through the runner."""

import asyncio
import json

import pytest
from conftest import of, rows

CHANGES = {"timing", "trajectory_id"}


def library_rows(job, path):
    """What `vf-eval -s` writes for the job: run_evaluation's call, with save_results."""
    import verifiers as vf
    from verifiers.types import ClientConfig

    env = vf.load_environment(job["environment"], **job["env_args"])
    client = job["client"]
    config = ClientConfig(
        client_type=client["type"], api_base_url=client["base_url"], api_key_var=client["key_var"]
    )
    asyncio.run(
        env.evaluate(
            client=config,
            model=job["model"],
            sampling_args=job["sampling_args"],
            num_examples=job["num_examples"],
            rollouts_per_example=job["rollouts_per_example"],
            max_concurrent=job["max_concurrent"],
            results_path=path,
            state_columns=["trajectory_id", *job["state_columns"]],
            save_results=True,
            independent_scoring=job["independent_scoring"],
            on_progress=lambda *_: None,
        )
    )
    saved = [json.loads(line) for line in (path / "results.jsonl").read_text().splitlines()]
    return saved, json.loads((path / "metadata.json").read_text())


def comparable(found):
    kept = [{key: value for key, value in row.items() if key not in CHANGES} for row in found]
    return sorted(kept, key=lambda row: json.dumps(row, sort_keys=True))


@pytest.mark.parametrize("independent", [False, True], ids=["group", "independent"])
@pytest.mark.parametrize("rollouts", [1, 2])
@pytest.mark.parametrize("environment", ["single", "multi", "tools"])
def test_rows_are_those_of_the_library(run, make_job, tmp_path, environment, rollouts, independent):
    job = make_job(
        environment,
        rollouts_per_example=rollouts,
        independent_scoring=independent,
        sampling_args={"temperature": 0.5, "max_tokens": 20},
        state_columns=["is_completed", "usage"],
    )
    code, events = run(job)
    assert code == 0
    expected, metadata = library_rows(job, tmp_path / "library")
    ours = rows(events)
    assert comparable(ours.values()) == comparable(expected)
    # Key order too: it is what a reader of results.jsonl sees.
    assert {tuple(k for k in row if k not in CHANGES) for row in ours.values()} == {
        tuple(k for k in row if k not in CHANGES) for row in expected
    }
    assert {index for _, index in ours} == set(range(rollouts))
    [finished] = of(events, "run.finished")
    changing = ("time", "version_info", "state_columns")
    assert {k: v for k, v in finished["metadata"].items() if k not in changing} == {
        k: v for k, v in metadata.items() if k not in changing
    }


def test_progress_of_a_multi_turn_run(run, make_job):
    _, events = run(make_job("multi", rollouts_per_example=2))
    assert [event["phase"] for event in of(events, "phase")] == ["import", "load", "rollouts", "finish"]
    [started] = of(events, "run.started")
    assert (started["total"], started["remaining"]) == (6, 6)
    places = [(e["example_id"], e["index"]) for e in of(events, "rollout.started")]
    assert sorted(places) == [(example, index) for example in range(3) for index in range(2)]
    for place in places:
        turns = [e["turn"] for e in of(events, "rollout.turn") if (e["example_id"], e["index"]) == place]
        assert turns == [1, 2]
    assert all(e["rollout_id"] == e["row"]["trajectory_id"] for e in of(events, "rollout.finished"))


def test_env_group(run, make_job):
    code, events = run(make_job("grouped", rollouts_per_example=2))
    assert code == 0
    found = rows(events)
    assert sorted(found) == [(example, index) for example in range(5) for index in range(2)]
    assert [found[(i, 0)]["info"]["env_id"] for i in range(5)] == ["one", "one", "many", "many", "many"]
    turns = [e for e in of(events, "rollout.turn") if e["example_id"] == 4 and e["index"] == 1]
    assert [e["turn"] for e in turns] == [1, 2]
    [loaded] = of(events, "loaded")
    assert {"name": "turns_taken", "weight": 1.0} in loaded["rewards"]
    assert {"name": "reverses", "weight": 1.0} in loaded["rewards"]


def test_requests(run, make_job, server):
    _, events = run(make_job("single", num_examples=1, sampling_args={"max_tokens": 7, "seed": 3}))
    [request] = server.requests
    headers = {name.lower(): value for name, value in request["headers"].items()}
    assert headers["authorization"] == "Bearer sk-test"
    assert headers["x-test"] == "yes"
    assert headers["x-session-id"] == of(events, "rollout.finished")[0]["rollout_id"]
    assert request["body"]["max_completion_tokens"] == 7 and request["body"]["seed"] == 3


@pytest.mark.parametrize("independent", [False, True], ids=["group", "independent"])
@pytest.mark.parametrize("limit", [1, 3, 5])
def test_concurrency_counts_rollouts(run, make_job, limit, independent):
    """Whatever the library schedules together, and with what a reward function does while others roll out."""
    fields = {"rollouts_per_example": 8, "max_concurrent": limit, "independent_scoring": independent}
    code, events = run(make_job("crowd", **fields, state_columns=["at_once"]))
    found = rows(events)
    assert code == 0 and len(found) == 48
    assert max(row["at_once"] for row in found.values()) == limit
    # A rollout of the first example has ended before all of the last one's have begun.
    order = [(e["kind"], e["example_id"]) for e in events if e["kind"].startswith("rollout.")]
    begun = len(order) - 1 - order[::-1].index(("rollout.started", 5))
    assert order.index(("rollout.finished", 0)) < begun


def test_no_limit_is_no_limit(run, make_job):
    _, events = run(make_job("crowd", rollouts_per_example=8, max_concurrent=-1, state_columns=["at_once"]))
    assert max(row["at_once"] for row in rows(events).values()) == 48


def test_a_group_is_scored_together_whatever_the_limit(run, make_job):
    code, events = run(make_job("crowd", rollouts_per_example=4, max_concurrent=1, env_args={"group": True}))
    assert code == 0 and {row["metrics"]["place"] for row in rows(events).values()} == {0.0, 1.0, 2.0, 3.0}


@pytest.mark.parametrize("independent", [False, True], ids=["group", "independent"])
def test_resume_does_only_what_is_missing(run, make_job, server, independent):
    done = [["0", 0], ["0", 1], ["1", 1]]
    job = make_job("single", rollouts_per_example=2, independent_scoring=independent, done=done)
    code, events = run(job)
    assert code == 0
    assert sorted(rows(events)) == [(1, 0), (2, 0), (2, 1), (3, 0), (3, 1)]
    [started] = of(events, "run.started")
    assert (started["total"], started["remaining"]) == (8, 5)
    assert len(server.requests) == 5


def test_only_what_is_asked_for_is_done(run, make_job):
    job = make_job("single", rollouts_per_example=2, done=[["0", 0]], only=[["0", 1], ["2", 0]])
    code, events = run(job)
    assert code == 0
    assert sorted(rows(events)) == [(0, 1), (2, 0)]
    [started] = of(events, "run.started")
    assert (started["total"], started["remaining"]) == (8, 2)
    assert not any("replaces" in event for event in of(events, "rollout.finished"))


def test_an_example_whose_rollouts_are_compared_is_done_wholly_again(run, make_job):
    trouble = {"env_args": {"questions": ["first", "second"], "group": True}, "rollouts_per_example": 2}
    code, events = run(make_job("trouble", **trouble, done=[["0", 0], ["0", 1], ["1", 0]]))
    assert code == 0
    assert sorted(rows(events)) == [(1, 0), (1, 1)]
    replaces = {event["index"]: event.get("replaces", False) for event in of(events, "rollout.finished")}
    assert replaces == {0: True, 1: False}
    # The group function saw both, as when they were done at once.
    assert {event["row"]["metrics"]["relative"] for event in of(events, "rollout.finished")} == {2.0}


def test_resume_with_nothing_left(run, make_job, server):
    code, events = run(make_job("single", num_examples=1, done=[["0", 0]]))
    assert code == 0
    [started] = of(events, "run.started")
    assert (started["total"], started["remaining"]) == (1, 0)
    assert not server.requests and of(events, "run.finished")
