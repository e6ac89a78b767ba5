"""Examples in a random order: the real library plays them, and says at which place each is."""

import json

import pytest
from conftest import HAS_V0, of

from hosted_runner.job import places, read_job


def drawn(events):
    """The examples in the order of their places, and the places of all rollouts."""
    found = {event["example_id"]: event["place"] for event in of(events, "rollout.finished")}
    return sorted(found, key=found.get), [event["place"] for event in of(events, "rollout.finished")]


def environments():
    return ["single", "words_v1"] if HAS_V0 else ["words_v1"]


@pytest.mark.parametrize("environment", environments())
def test_a_seed_is_an_order(run, make_job, environment):
    """It is the same in a second attempt, which plays what is left, and another seed is another order."""
    fields = {"rollouts_per_example": 2, "max_concurrent": 1}
    orders = []
    for seed in range(8):
        job = make_job(environment, shuffle_seed=seed, **fields)
        _, events = run(job)
        order, all_places = drawn(events)
        assert sorted(all_places) == sorted(2 * list(range(len(order))))
        started = [event["example_id"] for event in of(events, "rollout.started")]
        assert started == [example for example in order for _ in range(2)]
        orders.append(order)
    assert len({tuple(order) for order in orders}) > 1
    first, *rest = orders[-1]
    _, events = run({**job, "done": [[str(first), 0], [str(first), 1]]})
    assert drawn(events) == (rest, [place for place in range(1, len(rest) + 1) for _ in range(2)])


def test_without_a_seed_nothing_has_a_place(run, make_job):
    _, events = run(make_job(environments()[0]))
    assert all(event.get("place") is None for event in of(events, "rollout.finished"))


def test_each_order_is_about_as_likely(make_job, tmp_path):
    counts = {}
    for seed in range(600):
        (tmp_path / "job.json").write_text(json.dumps(make_job("single", shuffle_seed=seed)))
        job = read_job(str(tmp_path / "job.json"))
        order = tuple(places(job, [0, 1, 2]))
        counts[order] = counts.get(order, 0) + 1
    assert len(counts) == 6
    assert all(60 < count < 150 for count in counts.values()), counts
