"""fixtures/events.jsonl is what a run really emits. The platform's tests parse it too.

To write it again after a change of the events: REGENERATE=1 pytest tests/test_golden.py
"""

import json
import os
import re
import site
from pathlib import Path

import pytest
from conftest import of, read_events

GOLDEN = Path(__file__).parent / "fixtures" / "events.jsonl"


def keys_by_kind(events):
    """For each kind the keys an event can have; for rollouts those of the row too."""
    keys = {}
    for event in events:
        keys.setdefault(event["kind"], set()).update(event)
        if event["kind"] == "rollout.finished":
            keys.setdefault("row", set()).update(event["row"])
    return keys


def without_this_machine(text, folder):
    text = text.replace(str(folder), "/environment")
    for path in site.getsitepackages():
        text = text.replace(path, "/site-packages")
    text = re.sub(r"127\.0\.0\.1:\d+", "127.0.0.1:8000", text)
    return re.sub(r"/[^\s\"\\]*/lib/python3", "/lib/python3", text)


@pytest.fixture
def emitted(run, make_job, folder, tmp_path, monkeypatch, splits_after):
    """The events of three attempts (the first ended by a rejected key, the last split) and of a check."""
    monkeypatch.setattr("hosted_runner.heartbeat.HEARTBEAT_SECONDS", 0.02)
    questions = {"questions": ["[401] first", "[reward] [nan]", "[late]", "[slow]"]}
    fields = {"env_args": questions, "state_columns": ["trajectory"], "max_concurrent": 1}
    first, _ = run(make_job("trouble", **fields, on_rollout_exception="abort"))
    check, _ = run(make_job("trouble", **fields, mode="check"), keep=True)
    second, events = run(make_job("trouble", **fields, done=[["3", 0]]), keep=True)
    splits_after(begun=1, into=2)
    third, events = run(
        {**make_job("single", env_args={"size": 6}, max_concurrent=1), "processes": 2}, keep=True
    )
    assert (first, check, second, third) == (1, 0, 0, 0)
    return events


def test_golden_file(emitted, folder):
    if os.environ.get("REGENERATE"):
        lines = [json.dumps(event, ensure_ascii=False, separators=(",", ":")) for event in emitted]
        GOLDEN.write_text(without_this_machine("\n".join(lines) + "\n", folder))
    golden = read_events(GOLDEN)
    assert keys_by_kind(golden) == keys_by_kind(emitted)
    assert len(keys_by_kind(golden)) == 15
    assert of(golden, "run.failed")[0]["errors"][0]["status"] == 401
