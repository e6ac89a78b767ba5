"""The templates that the dashboard offers are environments that load, ask and score."""

import importlib.util
from pathlib import Path

import pytest
import verifiers as vf

TEMPLATES = Path(__file__).parents[2] / "public/templates"


def load(template):
    path = TEMPLATES / template / "my_environment.py"
    spec = importlib.util.spec_from_file_location(f"template_{template}".replace("-", "_"), path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize(
    ("template", "kind", "right"),
    [
        ("single-turn", vf.SingleTurnEnv, "<answer>{answer}</answer>"),
        ("multi-turn", vf.MultiTurnEnv, "<guess>{answer}</guess>"),
        ("tools", vf.ToolEnv, "<answer>{answer}</answer>"),
    ],
)
def test_a_template_loads_and_scores(score, template, kind, right):
    env = load(template).load_environment()
    assert isinstance(env, kind)
    rows = env.get_eval_dataset()
    assert len(rows) == 5
    for row in rows:
        reply = [vf.AssistantMessage(content=right.format(answer=row["answer"]))]
        assert score(env, reply, row["answer"])["reward"] == pytest.approx(1.0)
        assert score(env, [vf.AssistantMessage(content="no idea")], row["answer"])["reward"] < 0.5


def test_every_template_has_the_files_of_a_package():
    names = sorted(path.name for path in TEMPLATES.iterdir())
    assert names == ["multi-turn", "single-turn", "taskset", "tools"]
    for name in names:
        files = sorted(path.name for path in (TEMPLATES / name).iterdir() if path.is_file())
        assert files == ["README.md", "my_environment.py", "pyproject.toml"]
