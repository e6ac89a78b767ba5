"""Outside the sandbox, on a machine that is not the platform's: carries out one attempt, sends what it wrote.

    python -I -S runner/src/sandbox ship        with ATTEMPT_URL and ATTEMPT_TOKEN in the environment

Asks the platform what to start, starts it under the shim, and sends events and output in pieces of whole
lines, each with the offset where it belongs. Whatever becomes of an answer, a line counts once: the platform
says where a stream goes on. What cannot be sent stays in the files, which the limit of the program's disk
bounds. Ends with 0 when all was taken, and with 75 when nobody is there to take it: the attempt is over, or
the platform has not answered for too long. It leaves nothing behind.
"""

import ctypes
import json
import os
import signal
import sys
import time
import uuid

from .api import Over, Platform
from .stream import Stream
from .work import Work

LOOK_SECONDS = 0.1
# How long the platform may not answer before it has said how long it may.
OPEN_SECONDS = 600.0
OVER = 75
PR_SET_DUMPABLE = 4


class Ship:
    """One attempt, from its order to the word of its end."""

    def __init__(self, platform):
        self._platform = platform
        self._silence_seconds = OPEN_SECONDS
        self._stopping = False
        self._work = None

    def stop(self, *_):
        """Whoever started us wants us to end."""
        self._stopping = True
        if self._work is not None:
            self._work.stop()

    def run(self):
        """Raises Over."""
        order = self._insist(self._platform.open)
        self._silence_seconds = order["silence_seconds"]
        self._heartbeat_seconds = order["heartbeat_seconds"]
        self._work = Work(order)
        self._streams = [
            Stream(name, f"{self._work.folder}/{path}", order["piece_bytes"], order["line_bytes_max"])
            for name, path in (("events", "inside/events.jsonl"), ("output", "output.jsonl"))
        ]
        if any(order["offsets"].values()):
            raise Over("this attempt has begun already")
        try:
            self._carry_out()
        finally:
            self._work.clear()

    def _carry_out(self):
        trouble = ""
        try:
            if not self._stopping:
                self._work.start()
        except OSError as error:
            trouble = f"the attempt could not be prepared: {error}"
        if self._stopping:
            self._work.stop()
        self._send_all()
        state = self._work.exit_state()
        if state["code"] is None and state["signal"] is None:
            self._say(trouble or self._work.last_words() or "how the process ended is not known")
        self._insist(lambda: self._platform.end(state))

    def _send_all(self):
        """Send what is written until the process has ended and all of it has arrived."""
        while True:
            # Asked before the last look, so that nothing written just before the end is missed.
            ended = self._work.has_ended()
            sent = self._send() if self._platform.pause() == 0.0 else None
            if sent is False and ended:
                return
            self._give_up_in_silence()
            if not sent:
                time.sleep(LOOK_SECONDS)

    def _send(self):
        """Send a piece of each stream.

        Whether there was one, None when the platform did not answer or has no room.
        """
        found = False
        for stream in self._streams:
            lines = stream.piece()
            if not lines and (stream.name != "events" or self._platform.silence() < self._heartbeat_seconds):
                continue
            answer = self._platform.append(stream.name, stream.offset, lines)
            if answer is None:
                return None
            if answer["stop"]:
                self._work.stop()
            if lines and answer["offset"] == stream.offset:
                self._platform.rest()
                return None
            found = found or bool(lines)
            stream.offset = answer["offset"]
        return found

    def _say(self, text):
        """A line of our own, behind what the process printed."""
        line = {"ts": time.time(), "stream": "stderr", "text": f"[{text}]"}
        output = self._streams[1]
        self._insist(
            lambda: self._platform.append("output", output.offset, json.dumps(line).encode() + b"\n")
        )

    def _insist(self, ask):
        """The answer to something that is asked until there is one."""
        while True:
            if self._platform.pause() == 0.0:
                answer = ask()
                if answer is not None:
                    return answer
            self._give_up_in_silence()
            time.sleep(min(LOOK_SECONDS, self._platform.pause()))

    def _give_up_in_silence(self):
        if self._platform.silence() > self._silence_seconds:
            raise Over(f"the platform has not answered for {self._silence_seconds:.0f} s")


def main():
    """Carry out the attempt that the environment names."""
    _keep_to_ourselves()
    url, token = os.environ.pop("ATTEMPT_URL"), os.environ.pop("ATTEMPT_TOKEN")
    ship = Ship(Platform(url, token, f"{os.uname().nodename}-{uuid.uuid4()}"))
    _on_signals(ship.stop)
    try:
        ship.run()
    except Over as over:
        print(f"this attempt is over: {over}", file=sys.stderr)
        sys.exit(OVER)
    finally:
        # Python gives signals their default back at its end; one that comes then would look like a failure.
        _on_signals(signal.SIG_IGN)


def _keep_to_ourselves():
    """Close our memory and environment to others of our user: in a pod, that is the program."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_DUMPABLE, 0, 0, 0, 0)


def _on_signals(action):
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, action)
