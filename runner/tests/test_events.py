"""The spool file itself."""

import json
import threading

import pytest
from conftest import read_events

from hosted_runner.events import Spool, clip, plain


@pytest.fixture
def path(tmp_path):
    return str(tmp_path / "events.jsonl")


def test_continues_an_existing_file(path):
    spool = Spool(path)
    spool.emit("heartbeat")
    spool.emit("phase", phase="load")
    spool.close()
    spool.emit("heartbeat")
    with open(path, "ab") as file:
        file.write(b'{"v":1,"seq":3,"kind":"torn')
    spool = Spool(path)
    spool.emit("heartbeat")
    spool.close()
    assert [event["kind"] for event in read_events(path)] == ["heartbeat", "phase", "heartbeat"]


@pytest.mark.parametrize("content", [b"", b"torn", b"not json\n", b'{"seq":4}\nnot json\n'])
def test_strange_files(path, content):
    with open(path, "wb") as file:
        file.write(content)
    spool = Spool(path)
    spool.emit("heartbeat")
    spool.close()
    with open(path, "rb") as file:
        last = json.loads(file.read().split(b"\n")[-2])
    assert last["seq"] == (5 if b"4" in content else 1)


def test_many_threads(path):
    spool = Spool(path)
    threads = [
        threading.Thread(target=lambda: [spool.emit("heartbeat") for _ in range(200)]) for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    spool.close()
    assert len(read_events(path)) == 1600


def test_a_row_that_is_too_big_is_cut_and_says_so(path):
    spool = Spool(path, bytes_max=50_000)
    row = {
        "example_id": 0,
        "completion": [{"role": "user", "content": "é" * 100_000}, {"role": "assistant", "content": "short"}],
        "reward": 1.0,
    }
    spool.emit("rollout.finished", row=row)
    spool.emit("rollout.finished", row={"example_id": 1, "reward": 0.5, "ids": list(range(100_000))})
    spool.emit("rollout.finished", row={"example_id": 2})
    spool.close()
    long, numbers, small = (event["row"] for event in read_events(path))
    assert long["truncated_by_platform"] is True and long["reward"] == 1.0
    cut, kept = (message["content"] for message in long["completion"])
    assert cut.startswith("éé") and cut.endswith("[cut by the platform: 100000 characters in all]")
    assert kept == "short"
    assert numbers == {"example_id": 1, "reward": 0.5, "ids": None, "truncated_by_platform": True}
    assert "truncated_by_platform" not in small
    assert row["completion"][0]["content"] == "é" * 100_000


def test_anything_becomes_json():
    class Rude:
        def __str__(self):
            raise ValueError

    deep = loop = []
    for _ in range(500):
        deep.append([])
        deep = deep[0]
    value = plain({1: float("-inf"), None: {2.5}, "r": Rude(), "deep": loop, "ok": [True, 1, "\ud800\x00"]})
    assert value["1"] is None and value["null"] == "{2.5}"
    assert value["r"] == "[Rude cannot be written as JSON]"
    assert value["ok"] == [True, 1, "\ufffd\ufffd"]
    json.dumps(value, allow_nan=False)


def test_clip_counts_as_javascript_does():
    text = "a\U0001f600" * 100
    for limit in (1, 2, 10, 151):
        assert limit - 1 <= len(clip(text, limit).encode("utf-16-le")) // 2 <= limit
    assert clip("abc", 10) == "abc"
