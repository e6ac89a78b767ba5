"""Which verifiers and which Python a package gets, by what it exports and requires."""

import json
import subprocess
import sys
import zipfile

import pytest
from conftest import SOURCE

from libraries.choose import choose, read_wheel

LINES = [
    {"verifiers": "0.3.1", "pythons": ["3.11", "3.12", "3.13"], "apis": ["v0", "v1"], "oldest": "0.1.14"},
    {"verifiers": "0.4.0", "pythons": ["3.11", "3.12", "3.13", "3.14"], "apis": ["v1"]},
]
V0 = "import verifiers as vf\n\nasync def load_environment(n: int = 1):\n    ...\n"
V1 = "import verifiers.v1 as vf\n\nclass Words(vf.Taskset): ...\n"


@pytest.fixture
def wheel_of(tmp_path):
    def write(source, requires="verifiers", python=None):
        wheel = tmp_path / "package-1.0-py3-none-any.whl"
        metadata = "Metadata-Version: 2.1\nName: package\nVersion: 1.0\n"
        metadata += f"Requires-Python: {python}\n" if python else ""
        metadata += "".join(f"Requires-Dist: {one}\n" for one in requires.split(" & ") if one)
        with zipfile.ZipFile(wheel, "w") as file:
            file.writestr("package/__init__.py", source)
            file.writestr("package-1.0.dist-info/METADATA", metadata + "\nRequires-Dist: verifiers==9\n")
        return wheel

    return write


@pytest.fixture
def chosen(wheel_of):
    def choose_for(*package, preferred="3.11.7", **fields):
        return choose(*read_wheel(wheel_of(*package, **fields)), LINES, preferred)

    return choose_for


def test_it_is_a_program_that_answers_in_json(wheel_of):
    script = str(SOURCE / "libraries" / "choose.py")

    def answer(wheel):
        argv = [sys.executable, "-I", script, str(wheel), json.dumps(LINES), "3.11.7"]
        return json.loads(subprocess.run(argv, capture_output=True, check=True, text=True).stdout)

    assert answer(wheel_of(V1))["line"] == "0.4.0"
    assert "cannot be read" in answer(__file__)["refused"]


@pytest.mark.parametrize(
    ("source", "requires", "line"),
    [
        (V0, "verifiers>=0.1.8", "0.3.1"),
        (V0, "", "0.3.1"),
        ("from .environment import (\n    thing,\n    load_environment,\n)\n", "verifiers", "0.3.1"),
        (V1, "verifiers>=0.3.1", "0.4.0"),
        ("from verifiers import v1 as vf\n", "", "0.4.0"),
        ("from verifiers.v1.utils.loaders import load_environment\n", "", "0.4.0"),
        (V1, "verifiers<0.4", "0.3.1"),
        (V1, 'verifiers==0.3.1 & verifiers==0.2; extra == "old"', "0.3.1"),
        (V0, "verifiers[rg]>=0.3,!=0.3.1", "0.4.0"),
        (V0 + V1, "", "0.3.1"),
        ("", "numpy & verifiers @ git+https://example.org/verifiers", "0.3.1"),
    ],
)
def test_the_line_that_a_package_gets(chosen, source, requires, line):
    answer = chosen(source, requires)
    assert answer["line"] == line
    assert answer["requirement"] == f"verifiers=={line}"
    assert answer["pythons"][0] == "3.11"


def test_a_pin_that_is_no_line_is_what_it_gets(chosen):
    answer = chosen(V0, "verifiers==0.2.0")
    assert answer["line"] is None
    assert answer["requirement"] == "verifiers==0.2.0"
    assert answer["why"] == "it requires verifiers==0.2.0"


@pytest.mark.parametrize(
    ("source", "python", "pythons"),
    [
        (V0, ">=3.10", ["3.11", "3.12", "3.13"]),
        (V0, ">=3.12", ["3.12", "3.13"]),
        (V0, ">=3.11.8", ["3.12", "3.13"]),
        (V1, "==3.13.*", ["3.13"]),
        (V1, ">=3.14", ["3.14"]),
        (V0, "nonsense", ["3.11", "3.12", "3.13"]),
    ],
)
def test_the_pythons_that_a_package_may_have(chosen, source, python, pythons):
    assert chosen(source, python=python)["pythons"] == pythons


def test_the_python_that_is_there_anyway_comes_first(chosen):
    assert chosen(V1, preferred="3.13.0")["pythons"][0] == "3.13"


def test_what_cannot_be_had_is_said_in_a_sentence(chosen):
    told = chosen(V0, python=">=3.14")["refused"]
    assert told == "It requires Python >=3.14, and verifiers 0.3.1 runs on 3.11 to 3.13."
    told = chosen(V0, "verifiers==0.1.5")["refused"]
    assert told == "It requires verifiers==0.1.5, and runs need 0.1.14 or newer."
