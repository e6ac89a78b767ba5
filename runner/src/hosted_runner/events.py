"""The spool: a file of events, one JSON object a line, that the platform reads while the run is active."""

import contextlib
import json
import math
import mmap
import os
import re
import threading
import time
from typing import Any

EVENT_BYTES_MAX = 8 * 1024 * 1024
SYNC_SECONDS = 0.05
DEPTH_MAX = 100

# Postgres stores neither a NUL nor a lone surrogate in jsonb.
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


def clean_text(text: str) -> str:
    """Replace NUL and lone surrogates by U+FFFD."""
    return _UNSTORABLE.sub("\ufffd", text)


def clip(text: str, limit: int) -> str:
    """Cut text to at most `limit` UTF-16 units, which is how the platform (JavaScript) counts."""
    return clean_text(text[:limit]).encode("utf-16-le")[: limit * 2].decode("utf-16-le", "ignore")


class Lost:
    """Counts values that cannot be kept."""

    def __init__(self) -> None:
        self.count = 0


def plain(value: Any, depth: int = 0, lost: Lost | None = None) -> Any:
    """Turn anything into strict JSON as verifiers writes results.jsonl.

    NaN and infinities become null, and are counted in `lost`.
    """
    if isinstance(value, str):
        return clean_text(value)
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, float):
        if math.isfinite(value):
            return value
        if lost is not None:
            lost.count += 1
        return None
    if depth > DEPTH_MAX:
        return "[nested too deeply]"
    if isinstance(value, dict):
        return {_key(key): plain(item, depth + 1, lost) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item, depth + 1, lost) for item in value]
    return plain(_serializable(value), depth + 1, lost)


def _key(key: Any) -> str:
    if isinstance(key, str):
        return clean_text(key)
    # json.dumps writes 1, 1.5, true and null as keys like this.
    return json.dumps(key) if key is None or isinstance(key, bool | int | float) else clean_text(str(key))


def _serializable(value: Any) -> Any:
    # Imported late: the first events are written before the library is there.
    from verifiers.utils.save_utils import make_serializable

    try:
        return make_serializable(value)
    except Exception:  # a __str__ or model_dump of environment code
        return f"[{type(value).__name__} cannot be written as JSON]"


def _encode(event: dict[str, Any]) -> bytes:
    text = json.dumps(event, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return text.encode() + b"\n"


def _cut_strings(value: Any, limit: int) -> Any:
    if isinstance(value, str):
        if len(value) <= limit:
            return value
        return f"{value[:limit]}… [cut by the platform: {len(value)} characters in all]"
    if isinstance(value, dict):
        return {key: _cut_strings(item, limit) for key, item in value.items()}
    if isinstance(value, list):
        return [_cut_strings(item, limit) for item in value]
    return value


def fit(event: dict[str, Any], bytes_max: int) -> bytes:
    """Encode an event of plain JSON; when too big, cut its longest texts, then empty its biggest fields.

    A rollout that was cut is marked: row["truncated_by_platform"] is true.
    """
    line = _encode(event)
    if len(line) <= bytes_max:
        return line
    body = event.get("row", event)
    if body is not event:
        body["truncated_by_platform"] = True
    whole = dict(body)
    for exponent in range(18, 7, -2):
        body.update({key: _cut_strings(value, 2**exponent) for key, value in whole.items()})
        line = _encode(event)
        if len(line) <= bytes_max:
            return line
    # What is left is not text: long lists of token ids in a state column, for instance.
    for key in sorted(body, key=lambda key: len(_encode(body[key])), reverse=True):
        body[key] = None
        line = _encode(event)
        if len(line) <= bytes_max:
            break
    return line


class Spool:
    """Appends events to a file, from any thread. A line is written at once and is on disk within about 50 ms.

    Opening an existing file cuts a torn last line and continues its sequence numbers.
    """

    def __init__(self, path: str, bytes_max: int = EVENT_BYTES_MAX) -> None:
        self._fd = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o644)
        self._bytes_max = bytes_max
        self._seq = _recover(self._fd)
        self._pid = os.getpid()
        # Reentrant: a signal handler may log while the main thread is in here.
        self._lock = threading.RLock()
        self._dirty = threading.Event()
        self.closed = threading.Event()
        threading.Thread(target=self._sync_forever, name="spool-sync", daemon=True).start()

    def emit(self, kind: str, **fields: Any) -> None:
        """Append one event. Does nothing after `close`, or in a forked child of the runner."""
        if self.closed.is_set() or os.getpid() != self._pid:
            return
        lost = Lost()
        body = plain(fields, lost=lost)
        if lost.count and "row" in body:
            body["lost_values"] = lost.count
        with self._lock:
            self._seq += 1
            event = {"v": 1, "seq": self._seq, "ts": time.time(), "kind": kind, **body}
            rest = memoryview(fit(event, self._bytes_max))
            while rest:
                rest = rest[os.write(self._fd, rest) :]
        self._dirty.set()

    def close(self) -> None:
        """Make everything durable and accept no more events."""
        with self._lock:
            self.closed.set()
            os.fsync(self._fd)
        self._dirty.set()

    def _sync_forever(self) -> None:
        # In a thread of its own, so that a slow disk does not stop the event loop.
        while not self.closed.wait(SYNC_SECONDS):
            self._dirty.wait()
            self._dirty.clear()
            os.fsync(self._fd)


def _recover(fd: int) -> int:
    """Cut what follows the last newline and return the last sequence number, 0 when there is none."""
    size = os.fstat(fd).st_size
    if size == 0:
        return 0
    with mmap.mmap(fd, size, access=mmap.ACCESS_READ) as data:
        end = data.rfind(b"\n") + 1
        stop, seq = end, 0
        while stop > 0 and seq == 0:
            start = data.rfind(b"\n", 0, stop - 1) + 1
            # A line that is no event was not written by us; the one before it counts.
            with contextlib.suppress(ValueError, KeyError, TypeError):
                seq = int(json.loads(data[start:stop])["seq"])
            stop = start
    os.ftruncate(fd, end)
    return seq
