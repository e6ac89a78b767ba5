"""A log of Inspect with one sample of EVENTS events, about 3.3 KB each, of which one in ten is also a message: large_log.py FILE EVENTS."""

import json
import sys
import zipfile

file, events = sys.argv[1], int(sys.argv[2])
words = " ".join(f"word{n}" for n in range(420))


def message(n: int) -> str:
    role = "user" if n % 2 == 0 else "assistant"
    return json.dumps({"id": f"m{n}", "role": role, "content": f"Message {n}. {words}"})


def event(n: int) -> str:
    times = {"timestamp": "2026-11-01T12:00:00+00:00", "working_start": n / 100}
    return json.dumps({"uuid": f"e{n}", "event": "info", **times, "pending": False, "data": f"Event {n}. {words}"})


def write_list(into, name: str, values) -> None:
    into.write(f', "{name}": ['.encode())
    for n, value in enumerate(values):
        into.write(((", " if n else "") + value).encode())
    into.write(b"]")


score = {"value": "C", "answer": "4", "history": []}
sample = {"id": 1, "epoch": 1, "input": "What is 2 + 2?", "target": "4", "scores": {"match": score}, "metadata": {}, "store": {}}
spec = {
    "created": "2026-11-01T12:00:00+00:00",
    "task": "large",
    "dataset": {"name": "large", "samples": 1},
    "model": "bench/model",
    "config": {"epochs": 1},
}
output = {"model": "bench/model", "choices": [], "completion": "4"}
with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as log:
    with log.open("samples/1_epoch_1.json", "w", force_zip64=True) as into:
        into.write(json.dumps({**sample, "output": output})[:-1].encode())
        write_list(into, "messages", map(message, range(events // 10)))
        write_list(into, "events", map(event, range(events)))
        into.write(b"}")
    log.writestr("_journal/start.json", json.dumps({"version": 2, "eval": spec, "plan": {}}))
    summary = {"id": 1, "epoch": 1, "input": sample["input"], "target": "4", "scores": {"match": score}, "completed": True}
    log.writestr("summaries.json", json.dumps([summary]))
    results = {"total_samples": 1, "completed_samples": 1, "scores": []}
    log.writestr("header.json", json.dumps({"version": 2, "status": "success", "eval": spec, "plan": {}, "results": results}))
