"""A scripted OpenAI-compatible endpoint: answers depend only on the conversation, so runs can be compared."""

import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


def answer(body: dict) -> dict | int:
    """The assistant message for a request, or an HTTP status to fail with."""
    messages = body["messages"]
    first = next(m["content"] for m in messages if m["role"] == "user")
    turn = sum(m["role"] == "assistant" for m in messages)
    if "[refused in 200]" in first:
        return {"error": {"message": "Provider returned error", "code": 502}}
    for status in (302, 401, 500):
        if f"[{status}]" in first:
            return status
    if "[too long]" in first:
        return 400
    if "[slow]" in first:
        time.sleep(0.5)
    if "[hang]" in first:
        time.sleep(30)
    if body.get("tools") and turn == 0:
        call = {"name": "add", "arguments": json.dumps({"a": 2, "b": 3})}
        calls = [{"id": "call_1", "type": "function", "function": call}]
        return {"role": "assistant", "content": None, "tool_calls": calls}
    return {"role": "assistant", "content": f"turn {turn + 1}: {first[::-1]}"}


FAILURES = {
    302: {},
    400: {"message": "This model's maximum context length is 8 tokens", "type": "invalid_request_error"},
    401: {"message": "wrong key", "type": "auth"},
    500: {"message": "out of order", "type": "server_error"},
}


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["content-length"])))
        self.server.requests.append({"headers": dict(self.headers), "body": body})
        reply = answer(body)
        if isinstance(reply, int):
            status, data = reply, {"error": FAILURES[reply]}
        elif "error" in reply:
            status, data = 200, reply
        else:
            reason = "tool_calls" if reply.get("tool_calls") else "stop"
            usage = {"prompt_tokens": 10, "completion_tokens": 5, "total_tokens": 15}
            choice = {"index": 0, "finish_reason": reason, "message": reply}
            data = {"id": "x", "object": "chat.completion", "created": 1, "model": body["model"]}
            status, data = 200, {**data, "choices": [choice], "usage": usage}
        encoded = json.dumps(data).encode()
        self.send_response(status)
        self.send_header("content-type", "application/json")
        if status == 302:
            self.send_header("location", "/login")
        self.send_header("content-length", str(len(encoded)))
        self.end_headers()
        self.wfile.write(encoded)

    def log_message(self, *args):
        pass


class ModelServer(ThreadingHTTPServer):
    """Listens on a free local port; `requests` is what it got, in order."""

    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.requests = []
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server_port}/v1"

    def handle_error(self, request, client_address):
        """A client that was killed in the middle of a request is part of the tests."""
