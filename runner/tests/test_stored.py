"""Stored rollouts scored again: the real library and rubrics, and no request to the model."""

import json
import re

import pytest
from conftest import HAS_V0, of, rows

pytestmark = pytest.mark.skipif(not HAS_V0, reason="tasksets are not scored again")


@pytest.fixture
def again(run, make_job, server, tmp_path):
    """Run a job, then score its rollouts again; returns the rows of both, and the second one's events."""

    def aged(row):
        """As a row that was made an hour ago."""
        text = json.dumps(row["timing"])
        return row | {
            "timing": json.loads(re.sub(r"1\d{9}\.\d+", lambda time: str(float(time[0]) - 3600), text))
        }

    def twice(environment, change=lambda row: row, first=None, **fields):
        _, events = run(make_job(environment, **(first or {})))
        made = rows(events)
        lines = [json.dumps({"index": index, "row": aged(change(row))}) for (_, index), row in made.items()]
        (tmp_path / "rollouts.jsonl").write_text("\n".join(lines) + "\n")
        server.requests.clear()
        code, events = run(make_job(environment, stored="rollouts.jsonl", **fields))
        assert server.requests == []
        return made, events, code

    return twice


def scored(found):
    return {place: (row["reward"], row["metrics"], row["completion"]) for place, row in found.items()}


@pytest.mark.parametrize(
    ("environment", "fields"),
    [
        ("single", {"rollouts_per_example": 2}),
        ("multi", {}),
        ("tools", {}),
        ("crowd", {"rollouts_per_example": 3}),
    ],
)
def test_the_same_rubric_gives_the_same_rewards(again, environment, fields):
    """One turn, several turns, tools, and rewards that compare the rollouts of an example."""
    if environment == "crowd":
        fields |= {"env_args": {"group": True}, "state_columns": ["at_once"]}
    made, events, code = again(environment, first=fields, **{**fields, "rollouts_per_example": 1})
    assert code == 0, events[-1]
    assert scored(rows(events)) == scored(made)
    assert of(events, "run.started")[0]["total"] == len(made)
    for place, row in rows(events).items():
        before, after = made[place]["timing"], row["timing"]
        assert after["generation"]["duration"] == pytest.approx(before["generation"]["duration"], abs=1e-3)
        assert after["total"] < before["total"] + 5  # not since the run that made it


def test_other_weights(again):
    """A weight by the name of its function; a name that the rubric does not have ends the run."""
    made, events, _ = again("single", reward_weights={"reverses": 0, "length": 0.5})
    for place, row in rows(events).items():
        assert row["reward"] == made[place]["metrics"]["length"] / 2
    _, events, code = again("single", reward_weights={"gone": 1})
    assert code == 1 and "gone" in events[-1]["errors"][0]["message"]


def test_what_cannot_be_scored(again):
    """Errors stay errors, and answers to another question get none."""

    def change(row):
        if row["example_id"] == 1:
            row["error"] = {"error": "ModelError", "message": "the endpoint was gone"}
        if row["example_id"] == 2:
            row["prompt"][-1]["content"] = "word 77"
        return row

    _, events, code = again("single", change)
    assert code == 0
    ends = {event["example_id"]: event for event in of(events, "rollout.finished")}
    assert ends[0]["row"]["error"] is None
    assert "the endpoint was gone" in json.dumps(ends[1]["problems"])
    assert "asks something else" in json.dumps(ends[2]["problems"])


def test_examples_that_are_gone(again):
    """A version with fewer examples says which of the stored ones it lacks."""
    _, events, code = again("single", env_args={"size": 2})
    assert code == 1
    assert "2 of 4 stored rollouts are of examples" in events[-1]["errors"][0]["message"]


def test_a_reward_function_that_needs_more_than_is_stored(again):
    """What a rollout held while it ran is gone, unless its run kept it as a state column."""
    _, events, code = again("crowd")
    assert code == 0
    for event in of(events, "rollout.finished"):
        (problem,) = event["problems"]
        assert problem["function"] == "judged"
        assert "state['at_once'] needs what a rollout holds while it runs" in problem["errors"][0]["message"]
