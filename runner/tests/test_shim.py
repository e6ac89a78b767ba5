"""The shim with commands that are not the runner."""

import json
import os
import signal
import sys
import tempfile
import time

import pytest
from conftest import is_alive, until

from sandbox.shim.disk import Disk
from sandbox.shim.processes import memory_of

# A grandchild in a session of its own that ignores SIGTERM and holds the output open; its pid is printed.
ORPHAN = """
import os, signal, sys, time
if os.fork() == 0:
    os.setsid()
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    pid = os.fork()
    if pid == 0:
        time.sleep(600)
    print(pid, flush=True)
    os._exit(0)
os.wait()
"""
STUBBORN = f"""{ORPHAN}
signal.signal(signal.SIGTERM, signal.SIG_IGN)
print("ready", flush=True)
time.sleep(600)
"""


def python(code):
    return sys.executable, "-I", "-S", "-c", code


def sh(code):
    return "/bin/sh", "-c", code


@pytest.mark.parametrize(
    ("command", "code", "name"), [("exit 3", 3, None), ("true", 0, None), ("kill -KILL $$", None, "SIGKILL")]
)
def test_exit(shim, command, code, name):
    one = shim(*sh(command))
    end = one.finish()
    assert (end["code"], end["signal"], end["reason"]) == (code, name, "exited")
    assert abs(end["ts"] - time.time()) < 10


def test_who_runs(shim):
    one = shim(*sh("echo $$; sleep 60"))
    until(lambda: (one.workdir / "shim.json").exists() and one.output())
    who = one.read("shim.json")
    assert who["pid"] == one.process.pid and who["child_pid"] == int(one.output()[0])
    with open(f"/proc/{who['child_pid']}/stat") as file:
        assert who["child_start_time"] == int(file.read().split()[21])
    assert os.getpgid(who["child_pid"]) == who["child_pid"] and os.getsid(who["pid"]) == who["pid"]


def test_command_that_does_not_exist(shim):
    one = shim("/no/such/command")
    assert one.finish()["code"] == 127
    assert "cannot start /no/such/command" in one.output("stderr")[0]


def test_lines(shim):
    text = "\\033[1mbold\\033[0m\\r\\nbar 10\\rbar 20\\rbar 100\\n\\377\\376\\n\\nlast"
    one = shim(*sh(f"printf '{text}'; echo oops >&2; cat"))
    one.finish()
    assert one.output() == ["\033[1mbold\033[0m", "bar 100", "\ufffd\ufffd", "", "last"]
    assert one.output("stderr") == ["oops"]


def test_long_lines_are_cut_between_characters(shim):
    one = shim(*python("print('x' + 'é' * 20000); print('end')"))
    one.finish()
    *pieces, end = one.output()
    assert "".join(pieces) == "x" + "é" * 20000 and end == "end"
    assert len(pieces) == 3 and all(len(piece.encode()) <= 16 * 1024 for piece in pieces)
    written = map(json.loads, (one.workdir / "output.jsonl").read_text().splitlines())
    assert [line.get("part") for line in written] == ["piece", "piece", None, None]


BAR = """
import sys, time
for percent in range(40):
    sys.stderr.write(f"\\rbar {percent} %é")
    sys.stderr.flush()
    time.sleep(0.1)
sys.stdout.write("Downloading … ")
sys.stdout.flush()
time.sleep(1.5)
print("done")
"""


def test_an_unfinished_line_is_shown(shim):
    """Within a second, and again when it has changed; a line that was shown is written whole in the end."""
    one = shim(*python(BAR))
    until(lambda: one.output("stderr"), 5)
    first = time.monotonic()
    until(one.output, 20)
    bars = one.output("stderr")
    assert 3 <= len(bars) <= 2 + (time.monotonic() - first) / 0.8 and len(set(bars)) == len(bars)
    assert all(line.startswith("bar ") and line.endswith(" %é") for line in bars)
    one.finish()
    written = [json.loads(line) for line in (one.workdir / "output.jsonl").read_text().splitlines()]
    lasts = [(line["text"], line.get("part")) for line in written if line["stream"] == "stdout"]
    assert lasts == [("Downloading … ", "unfinished"), ("Downloading … done", None)]
    assert one.output("stderr")[-1] == "bar 39 %é"


def test_a_character_that_is_not_whole_yet_is_not_shown(shim):
    one = shim(
        *python("import os, time; os.write(1, b'caf\\xc3'); time.sleep(1.5); os.write(1, b'\\xa9\\n')")
    )
    until(lambda: one.output(), 20)
    assert one.output() == ["caf"]
    one.finish()
    assert one.output() == ["caf", "café"]


def test_output_limit(shim):
    one = shim(*python("for i in range(5000): print('line', i)"), output_bytes_max=10_000)
    assert one.finish()["code"] == 0
    assert (one.workdir / "output.jsonl").stat().st_size < 10_200
    assert one.output()[0] == "line 0"
    assert one.output("stderr") == ["[output limit of 10000 bytes reached, what follows is not kept]"]


def test_output_without_end(shim):
    """What is read but not kept costs the machine time: ten times the limit ends the program."""
    one = shim(*sh("while true; do echo line; done"), output_bytes_max=10_000, grace_seconds=0.5)
    end = one.finish()
    assert (end["reason"], end["limit"], end["signal"]) == ("limit", "output", "SIGTERM")
    assert (one.workdir / "output.jsonl").stat().st_size < 10_200


def test_disk_limit(shim):
    """Also what was deleted while it is open counts."""
    code = """
import os, time
files = []
while True:
    file = open("part", "wb")
    file.write(bytes(1_000_000))
    file.flush()
    os.unlink("part")
    files.append(file)
    time.sleep(0.01)
"""
    one = shim(*python(code), disk_bytes=20_000_000)
    end = one.finish()
    assert (end["reason"], end["limit"]) == ("limit", "disk")


def test_disk_limit_at_full_speed(shim):
    """Many files make measuring slow; it is not what decides how much can be written meanwhile."""
    code = """
import os
for folder in range(90):
    os.mkdir(f"d{folder}")
    for number in range(100):
        open(f"d{folder}/{number}", "w").close()
print("ready", flush=True)
for number in range(4000):
    with open(f"big{number}", "wb") as file:
        file.write(bytes(1_000_000))
"""
    one = shim(*python(code), disk_bytes=100_000_000)
    end = one.finish(120)
    assert (end["reason"], end["limit"]) == ("limit", "disk")
    assert not (one.inside / "big3999").exists()


@pytest.mark.parametrize(
    "code",
    [
        "for i in range(40): open(f'part{i}', 'wb').write(bytes(1_000_000))",
        "import itertools\nfor i in range(12_000): open(f'{i}', 'w').close()",
        "import os\nfor i in range(250): os.mkdir('d'); os.chdir('d')",
    ],
    ids=["bytes", "files", "folders in folders"],
)
def test_disk_limit_of_a_program_that_ends_at_once(shim, code):
    """The end is the truth: what was written shortly before it counts as well."""
    end = shim(*python(code), disk_bytes=20_000_000).finish(60)
    assert (end["code"] in (0, None), end["limit"]) == (True, "disk")


def test_disk_limit_counts_what_is_only_mapped(shim):
    """Deleted and closed, but still in the memory of the program: root can tell."""
    code = """
import ctypes, os, time
mmap = ctypes.CDLL(None).mmap
mmap.argtypes = [ctypes.c_void_p, ctypes.c_size_t, *[ctypes.c_int] * 3, ctypes.c_long]
while True:
    with open("part", "wb+") as file:
        file.write(bytes(1_000_000))
        file.flush()
        mmap(None, 4096, 1, 1, file.fileno(), 0)
    os.unlink("part")
    time.sleep(0.01)
"""
    if os.getuid() != 0:
        pytest.skip("only root may see the files that another process has mapped")
    end = shim(*python(code), disk_bytes=20_000_000).finish(60)
    assert (end["reason"], end["limit"]) == ("limit", "disk")


def test_one_file_is_no_bigger_than_the_disk_limit(shim):
    one = shim(*python("open('big', 'wb').write(bytes(30_000_000))"), disk_bytes=20_000_000)
    end = one.finish()
    assert (one.inside / "big").stat().st_size == 20_000_000
    # The file takes all of the room, so a program that is slow to end by itself is ended.
    if end["reason"] == "limit":
        assert end["limit"] == "disk"
    else:
        assert end["code"] == 1
        assert "File too large" in one.output("stderr")[-1]


def test_memory_limit(shim):
    hungry = "kept = [b'x' * 1_000_000 for _ in range(400)]; import time; time.sleep(60)"
    end = shim(*python(hungry), memory_bytes=200_000_000).finish()
    assert (end["reason"], end["limit"], end["signal"]) == ("limit", "memory", "SIGKILL")


def test_memory_is_measured_where_there_are_no_groups():
    """As the shim does it for users who may not make control groups; what is shared counts once."""
    pids = [os.getpid(), os.getppid()]
    assert 1_000_000 < memory_of(pids[:1]) < memory_of(pids) < 10_000_000_000
    assert memory_of([2**22 + 1]) == 0


def test_stop_is_passed_on(shim):
    one = shim(*sh("trap 'echo bye; exit 7' TERM; echo ready; while true; do sleep 0.05; done"))
    one.wait_for("ready")
    one.process.terminate()
    end = one.finish(5)
    assert (end["code"], end["reason"]) == (7, "stopped")
    assert one.output() == ["ready", "bye"]


def test_stop_ends_everything_within_the_grace_period(shim):
    one = shim(*python(STUBBORN), grace_seconds=0.5)
    one.wait_for("ready")
    orphan = int(one.output()[0])
    assert is_alive(orphan)
    started = time.monotonic()
    one.process.terminate()
    end = one.finish()
    assert time.monotonic() - started < 1.5
    assert (end["signal"], end["reason"]) == ("SIGKILL", "stopped")
    assert not is_alive(orphan)


def test_nothing_is_left_when_the_child_ends_by_itself(shim):
    one = shim(*python(ORPHAN))
    started = time.monotonic()
    assert one.finish()["reason"] == "exited"
    assert time.monotonic() - started < 5
    assert not is_alive(int(one.output()[0]))


def test_death_of_the_shim_kills_the_child(shim):
    one = shim(*sh("echo $$; exec sleep 600"))
    until(one.output)
    child = int(one.output()[0])
    os.kill(one.process.pid, signal.SIGKILL)
    one.process.wait()
    until(lambda: not is_alive(child), 2)
    assert not (one.workdir / "exit.json").exists()


def test_disk_of_a_folder_whose_files_are_gone(tmp_path):
    """Names take room in their folder, on most file systems also after they were deleted."""
    folder = tmp_path / "emptied"
    folder.mkdir()
    names = [folder / f"{number:0200}" for number in range(3000)]
    for name in names:
        name.touch()
    for name in names:
        name.unlink()
    assert Disk(str(tmp_path), 10**9).used([]) >= folder.stat().st_blocks * 512


def test_disk_of_a_closed_folder():
    """Also to a platform that is not root."""
    with tempfile.TemporaryDirectory() as folder:
        if os.getuid() == 0:
            os.chown(folder, 65_534, 65_534)
            os.seteuid(65_534)
        try:
            closed = f"{folder}/closed"
            os.mkdir(closed)
            with open(f"{closed}/file", "wb") as file:
                file.write(bytes(3_000_000))
            os.chmod(closed, 0)
            used = Disk(folder, 10**9).used([])
        finally:
            os.seteuid(os.getuid())
        assert used >= 3_000_000
