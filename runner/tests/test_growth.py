"""A process that splits: what it has not begun is shared with others, each rollout once."""

import asyncio
import itertools
import time

import pytest
from conftest import HAS_V0, of, rows

pytestmark = pytest.mark.skipif(not HAS_V0, reason="tasksets are one process, or as many as were asked for")


def keys(events, kind):
    return [(event["example_id"], event["index"]) for event in of(events, kind)]


@pytest.mark.parametrize(
    ("environment", "fields"),
    [
        ("single", {"env_args": {"size": 40}, "rollouts_per_example": 3, "independent_scoring": True}),
        ("multi", {"rollouts_per_example": 20, "shuffle_seed": 5}),
        ("crowd", {"env_args": {"group": True}, "rollouts_per_example": 5}),
    ],
)
def test_what_has_not_begun_is_shared(run, make_job, splits_after, environment, fields):
    job = make_job(environment, max_concurrent=4, **fields)
    code, events = run(job)
    assert code == 0
    everything = set(rows(events))
    splits_after(begun=5, into=2)
    code, events = run({**job, "processes": 2})
    assert code == 0, events[-1]
    mine = rows(events)
    [split] = of(events, "run.split")
    before = [event for event in events if event["seq"] < split["seq"]]
    # Whatever began before it has ended before it, and nothing began twice.
    assert set(keys(before, "rollout.started")) == set(rows(before))
    assert sorted(keys(events, "rollout.started")) == sorted(mine)
    assert 5 <= len(rows(before)) < len(everything)
    assert len(of(events, "run.started")) == 1
    assert of(events, "run.started")[0]["remaining"] == len(everything)

    played = [[str(example), index] for example, index in rows(before)]
    code, events = run({**job, "shard": [1, 2], "max_concurrent": 2, "played": played})
    assert code == 0, events[-1]
    theirs = rows(events)
    assert not mine.keys() & theirs.keys()
    assert mine.keys() | theirs.keys() == everything
    assert abs((len(mine) - len(played)) - len(theirs)) <= len(played) + 5


def test_limits_hold_for_all_processes_together(run, make_job, splits_after):
    job = make_job("crowd", rollouts_per_example=20, max_concurrent=5, state_columns=["at_once"], processes=2)
    splits_after(begun=5, into=2)
    code, events = run(job)
    assert code == 0, events[-1]
    split = of(events, "run.split")[0]["seq"]
    at_once = [[], []]
    for event in of(events, "rollout.finished"):
        at_once[event["seq"] > split].append(event["row"]["at_once"])
    assert max(at_once[0]) == 5
    assert max(at_once[1]) == 3


def test_a_failure_ends_it_before_the_split_and_after(run, make_job, splits_after):
    questions = {"questions": [*["fine"] * 12, "[401] bad", *["fine"] * 12]}
    job = make_job("trouble", env_args=questions, max_concurrent=2, processes=2, on_rollout_exception="abort")
    for begun in (3, 13):
        splits_after(begun=begun, into=2)
        code, events = run(job)
        # The twelfth in the order of names is in the share of the first process or of the other.
        assert code in (0, 1)
        assert (code == 1) == bool(of(events, "run.failed"))
        assert sorted(keys(events, "rollout.started")) == sorted(set(keys(events, "rollout.started")))


@pytest.mark.parametrize(
    ("busy", "idle", "left", "processes"),
    [(1.0, 1.2, 1000, 2), (1.0, 3.1, 1000, 4), (1.0, 9.0, 1000, 4), (1.0, 9.0, 3, 3)],
)
def test_a_busy_process_asks_for_as_many_as_there_are_idle_cores(monkeypatch, busy, idle, left, processes):
    assert _asked(monkeypatch, busy, idle, left) == processes


@pytest.mark.parametrize(
    ("busy", "idle", "left"),
    [
        (0.5, 3.0, 1000),  # it waits for the model
        (1.0, 0.2, 1000),  # others need the cores
        (1.0, 3.0, 1),  # nothing to share
        (1.0, None, 1000),  # the machine does not tell
    ],
)
def test_it_asks_for_none_where_that_would_not_help(monkeypatch, busy, idle, left):
    with pytest.raises(TimeoutError):
        _asked(monkeypatch, busy, idle, left)


def _asked(monkeypatch, busy, idle, left):
    """How many of at most four processes are worth it, with clocks that run a hundred times as fast."""
    from hosted_runner import growth

    begin = time.monotonic()
    clock = lambda: (time.monotonic() - begin) * 100  # noqa: E731
    monkeypatch.setattr(growth.time, "process_time", lambda: busy * clock())
    monkeypatch.setattr(growth, "_idle_seconds", lambda: None if idle is None else idle * clock())
    monkeypatch.setattr(growth, "LOOK_SECONDS", 0.005)
    monkeypatch.setattr(growth, "WINDOW_SECONDS", 2.0)
    monkeypatch.setattr(growth, "_now", clock)
    rest = itertools.repeat(left)
    return asyncio.run(asyncio.wait_for(growth.processes_worth(4, lambda: next(rest)), 0.5))


def test_no_other_process_is_worth_it_for_the_last_seconds(monkeypatch):
    """With 100 rollouts a second, 500 are five seconds of work."""
    from hosted_runner import growth

    begin = time.monotonic()
    clock = lambda: (time.monotonic() - begin) * 100  # noqa: E731
    monkeypatch.setattr(growth.time, "process_time", clock)
    monkeypatch.setattr(growth, "_idle_seconds", lambda: 3 * clock())
    monkeypatch.setattr(growth, "LOOK_SECONDS", 0.005)
    monkeypatch.setattr(growth, "_now", clock)
    with pytest.raises(TimeoutError):
        asyncio.run(asyncio.wait_for(growth.processes_worth(4, lambda: int(500 - 100 * clock())), 0.4))
