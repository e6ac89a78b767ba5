"""v1: what a rollout's row says when something in it raises."""

import pytest
from conftest import HAS_V0, of, rows

# From 0.4 on the library names what an error came from.
STOPS = (
    ("error", "agent_completed") if HAS_V0 else ("error", "agent_completed", "provider_error", "task_error")
)


def trouble(make_job, prompts, **fields):
    args = {"prompts": prompts, "config": {"harness": {"max_retries": 0}}}
    return make_job("trouble_v1", env_args=args, **fields)


@pytest.mark.parametrize(
    ("prompt", "error", "message"),
    [
        ("[reward]", "TaskError", "task Trouble scoring: KeyError: 'no such thing'"),
        ("[setup]", "TaskError", "task setup: ZeroDivisionError: division by zero in setup"),
        ("[401]", "ProviderError", "upstream 401"),
        ("[500]", "ProviderError", "upstream 500"),
        ("[exit]", "SystemExit", "bye"),
        ("[leave]", "TaskError", "scoring: Exited: sys.exit('bye')"),
        ("[object]", "PydanticSerializationError", "Rude"),
    ],
)
@pytest.mark.parametrize("concurrent", [1, 8])
def test_one_of_many_raises(run, make_job, prompt, error, message, concurrent):
    code, events = run(trouble(make_job, ["fine", prompt, "fine too"], max_concurrent=concurrent))
    assert code == 0
    found = rows(events)
    assert sorted(found) == [(0, 0), (1, 0), (2, 0)]
    lost = found.pop((1, 0))
    assert lost["error"]["error"] == lost["error"]["error_chain_str"] == error
    assert message in lost["error"]["message"]
    assert lost["error"]["error_chain_repr"].startswith(f"{error}(")
    assert lost["reward"] == 0.0 and lost["stop_condition"] in STOPS
    assert lost["prompt"] == [{"role": "user", "content": prompt}]
    assert all(row["reward"] == 1.0 and row["error"] is None for row in found.values())
    [finished] = of(events, "run.finished")
    assert finished["metadata"]["avg_error"] == pytest.approx(1 / 3)


def test_the_log_has_the_traceback_once(run, make_job):
    _, events = run(trouble(make_job, ["[reward]"], rollouts_per_example=3))
    told = [event["message"] for event in of(events, "log") if "ended with TaskError" in event["message"]]
    assert sorted(message.split(" of ")[0] for message in told) == ["Rollout 1", "Rollout 2", "Rollout 3"]
    assert sum('in scores\n    raise KeyError("no such thing")' in message for message in told) == 1


def test_a_problem_has_the_exception_behind_the_error_and_its_place(run, make_job, monkeypatch):
    monkeypatch.delenv("NO_SUCH_KEY", raising=False)
    _, events = run(trouble(make_job, ["[reward]", "[variable]", "[exit]", "fine"]))
    told = {event["example_id"]: event["problems"] for event in of(events, "rollout.finished")}
    assert told.pop(3) == []
    chains = {example: problem["errors"] for example, [problem] in told.items()}
    assert [[error["type"] for error in chains[i]] for i in range(3)] == [
        ["TaskError", "KeyError"],
        ["TaskError", "KeyError"],
        ["builtins.SystemExit"],
    ]
    assert chains[0][1]["message"] == "'no such thing'" and chains[0][1]["variable"] is None
    assert chains[1][1]["variable"] == "NO_SUCH_KEY"
    places = [chains[0][1]["place"], chains[1][1]["place"], chains[2][0]["place"]]
    assert [place["file"] for place in places] == ["trouble_v1.py"] * 3
    assert places[0]["code"] == 'raise KeyError("no such thing")'
    assert places[2]["code"] == 'sys.exit("bye")'


def test_a_row_of_a_failed_request_has_its_status(run, make_job):
    _, events = run(trouble(make_job, ["[401]"]))
    [row] = rows(events).values()
    assert row["error"]["status_code"] == 401


def test_a_prompt_that_is_too_long_is_no_error(run, make_job):
    code, events = run(trouble(make_job, ["[too long]"]))
    assert code == 0
    [row] = rows(events).values()
    if HAS_V0:
        assert (row["error"], row["is_truncated"], row["stop_condition"]) == (None, True, "context_length")
    else:  # the library does not tell it from other refusals any more
        assert (row["error"]["status_code"], row["stop_condition"]) == (400, "provider_error")


def test_a_turn_limit_ends_a_rollout_without_error(run, make_job, tool_servers):
    args = {"config": {"agent": {"max_turns": 1}}}
    code, events = run(make_job("sums_v1", num_examples=1, env_args=args))
    assert code == 0
    [row] = rows(events).values()
    assert (row["error"], row["is_truncated"], row["stop_condition"]) == (None, True, "max_turns")


def test_trouble_of_the_infrastructure_is_tried_again(run, make_job):
    code, events = run(trouble(make_job, ["[infra once]", "[reward]"], max_retries=2))
    assert code == 0
    found = rows(events)
    assert found[(0, 0)]["error"] is None and found[(0, 0)]["reward"] == 1.0
    # A bug of the environment is not.
    assert found[(1, 0)]["error"]["error"] == "TaskError"
    assert [(e["example_id"], e["index"]) for e in of(events, "rollout.started")] == [(0, 0), (1, 0)]
    retries = [event for event in of(events, "log") if "retrying episode" in event["message"]]
    assert len(retries) == 1


def test_abort_ends_the_run_where_the_library_would(run, make_job):
    code, events = run(
        trouble(make_job, ["[reward]", "[exit]"], max_concurrent=1, on_rollout_exception="abort")
    )
    assert code == 1
    # For v1 a raising reward is data, whatever was chosen; leaving the process is not.
    assert list(rows(events)) == [(0, 0)]
    assert events[-1]["errors"][0]["type"] == "builtins.SystemExit"


def test_text_and_numbers_postgres_cannot_store(run, make_job):
    code, events = run(trouble(make_job, ["[text] [nan]"]))
    assert code == 0
    [row] = rows(events).values()
    assert row["info"]["note"] == "nul \ufffd lone \ufffd" and row["reward"] is None


def test_the_library_s_record_is_left_out_when_it_is_too_big(run, make_job, monkeypatch):
    from hosted_runner.v1 import rows as v1_rows

    monkeypatch.setattr(v1_rows, "NATIVE_BYTES_MAX", 500)
    _, events = run(trouble(make_job, ["fine"]))
    [row] = rows(events).values()
    assert "native_wrapper" not in row["info"] and "too many to keep" in row["info"]["native_left_out"]
    assert row["completion"] and row["reward"] == 1.0
