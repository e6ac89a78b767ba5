"""Shells and commands that somebody talks to while they run, asked of the agent as the worker does."""

import json
import struct
import threading
import time

import pytest
from conftest import until
from test_agent import Worker

INPUT, SIZE, END_OF_INPUT, SIGNAL = 0, 1, 2, 3
OUTPUT, ERRORS, EXIT = 0, 1, 2


class Session:
    """The worker's end of a session."""

    def __init__(self, worker, **request):
        self.connection = worker.send(do="session", **request)
        self.reader = self.connection.makefile("rb")
        self.answer = json.loads(self.reader.readline())
        self.printed = {OUTPUT: b"", ERRORS: b""}
        self.exit = None

    def send(self, kind, data=b""):
        self.connection.sendall(struct.pack(">BI", kind, len(data)) + data)

    def read(self, until=None):
        """Take frames until the program has printed that, or has ended."""
        while until is None or until not in self.printed[OUTPUT]:
            head = self.reader.read(5)
            if not head:
                assert until is None, self.printed
                return self
            kind, size = struct.unpack(">BI", head)
            data = self.reader.read(size)
            if kind == EXIT:
                self.exit = json.loads(data)
            else:
                self.printed[kind] += data
        return self

    def close(self):
        self.reader.close()
        self.connection.close()


@pytest.fixture
def begin(tmp_path):
    worker = Worker(tmp_path)
    sessions = []

    def make(**request):
        sessions.append(Session(worker, **request))
        return sessions[-1]

    yield make
    for session in sessions:
        session.close()
    worker.agent.kill()
    worker.agent.wait()


def test_a_command_reads_its_input_and_prints_on_both_streams(begin):
    session = begin(command="cat; echo wrong >&2; exit 3", env={"NAME": "value"})
    assert session.answer == {"begun": True}
    session.send(INPUT, b"one\n")
    session.read(b"one\n")
    assert session.exit is None
    session.send(INPUT, b"two\n")
    session.send(END_OF_INPUT)
    session.read()
    assert session.printed == {OUTPUT: b"one\ntwo\n", ERRORS: b"wrong\n"}
    assert session.exit == {"code": 3}


def test_a_megabyte_goes_in_and_comes_out_whole(begin):
    session = begin(command="sleep 0.3; cat")
    data = bytes(range(256)) * 4096

    def send():
        for start in range(0, len(data), 65536):
            session.send(INPUT, data[start : start + 65536])
        session.send(END_OF_INPUT)

    # Beside reading: who sends more than the other side takes waits.
    sending = threading.Thread(target=send, daemon=True)
    sending.start()
    assert session.read().printed[OUTPUT] == data
    sending.join()


def test_what_a_command_printed_last_is_not_lost(begin):
    for _ in range(20):
        assert begin(command="seq 2000").read().printed[OUTPUT].endswith(b"1999\n2000\n")


def test_a_shell_has_a_terminal_of_the_size_that_is_said(begin):
    session = begin(terminal={"type": "xterm-256color", "columns": 91, "rows": 17})
    session.send(INPUT, b"stty size; echo $TERM; tty\n")
    session.read(b"17 91\r\nxterm-256color\r\n/dev/pts/")
    session.send(SIZE, struct.pack(">HH", 120, 40))
    session.send(INPUT, b"stty size\n")
    session.read(b"40 120\r\n")
    session.send(INPUT, b"sleep 60\n")
    time.sleep(0.3)
    # The terminal makes a signal of it, since it is that of the shell.
    session.send(INPUT, b"\x03")
    session.send(INPUT, b"exit 5\n")
    assert session.read().exit == {"code": 5}


def test_a_signal_reaches_the_program_and_is_told(begin):
    session = begin(command="echo ready; exec sleep 60")
    session.read(b"ready")
    session.send(SIGNAL, b"TERM")
    assert session.read().exit == {"signal": 15}


def test_input_that_comes_after_the_end_costs_nothing_of_the_output(begin):
    session = begin(command="echo there")
    time.sleep(0.3)
    session.send(INPUT, b"too late\n")
    session.send(END_OF_INPUT)
    assert session.read().printed[OUTPUT] == b"there\n"
    assert session.exit == {"code": 0}


def test_who_closes_the_connection_hangs_up(begin, tmp_path):
    told = tmp_path / "told"
    session = begin(command=f"trap 'echo > {told}; exit' HUP; echo ready; while :; do sleep 0.05; done")
    session.read(b"ready")
    session.close()
    until(told.exists)


def test_what_is_left_running_keeps_no_session_open(begin, tmp_path):
    session = begin(command=f"(sleep 0.5; echo still > {tmp_path}/still) & echo over")
    begun = time.monotonic()
    assert session.read().exit == {"code": 0}
    assert time.monotonic() - begun < 0.4
    until(lambda: (tmp_path / "still").exists())


def test_a_frame_that_is_too_large_ends_the_session(begin):
    session = begin(command="cat")
    session.connection.sendall(struct.pack(">BI", INPUT, 2**31))
    assert session.read().exit == {"signal": 1}


def test_a_program_that_prints_nothing_more_goes_on_to_its_end(begin):
    session = begin(command="echo hi; exec >&- 2>&-; sleep 0.5; exit 7")
    assert session.read().printed[OUTPUT] == b"hi\n"
    assert session.exit == {"code": 7}
