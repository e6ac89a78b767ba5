"""Checkpoints of a sandbox, as its agent sends and unpacks them."""

import gzip
import io
import json
import os
import socket
import stat
import struct
import subprocess
import tarfile
import threading

import pytest
from test_agent import Worker

MIB = 1024**2


@pytest.fixture
def worker(tmp_path):
    worker = Worker(tmp_path)
    yield worker
    worker.agent.kill()
    worker.agent.wait()


def received(connection):
    """The archive that comes over a connection, and the line that ends it."""
    with connection, connection.makefile("rb") as reader:
        assert json.loads(reader.readline()) == {"packing": True}
        archive = b""
        while length := struct.unpack(">I", reader.read(4))[0]:
            archive += reader.read(length)
        return archive, json.loads(reader.readline())


def pack(worker, folder, skip=()):
    return received(worker.send(do="pack", folder=str(folder), skip=list(skip)))


def restored(tmp_path, archive):
    """What a second sandbox has that starts with an archive."""
    folder = tmp_path / "second"
    (folder / "files").mkdir(parents=True)
    (folder / "files.tar.gz").write_bytes(archive)
    first = {"file": str(folder / "files.tar.gz"), "folder": str(folder / "files")}
    worker = Worker(folder, None, first)
    try:
        assert worker.execute("true")["exit_code"] == 0
    finally:
        worker.agent.kill()
        worker.agent.wait()
    return folder / "files"


def test_what_was_written_is_there_again(worker, tmp_path):
    source = tmp_path / "source"
    deep = source / ("d" * 255) / ("e" * 255) / "empty"
    deep.mkdir(parents=True)
    (source / "text").write_text("content")
    os.utime(source / "text", (1, 1_000_000_000.25))
    os.link(source / "text", deep.parent / "same")
    (source / "secret").write_text("s")
    os.chmod(source / "secret", 0)
    (source / "run").write_text("#!/bin/sh\n")
    os.chmod(source / "run", 0o6751)
    (source / "closed").mkdir()
    (source / "closed/in").write_text("in")
    os.chmod(source / "closed", 0)
    os.symlink("/etc/passwd", source / "passwd")
    os.symlink("../../..", source / "up")
    os.mkfifo(source / "pipe")
    os.mkdir(os.fsencode(source) + b"/\xff\n")
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(source / "socket"))
    archive, end = pack(worker, source)
    assert end == {"occupied_bytes": len("content") + 1 + 10 + 2}
    assert stat.S_IMODE((source / "closed").stat().st_mode) == 0

    target = restored(tmp_path, archive)
    assert (target / "text").read_text() == "content"
    assert (target / "text").stat().st_mtime == 1_000_000_000.25
    copies = [(target / "text").stat(), (target / deep.relative_to(source).parent / "same").stat()]
    assert copies[0].st_ino == copies[1].st_ino
    assert (target / deep.relative_to(source)).is_dir()
    modes = {name: stat.S_IMODE(os.lstat(target / name).st_mode) for name in ("secret", "run", "closed")}
    assert modes == {"secret": 0, "run": 0o6751, "closed": 0}
    os.chmod(target / "closed", 0o700)
    assert (target / "closed/in").read_text() == "in"
    assert os.readlink(target / "passwd") == "/etc/passwd"
    assert os.readlink(target / "up") == "../../.."
    assert stat.S_ISFIFO((target / "pipe").stat().st_mode)
    assert os.path.isdir(os.fsencode(target) + b"/\xff\n")
    assert not (target / "socket").exists()


def test_a_link_is_not_followed_and_what_is_the_platforms_is_left_out(worker, tmp_path):
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside/file").write_text("not of the sandbox")
    (tmp_path / "source/python").mkdir(parents=True)
    (tmp_path / "source/python/python3").write_text("the platform's")
    (tmp_path / "source/python/own").write_text("own")
    os.symlink(tmp_path / "outside", tmp_path / "source/link")
    archive, _ = pack(worker, tmp_path / "source", ["python/python3"])
    with tarfile.open(fileobj=io.BytesIO(archive)) as tar:
        assert sorted(tar.getnames()) == ["link", "python", "python/own"]


@pytest.mark.parametrize("parts", [[], [(0, 3)], [(4 * MIB, 5), (9 * MIB, 7)], [(10 * 1024 * MIB - 9, 9)]])
def test_a_sparse_file_takes_the_room_of_its_data(worker, tmp_path, parts):
    (tmp_path / "source").mkdir()
    name = tmp_path / "source" / ("sparse" * 40)
    with open(name, "wb") as file:
        file.truncate(10 * 1024 * MIB)
        for offset, length in parts:
            file.seek(offset)
            file.write(b"x" * length)
    archive, end = pack(worker, tmp_path / "source")
    assert len(archive) < MIB and end["occupied_bytes"] < MIB
    target = restored(tmp_path, archive) / name.name
    assert target.stat().st_size == 10 * 1024 * MIB
    assert target.stat().st_blocks * 512 < MIB
    with open(target, "rb") as file:
        for offset, length in parts:
            file.seek(max(0, offset - 2))
            assert file.read(length + min(2, offset) + 2).strip(b"\0") == b"x" * length


def test_files_that_grow_shrink_and_vanish_meanwhile_do_no_harm(worker, tmp_path):
    source = tmp_path / "source"
    source.mkdir()
    over = threading.Event()

    def disturb():
        while not over.is_set():
            for n in range(20):
                with open(source / f"a{n}", "wb") as file:
                    file.write(b"y" * 70_000)
                    file.truncate(10)
                os.rename(source / f"a{n}", source / f"b{n}")
                os.unlink(source / f"b{n}")

    thread = threading.Thread(target=disturb)
    thread.start()
    try:
        for _ in range(20):
            archive, end = pack(worker, source)
            assert "occupied_bytes" in end
            with tarfile.open(fileobj=io.BytesIO(archive)) as tar:
                assert all(len(tar.extractfile(member).read()) == member.size for member in tar)
    finally:
        over.set()
        thread.join()


def test_folders_too_deep_are_refused_and_the_agent_lives_on(worker, tmp_path):
    (tmp_path / "source").mkdir()
    deep = "import os, sys\nos.chdir(sys.argv[1])\nfor _ in range(1500): os.mkdir('d'); os.chdir('d')"
    (tmp_path / "deep.py").write_text(deep)
    try:
        assert worker.execute(f"python3 {tmp_path}/deep.py {tmp_path}/source")["exit_code"] == 0
        _, end = pack(worker, tmp_path / "source")
    finally:
        # pytest, which removes the folders of earlier runs, cannot go so deep itself.
        subprocess.run(["rm", "-rf", str(tmp_path / "source")], check=True)
    assert end["refused"]["message"] == "Folders lie more than 200 deep in one another"
    _, end = pack(worker, tmp_path / "none")
    assert "No such file" in end["refused"]["message"]
    assert worker.execute("echo here")["stdout"] == "here\n"


def test_many_files_are_sent_in_little_memory(worker, tmp_path):
    (tmp_path / "source").mkdir()
    for n in range(20_000):
        (tmp_path / f"source/{n}").touch()
    before = memory(worker.agent.pid)
    archive, _ = pack(worker, tmp_path / "source")
    with tarfile.open(fileobj=io.BytesIO(archive)) as tar:
        assert len(tar.getnames()) == 20_000
    assert memory(worker.agent.pid) - before < 8 * MIB


def memory(pid):
    """The most that a process had, in bytes."""
    with open(f"/proc/{pid}/status", encoding="ascii") as file:
        return next(int(line.split()[1]) * 1024 for line in file if line.startswith("VmHWM"))


@pytest.mark.parametrize("archive", [b"not gzip", gzip.compress(b"x" * 700), b""])
def test_an_archive_that_is_none_ends_the_sandbox_with_the_reason(tmp_path, archive):
    (tmp_path / "files").mkdir()
    (tmp_path / "files.tar.gz").write_bytes(archive)
    first = {"file": str(tmp_path / "files.tar.gz"), "folder": str(tmp_path / "files")}
    worker = Worker(tmp_path, "echo started", first)
    said, _ = worker.agent.communicate(timeout=20)
    assert worker.agent.returncode == 1
    assert said.startswith(b"The checkpoint cannot be unpacked: ") and b"started" not in said
