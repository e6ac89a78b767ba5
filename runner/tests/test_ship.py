"""The part of the program on another machine that needs no platform: what it reads, and what it starts."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import is_alive, until

from sandbox.ship.stream import LEFT_OUT, Stream
from sandbox.ship.work import Work

PROGRAMS = Path(__file__).parents[1] / "src/sandbox"


@pytest.fixture
def file(tmp_path):
    return tmp_path / "events.jsonl"


def sent(stream):
    """Everything that a stream gives, when each piece is taken."""
    pieces = []
    while piece := stream.piece():
        pieces.append(piece)
        stream.offset += len(piece)
    return pieces


def test_whole_lines_in_pieces(file):
    stream = Stream("events", str(file), 16, 64)
    assert stream.piece() == b""  # not there yet
    file.write_bytes(b"one\ntwo\nthree\nfour\nfi")
    assert sent(stream) == [b"one\ntwo\nthree\n", b"four\n"]
    with file.open("ab") as more:
        more.write(b"ve\n" + b"x" * 40 + b"\nsix\n")
    assert sent(stream) == [b"five\n", b"x" * 40 + b"\nsix\n"]


def test_what_was_not_taken_is_given_again(file):
    file.write_bytes(b"one\ntwo\n")
    stream = Stream("events", str(file), 4, 64)
    assert stream.piece() == stream.piece() == b"one\n"
    # The answer was lost: the platform is further than we know.
    stream.offset = 8
    assert stream.piece() == b""
    stream.offset = 4
    assert stream.piece() == b"two\n"


@pytest.mark.parametrize("size", [65, 100, 1000])
def test_a_line_that_is_too_long_is_left_out_once_its_end_is_there(file, size):
    file.write_bytes(b"one\n" + b"x" * (size - 1))
    stream = Stream("events", str(file), 16, 64)
    assert sent(stream) == [b"one\n"]
    with file.open("ab") as more:
        more.write(b"\ntwo\n" + b"y" * size + b"\nthree\n")
    before = stream.offset
    pieces = sent(stream)
    assert b"".join(pieces) == LEFT_OUT + b"two\n" + LEFT_OUT + b"three\n"
    # From wherever the platform is.
    for at in range(len(pieces) + 1):
        stream.offset = before + len(b"".join(pieces[:at]))
        assert b"".join(sent(stream)) == b"".join(pieces[at:])


def test_a_line_of_the_greatest_length_is_sent(file):
    file.write_bytes(b"x" * 63 + b"\n" + b"y" * 63 + b"\n")
    assert sent(Stream("events", str(file), 16, 64)) == [b"x" * 63 + b"\n", b"y" * 63 + b"\n"]


def test_links_and_pipes_are_not_read(file, tmp_path):
    (tmp_path / "secret").write_bytes(b"secret\n")
    file.symlink_to(tmp_path / "secret")
    assert Stream("events", str(file), 16, 64).piece() == b""
    file.unlink()
    os.mkfifo(file)
    assert Stream("events", str(file), 16, 64).piece() == b""


def order(folder, *argv):
    return {
        "work_dir": str(folder),
        "spawn": {
            "name": folder.name,
            "argv": argv,
            "cwd": f"{folder}/inside",
            "grace_seconds": 1,
            "output_bytes_max": 1_000_000,
            "limits": {"memory_bytes": 2**30, "processes": 64, "open_files": 256, "disk_bytes": 2**26},
            "input": False,
            "limited_by_engine": False,
            "sandbox": None,
        },
        "variables": {"TOKEN": "hidden"},
        "files": {"inside/home/.secrets/KEY": "c2VjcmV0"},
    }


def test_a_work_dir_is_made_for_us_alone_and_leaves_nothing(tmp_path):
    folder = tmp_path / "node/attempt"
    script = 'cat home/.secrets/KEY; echo " $TOKEN"; mkdir -p closed/below; chmod 0 closed; exit 3'
    work = Work(order(folder, "/bin/sh", "-c", script))
    work.start()
    until(work.has_ended)
    assert work.exit_state() == {"code": 3, "signal": None, "limit": None}
    assert '"text": "secret hidden"' in (folder / "output.jsonl").read_text()
    assert folder.stat().st_mode & 0o777 == 0o700
    assert not (folder / "variables.json").exists()
    work.clear()
    assert list((tmp_path / "node").iterdir()) == []


def test_a_program_takes_over_the_variables_that_its_order_names(tmp_path, monkeypatch):
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "3")
    monkeypatch.setenv("ATTEMPT_TOKEN", "ours")
    told = order(tmp_path / "attempt", "/usr/bin/env")
    told["inherited"] = ["CUDA_VISIBLE_DEVICES", "ROCR_VISIBLE_DEVICES"]
    work = Work(told)
    work.start()
    until(work.has_ended)
    lines = [json.loads(line)["text"] for line in (tmp_path / "attempt/output.jsonl").open()]
    assert sorted(line for line in lines if "_" in line) == ["CUDA_VISIBLE_DEVICES=3"]
    work.clear()


def test_a_folder_that_is_there_belongs_to_somebody_else(tmp_path):
    folder = tmp_path / "attempt"
    folder.mkdir()
    work = Work(order(folder, "/bin/true"))
    with pytest.raises(FileExistsError):
        work.start()
    work.clear()
    assert folder.exists()


@pytest.mark.skipif(sys.platform != "linux", reason="nothing tells a process of its parent's death there")
def test_the_program_ends_with_us(tmp_path):
    folder = tmp_path / "attempt"
    code = (
        "import sys, time; sys.path.insert(0, sys.argv[1]); from ship.work import Work; import json;"
        "Work(json.loads(sys.argv[2])).start(); time.sleep(600)"
    )
    argv = [sys.executable, "-c", code, str(PROGRAMS), json.dumps(order(folder, "/bin/sleep", "600"))]
    starter = subprocess.Popen(argv)
    until(lambda: (folder / "shim.json").exists())
    pid = json.loads((folder / "shim.json").read_text())["child_pid"]
    starter.send_signal(signal.SIGKILL)
    starter.wait()
    until(lambda: not is_alive(pid))
    until(lambda: (folder / "exit.json").exists())
