"""One run in several processes: each plays its share, and the shares are the whole."""

import pytest
from conftest import HAS_V0, of, rows


def shares(run, job, count):
    """What each of so many shards plays, and what it says that there is in all."""
    played, totals = [], set()
    for number in range(count):
        code, events = run({**job, "shard": [number, count]})
        assert code == 0, events[-1]
        played.append(set(rows(events)))
        totals.add(of(events, "run.started")[0]["total"])
    return played, totals


@pytest.mark.parametrize("environment", ["single", "words_v1"] if HAS_V0 else ["words_v1"])
@pytest.mark.parametrize("seed", [None, 5])
def test_each_rollout_is_played_by_one_shard(run, make_job, environment, seed):
    job = make_job(environment, rollouts_per_example=3, shuffle_seed=seed)
    code, events = run(job)
    everything = set(rows(events))
    played, totals = shares(run, job, 4)
    assert sum(len(share) for share in played) == len(everything)
    assert set().union(*played) == everything
    assert max(map(len, played)) - min(map(len, played)) <= 1
    assert totals == {len(everything)}
    # A later attempt shares out what an earlier one has left, to as many shards as it has.
    done = sorted((str(example), index) for example, index in played[0] | played[1])
    rest, totals = shares(run, {**job, "done": done}, 2)
    assert rest[0] | rest[1] == everything - played[0] - played[1]
    assert not rest[0] & rest[1]
    assert totals == {len(everything)}


def test_a_shard_without_a_rollout_ends_well(run, make_job):
    job = make_job("single" if HAS_V0 else "words_v1")
    code, events = run(job)
    count = len(rows(events)) + 1
    played, _ = shares(run, job, count)
    assert played[-1] == set()
    assert sum(map(len, played)) == count - 1


@pytest.mark.skipif(not HAS_V0, reason="tasksets score each rollout by itself")
def test_rollouts_that_are_compared_stay_together(run, make_job):
    job = make_job("crowd", rollouts_per_example=3, num_examples=2, env_args={"group": True})
    played, _ = shares(run, job, 2)
    for share in played:
        assert {(example, index) for example, _ in share for index in range(3)} == share
    assert len(played[0]) == len(played[1]) == 3
