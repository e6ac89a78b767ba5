"""The platform's own programs around and in a sandbox, which have no Python environment to rely on."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

PROGRAMS = Path(__file__).parents[1] / "src/sandbox"
FILES = sorted(PROGRAMS.rglob("*.py"))


def imported(tree):
    """Top-level names of the modules that a file imports; relative imports left out."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            yield node.module.split(".")[0]


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(PROGRAMS)))
def test_only_the_standard_library_is_imported(file):
    own = {path.name for path in PROGRAMS.iterdir()} if file.name == "__main__.py" else set()
    assert set(imported(ast.parse(file.read_text()))) <= sys.stdlib_module_names | own


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(PROGRAMS)))
def test_the_first_line_says_where_a_file_runs(file):
    where = {
        "shim": "Outside",
        "egress_proxy": "Outside",
        "init": "Inside",
        "agent": "Inside",
        "ship": "Outside",
    }
    first = file.read_text().splitlines()[0]
    assert first.startswith(f'"""{where.get(file.parent.name, "Outside and inside")}')


def test_a_module_of_an_environment_called_sandbox_wins_over_the_programs(tmp_path):
    (tmp_path / "sandbox.py").write_text("name = 'of the environment'")
    code = "import sandbox; print(sandbox.name)"
    env = {"PYTHONPATH": f"{PROGRAMS.parent}:{tmp_path}"}
    found = subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, text=True, check=True)
    assert found.stdout == "of the environment\n"


def test_a_program_that_does_not_exist_is_named():
    ended = subprocess.run(
        [sys.executable, "-I", "-S", str(PROGRAMS), "dance"], capture_output=True, text=True
    )
    assert (ended.returncode, ended.stderr) == (1, "There is no program dance\n")
