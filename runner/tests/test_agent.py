"""The agent of a sandbox, asked over its socket as the worker does."""

import json
import os
import socket
import struct
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from conftest import until

PROGRAMS = Path(__file__).parents[1] / "src/sandbox"


class Worker:
    """The worker's end of the socket."""

    def __init__(self, folder, command=None, archive=None):
        path = str(folder / "socket")
        self._listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._listener.bind(path)
        self._listener.listen()
        self._listener.settimeout(20)
        arguments = [sys.executable, "-I", "-S", str(PROGRAMS), "agent", path]
        (folder / "work").mkdir()
        if command or archive:
            (folder / "start.json").write_text(json.dumps({"archive": archive, "command": command}))
            arguments.append(str(folder / "start.json"))
        self.agent = subprocess.Popen(
            arguments,
            cwd=folder / "work",
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )

    def send(self, pieces=(), **request):
        """Send a request; the connection that the answer comes over."""
        connection, _ = self._listener.accept()
        connection.settimeout(20)
        connection.sendall(json.dumps(request).encode() + b"\n")
        for piece in pieces:
            connection.sendall(struct.pack(">I", len(piece)) + piece)
        return connection

    def ask(self, pieces=(), **request):
        """Send a request; its answer and what comes after it."""
        with self.send(pieces, **request) as connection, connection.makefile("rb") as reader:
            return json.loads(reader.readline()), reader.read()

    def execute(self, command, timeout=20, **more):
        return self.ask(do="execute", command=command, timeout=timeout, **more)[0]


@pytest.fixture
def worker(tmp_path):
    worker = Worker(tmp_path)
    yield worker
    worker.agent.kill()
    worker.agent.wait()


def test_a_command_gives_what_it_printed_and_its_code(worker, tmp_path):
    answer = worker.execute("echo $NAME; pwd; echo wrong >&2; exit 3", env={"NAME": "value"}, working_dir="/")
    assert answer == {
        "stdout": "value\n/\n",
        "stderr": "wrong\n",
        "exit_code": 3,
        "stdout_cut": False,
        "stderr_cut": False,
    }
    assert worker.execute("pwd")["stdout"] == f"{tmp_path}/work\n"
    assert worker.execute("kill -9 $$")["exit_code"] == 137
    assert worker.execute("true", working_dir="/none")["stderr"] == "cd: /none: No such file or directory\n"


def test_a_command_that_takes_too_long_is_ended_with_its_children(worker):
    answer = worker.execute("(sleep 60; true) & echo $!; sleep 60", timeout=0.5)
    assert answer["refused"]["kind"] == "timeout"
    assert "longer than 0.5 s" in answer["refused"]["message"]


def test_a_command_nobody_waits_for_any_more_is_ended(worker, tmp_path):
    connection = worker.send(do="execute", command=f"echo $$ > {tmp_path}/pid; sleep 60", timeout=60)
    until(lambda: (tmp_path / "pid").exists() and (tmp_path / "pid").read_text().strip(), 20)
    pid = int((tmp_path / "pid").read_text())
    connection.close()
    until(lambda: not os.path.exists(f"/proc/{pid}"), 20)


def test_what_a_command_leaves_in_the_background_lives_on_and_may_print(worker, tmp_path):
    begin = time.monotonic()
    worker.execute(
        f"(for i in $(seq 40); do echo line; sleep 0.05; done; echo done > {tmp_path}/end) & echo started"
    )
    assert time.monotonic() - begin < 1.5
    until(lambda: (tmp_path / "end").exists(), 20)


def test_commands_run_side_by_side(worker):
    slow = worker.send(do="execute", command="sleep 30; echo slow", timeout=60)
    assert worker.execute("echo quick")["stdout"] == "quick\n"
    slow.close()


def test_output_beyond_the_limit_is_dropped_and_the_command_goes_on(worker):
    answer = worker.execute("head -c 30000000 /dev/zero | tr '\\0' x; echo end >&2")
    assert (len(answer["stdout"]), answer["stdout_cut"]) == (5 * 1024 * 1024, True)
    assert (answer["stderr"], answer["exit_code"]) == ("end\n", 0)


def test_files_go_in_and_out_byte_for_byte(worker, tmp_path):
    data = os.urandom(700_000)
    path = str(tmp_path / "new" / "folder" / "file")
    assert worker.ask([data[:300_000], data[300_000:], b""], do="upload", path=path)[0] == {
        "path": path,
        "size": 700_000,
    }
    assert worker.ask(do="download", path=path) == ({"size": 700_000}, data)


def test_a_file_is_read_whole_or_by_windows(worker, tmp_path):
    (tmp_path / "file").write_text("0123456789é")
    read = lambda **window: worker.ask(do="read", path=str(tmp_path / "file"), **window)[0]  # noqa: E731
    assert read() == {"content": "0123456789é", "size": 12, "total_size": 12, "offset": 0, "truncated": False}
    assert read(offset=2, length=3) == {
        "content": "234",
        "size": 3,
        "total_size": 12,
        "offset": 2,
        "truncated": True,
    }
    assert read(offset=-3, length=100)["content"] == "9é"
    assert read(offset=50)["content"] == ""


@pytest.mark.parametrize(
    ("request_", "kind"),
    [
        ({"do": "download", "path": "/none"}, "not_found"),
        ({"do": "read", "path": "/none"}, "not_found"),
        ({"do": "read", "path": "/"}, "invalid"),
        ({"do": "download", "path": "/dev/zero"}, "invalid"),
        ({"do": "read", "path": "a\0b"}, "not_found"),
        ({"do": "read", "path": "big"}, "too_large"),
        ({"do": "upload", "path": "/proc/none/file"}, "invalid"),
        ({"do": "dance"}, "invalid"),
        ({}, "invalid"),
    ],
)
def test_what_cannot_be_done_is_refused_with_a_sentence(worker, tmp_path, request_, kind):
    with open(tmp_path / "work" / "big", "wb") as file:
        file.truncate(11 * 1024 * 1024)
    answer, _ = worker.ask([b"data", b""] if request_.get("do") == "upload" else [], **request_)
    assert answer["refused"]["kind"] == kind
    assert answer["refused"]["message"]


def test_an_upload_that_is_cut_short_is_refused(worker, tmp_path):
    with worker.send([b"some"], do="upload", path=str(tmp_path / "file")) as connection:
        connection.shutdown(socket.SHUT_WR)
        assert "before it was whole" in json.loads(connection.makefile().readline())["refused"]["message"]


@pytest.mark.parametrize(
    ("command", "code"), [("echo hello; exit 4", 4), (["/bin/sh", "-c", "echo hello"], 0), (["/none"], 127)]
)
def test_the_sandbox_ends_with_its_start_command(tmp_path, command, code):
    worker = Worker(tmp_path, command)
    printed, _ = worker.agent.communicate(timeout=20)
    assert worker.agent.returncode == code
    assert (b"hello" if code != 127 else b"cannot be started: /none: No such file") in printed


def test_a_file_that_comes_and_goes_is_there_or_not(tmp_path):
    sys.path.insert(0, str(PROGRAMS.parent))
    from sandbox.agent.files import open_file
    from sandbox.agent.protocol import Refused

    path = tmp_path / "file"
    done = threading.Event()

    def come_and_go():
        while not done.is_set():
            path.touch()
            path.unlink()

    other = threading.Thread(target=come_and_go)
    other.start()
    kinds = set()
    try:
        for _ in range(5000):
            try:
                open_file(str(path)).close()
            except Refused as refusal:
                kinds.add(refusal.kind)
    finally:
        done.set()
        other.join()
    assert kinds == {"not_found"}
