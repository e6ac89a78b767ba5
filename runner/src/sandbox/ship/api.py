"""Outside the sandbox: asks the platform, whose answers may be late, lost or refusals."""

import contextlib
import http.client
import json
import random
import time
import urllib.parse

TIMEOUT_SECONDS = 30.0
WAIT_SECONDS, WAIT_SECONDS_MAX = 0.2, 5.0


class Over(Exception):
    """The platform takes nothing more from us: the attempt is over, another has it, or nobody knows it."""


class Platform:
    """One platform, asked for one attempt. Times are of the clock that nobody can set."""

    def __init__(self, url, token, instance):
        self._url = urllib.parse.urlsplit(url)
        self._headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        self._instance = instance
        self._connection = None
        self._wait = WAIT_SECONDS
        # When it may be asked again, after it did not answer.
        self._ask_at = 0.0
        self.heard_at = time.monotonic()

    def silence(self):
        """Seconds since it answered last."""
        return time.monotonic() - self.heard_at

    def pause(self):
        """Seconds until it should be asked again; 0.0 when it may be asked now."""
        return max(0.0, self._ask_at - time.monotonic())

    def open(self):
        """What to start; None without an answer, as with all that is asked."""
        return self._ask("open", {}, json.dumps({"instance": self._instance}).encode())

    def append(self, stream, offset, lines):
        """Where the stream goes on and whether to stop."""
        return self._ask("events", {"instance": self._instance, "stream": stream, "offset": offset}, lines)

    def end(self, exit_state):
        """Say how the process ended."""
        return self._ask("exit", {}, json.dumps({"instance": self._instance, **exit_state}).encode())

    def _ask(self, what, query, body):
        """The answer; None where there is none, or one of a platform in trouble."""
        path = f"{self._url.path.rstrip('/')}/api/v1/attempts/{what}"
        if query:
            path += "?" + urllib.parse.urlencode(query)
        try:
            status, data = self._request(path, body)
            if status in (401, 410):
                raise Over(data.decode("utf-8", "replace")[:500])
            if status in (200, 409):
                answer = json.loads(data)
                self.heard_at, self._wait, self._ask_at = time.monotonic(), WAIT_SECONDS, 0.0
                return answer
        except (OSError, http.client.HTTPException, ValueError):
            self._close()
        self.rest()
        return None

    def rest(self):
        """Leave it alone for a moment, and for a longer one when it does not answer again."""
        self._ask_at = time.monotonic() + self._wait * random.uniform(0.5, 1.0)
        self._wait = min(self._wait * 2, WAIT_SECONDS_MAX)

    def _request(self, path, body):
        if self._connection is None:
            secure = self._url.scheme == "https"
            kind = http.client.HTTPSConnection if secure else http.client.HTTPConnection
            self._connection = kind(self._url.hostname, self._url.port, timeout=TIMEOUT_SECONDS)
        self._connection.request("POST", path, body, self._headers)
        answer = self._connection.getresponse()
        data = answer.read()
        if answer.will_close:
            self._close()
        return answer.status, data

    def _close(self):
        if self._connection is not None:
            with contextlib.suppress(OSError):
                self._connection.close()
        self._connection = None
