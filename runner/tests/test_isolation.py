"""What happens to a run when something in a rollout raises."""

import pytest
from conftest import of, rows


def trouble(make_job, questions, group=False, **fields):
    return make_job("trouble", env_args={"questions": questions, "group": group}, **fields)


@pytest.mark.parametrize("independent", [False, True], ids=["group", "independent"])
def test_one_of_many_raises(run, make_job, independent):
    job = trouble(make_job, ["fine", "[bug]", "fine too"], independent_scoring=independent)
    code, events = run(job)
    assert code == 0
    found = rows(events)
    lost = found.pop((1, 0))
    assert lost["error"] == {
        "error": "ZeroDivisionError",
        "message": "division by zero in setup_state",
        "error_chain_repr": "ZeroDivisionError('division by zero in setup_state')",
        "error_chain_str": "ZeroDivisionError",
    }
    assert (lost["reward"], lost["metrics"], lost["completion"]) == (0.0, {}, [])
    assert lost["prompt"] == [{"role": "user", "content": "[bug]"}]
    assert lost["stop_condition"] == "has_error" and lost["trajectory_id"]
    assert all(row["reward"] == 1.0 and row["error"] is None for row in found.values())
    # A row has no traceback: the log has. It counts rollouts from 1, as the pages do.
    assert any(
        event["message"].startswith("Rollout 1 of example 1 ended with ZeroDivisionError")
        and 'in setup_state\n    raise ZeroDivisionError("' in event["message"]
        for event in of(events, "log")
    )


def test_a_column_of_the_dataset_that_is_called_task_is_no_task_of_the_library(run, make_job):
    _, events = run(make_job("task_column"))
    assert [(row["reward"], row["error"]) for row in rows(events).values()] == [(1.0, None)] * 3


def test_what_was_said_before_the_exception_is_kept(run, make_job):
    _, events = run(trouble(make_job, ["[late]"]))
    [row] = rows(events).values()
    assert row["error"]["error"] == "RuntimeError"
    assert [message["role"] for message in row["completion"]] == ["assistant"]
    assert row["token_usage"]["output_tokens"] == 5.0


def test_only_the_failed_member_of_a_group_is_lost(run, make_job):
    code, events = run(trouble(make_job, ["[bug once]", "fine"], group=True, rollouts_per_example=3))
    assert code == 0
    found = rows(events)
    assert len(found) == 6
    # The group function saw the two that are left, and no half-made state.
    assert [found[(0, i)]["reward"] for i in range(3)] == [3.0, 0.0, 3.0]
    assert [found[(1, i)]["reward"] for i in range(3)] == [4.0, 4.0, 4.0]
    assert [bool(found[(0, i)]["error"]) for i in range(3)] == [False, True, False]
    assert found[(0, 1)]["metrics"] == {} and "relative" not in found[(0, 1)]
    assert not of(events, "scoring.error")


def test_a_whole_group_raises(run, make_job):
    code, events = run(trouble(make_job, ["[bug]"], group=True, rollouts_per_example=2))
    assert code == 0
    assert [row["error"]["error"] for row in rows(events).values()] == ["ZeroDivisionError"] * 2


def test_rejected_key_of_one_request(run, make_job):
    code, events = run(trouble(make_job, ["[401]", "fine"]))
    assert code == 0
    found = rows(events)
    assert found[(0, 0)]["error"]["error"] == "AuthenticationError"
    assert "wrong key" in found[(0, 0)]["error"]["message"]
    assert found[(1, 0)]["error"] is None


@pytest.mark.parametrize("limits", [{}, {"timeout_seconds": 30.0}], ids=["no limit", "with a limit"])
@pytest.mark.parametrize("question", ["[exit]", "[exit when scored]"])
def test_sys_exit_costs_its_own_rollout_only(run, make_job, question, limits):
    job = trouble(make_job, [question, "fine"], extra_env_kwargs=limits)
    code, events = run(job)
    assert code == 0
    found = rows(events)
    assert found[(0, 0)]["error"] == {
        "error": "SystemExit",
        "message": "bye",
        "error_chain_repr": "SystemExit('bye')",
        "error_chain_str": "SystemExit",
    }
    assert found[(1, 0)]["reward"] == 1.0


@pytest.mark.parametrize(
    ("question", "error"), [("[exit]", "SystemExit"), ("[cleanup]", "OSError"), ("[vf]", "ToolError")]
)
def test_other_exceptions(run, make_job, question, error):
    code, events = run(trouble(make_job, [question, "fine"], max_concurrent=1))
    assert code == 0
    found = rows(events)
    assert found[(0, 0)]["error"]["error"] == error
    # What the library itself records as data is scored as the library does.
    assert found[(0, 0)]["reward"] == (1.0 if error == "ToolError" else 0.0)
    assert found[(1, 0)]["reward"] == 1.0


def test_state_column_that_is_not_json_costs_one_member(run, make_job):
    job = trouble(make_job, ["[column]"], rollouts_per_example=2, state_columns=["note"])
    code, events = run(job)
    assert code == 0
    found = rows(events)
    assert "not JSON-serializable" in found[(0, 0)]["error"]["message"]
    assert found[(0, 1)]["error"] is None and found[(0, 1)]["reward"] == 1.0


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("[bug]", "builtins.ZeroDivisionError"),
        ("[401]", "openai.AuthenticationError"),
        ("[exit]", "builtins.SystemExit"),
    ],
)
def test_abort_ends_the_run_as_the_library_does(run, make_job, capsys, question, kind):
    job = trouble(make_job, ["fine", question, "[slow]"], on_rollout_exception="abort", max_concurrent=1)
    code, events = run(job)
    assert code == 1
    assert list(rows(events)) == [(0, 0)]
    failed = events[-1]
    assert failed["kind"] == "run.failed" and failed["phase"] == "rollouts"
    assert failed["errors"][0]["type"] == kind
    assert failed["errors"][0]["status"] == (401 if question == "[401]" else None)
    assert "hosted_runner" not in failed["traceback"]
    assert capsys.readouterr().out.count("released") == 1


def test_cancellation_is_never_swallowed(run, make_job):
    code, events = run(trouble(make_job, ["[cancel]"]))
    assert code == 1
    assert not rows(events)
    assert events[-1]["errors"][0]["type"] == "asyncio.exceptions.CancelledError"


def test_a_group_that_cannot_be_scored(run, make_job):
    code, events = run(trouble(make_job, ["[wrong length]", "fine"], group=True, rollouts_per_example=2))
    assert code == 0
    found = rows(events)
    for index in range(2):
        assert found[(0, index)]["error"]["error"] == "IndexError"
        assert len(found[(0, index)]["completion"]) == 3 and found[(0, index)]["reward"] == 0.0
        assert found[(1, index)]["error"] is None


def test_retry_of_a_group(run, make_job):
    job = trouble(make_job, ["[infra once]"], group=True, rollouts_per_example=2, max_retries=1)
    code, events = run(job)
    assert code == 0
    assert sorted(rows(events)) == [(0, 0), (0, 1)]
    assert [row["error"] for row in rows(events).values()] == [None, None]
    assert len(of(events, "rollout.started")) == 2
    turns = [event["turn"] for event in of(events, "rollout.turn") if event["index"] == 1]
    assert turns[-2:] == [1, 2]
    assert any("Retrying in" in event["message"] for event in of(events, "log"))


def test_scoring_error(run, make_job):
    code, events = run(trouble(make_job, ["[reward]"]))
    assert code == 0
    [error] = of(events, "scoring.error")
    assert (error["function"], error["message"]) == ("breaks", "'no such thing'")
    assert rows(events)[(0, 0)]["metrics"]["breaks"] == 0.0


def test_text_and_numbers_postgres_cannot_store(run, make_job):
    code, events = run(trouble(make_job, ["[text] [nan]"], state_columns=["note", "numbers"]))
    assert code == 0
    [row] = rows(events).values()
    assert row["note"] == "nul \ufffd lone \ufffd whole \U0001f600"
    assert row["numbers"] == {"inf": None, "list": [1.5, None]}
    assert row["reward"] is None and row["metrics"]["breaks"] is None
    assert of(events, "run.finished")[0]["metadata"]["avg_reward"] is None


def test_logs_of_the_environment(run, make_job):
    _, events = run(trouble(make_job, ["[log]"]))
    [warning] = [event for event in of(events, "log") if event["logger"] == "their.library"]
    assert (warning["level"], warning["message"]) == ("warning", "a warning of theirs")


def test_independent_scoring_of_a_group_reward_is_refused(run, make_job, server):
    code, events = run(trouble(make_job, ["fine"], group=True, independent_scoring=True))
    assert code == 1 and not server.requests
    assert events[-1]["phase"] == "load" and "independent_scoring" in events[-1]["errors"][0]["message"]


def problems(events):
    """What went wrong, by (example_id, index)."""
    return {
        (event["example_id"], event["index"]): event["problems"] for event in of(events, "rollout.finished")
    }


def test_an_error_is_told_with_its_place_in_the_environments_code(run, make_job):
    _, events = run(trouble(make_job, ["[bug]", "[vf]", "fine"]))
    found = problems(events)
    for key, kind, message in (
        ((0, 0), "builtins.ZeroDivisionError", "division by zero in setup_state"),
        ((1, 0), "verifiers.legacy.errors.ToolError", "data for the library"),
    ):
        [problem] = found[key]
        assert problem["kind"] == "error"
        [error] = problem["errors"]
        assert (error["type"], error["message"]) == (kind, message)
        assert error["place"]["file"] == "trouble.py"
        assert error["place"]["function"] == "Trouble.setup_state"
        assert error["place"]["code"].startswith("raise ") and message in error["place"]["code"]
    assert found[(2, 0)] == []


@pytest.mark.parametrize("mode", ["record", "abort"])
def test_a_reward_function_that_raises_is_a_problem_of_its_rollouts_alone(run, make_job, mode):
    questions = ["fine", "[reward]", "[nan]"]
    _, events = run(trouble(make_job, questions, rollouts_per_example=2, on_rollout_exception=mode))
    found = problems(events)
    for index in range(2):
        assert found[(0, index)] == []
        [raised] = found[(1, index)]
        assert (raised["kind"], raised["function"]) == ("scoring", "breaks")
        assert raised["errors"][0]["type"] == "builtins.KeyError"
        assert raised["errors"][0]["place"]["code"] == 'raise KeyError("no such thing")'
        [nan] = found[(2, index)]
        assert (nan["function"], nan["errors"]) == ("breaks", [])
        assert nan["message"].startswith("returned nan")
        assert nan["place"]["code"] == "def breaks(prompt) -> float:"
        # Rewards are what the library makes of it.
        assert rows(events)[(1, index)]["reward"] == 1.0


def test_a_timeout_of_the_environments_own_is_told_from_the_rollouts_limit(run, make_job):
    job = trouble(make_job, ["[own timeout]", "[endless]", "fine"], extra_env_kwargs={"timeout_seconds": 2.0})
    _, events = run(job)
    found, told = rows(events), problems(events)
    # For the library they are the same.
    for key in ((0, 0), (1, 0)):
        assert found[key]["stop_condition"] == "timeout_reached" and found[key]["error"] is None
    [own] = told[(0, 0)]
    assert own["kind"] == "timeout"
    assert own["errors"][0]["place"]["code"] == 'raise TimeoutError("their server is slow")'
    assert told[(1, 0)] == [] and told[(2, 0)] == []


def test_code_that_keeps_the_process_busy_is_named(run, make_job, monkeypatch):
    monkeypatch.setattr("hosted_runner.heartbeat.HEARTBEAT_SECONDS", 0.2)
    _, events = run(trouble(make_job, ["[busy]"]))
    blocked = [event for event in of(events, "heartbeat") if event["blocked"]]
    assert any(event["place"] and event["place"]["code"] == "time.sleep(1.5)" for event in blocked)
    warnings = [event["message"] for event in of(events, "log") if "has been busy" in event["message"]]
    assert any(
        "trouble.py" in text and "in Trouble.setup_state: time.sleep(1.5)" in text for text in warnings
    )


def test_what_the_endpoint_said_is_the_innermost_cause(run, make_job):
    """In its own words, which the library's exceptions leave out or cut."""
    _, events = run(trouble(make_job, ["[refused in 200]", "[302]"]))
    causes = [
        next(one["errors"][-1] for one in event["problems"] if one["kind"] == "error")
        for event in sorted(of(events, "rollout.finished"), key=lambda event: event["example_id"])
    ]
    assert [(one["type"], one["message"], one["status"]) for one in causes] == [
        ("ProviderError", "Provider returned error", 502),
        ("openai.APIStatusError", "Error code: 302 - {'error': {}} (to /login)", 302),
    ]
