"""What environments' own HTTP clients leave out of their exceptions: what the server said."""

import json
import threading
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx
import pytest
import requests

from hosted_runner.failures import described

REFUSAL = "This run may not use sandboxes: it was started without Allow sandbox access."


@pytest.fixture
def url():
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            status = int(self.path.rpartition("/")[2])
            self.send_response(status)
            self.end_headers()
            self.wfile.write(json.dumps({"detail": REFUSAL}).encode())

        def log_message(self, *args):
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


CLIENTS = {
    "httpx": lambda url: httpx.get(url).raise_for_status(),
    "requests": lambda url: requests.get(url, timeout=10).raise_for_status(),
    "urllib": lambda url: urllib.request.urlopen(url, timeout=10),
}


@pytest.mark.parametrize("client", CLIENTS)
@pytest.mark.parametrize("status", [403, 502])
def test_what_the_server_said_is_told(url, client, status):
    with pytest.raises(Exception) as raised:
        CLIENTS[client](f"{url}/{status}")
    wrapped = RuntimeError("no sandbox")
    wrapped.__cause__ = raised.value
    messages = [one["message"] for one in described(wrapped)]
    assert messages[0] == "no sandbox"
    assert str(status) in messages[1] and REFUSAL in messages[1]


def test_a_response_that_was_not_read_is_left_alone(url):
    with httpx.stream("GET", f"{url}/403") as response, pytest.raises(httpx.HTTPStatusError) as raised:
        response.raise_for_status()
    assert "403" in described(raised.value)[0]["message"]
