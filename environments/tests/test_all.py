"""What holds for every sample environment."""

import inspect
import json
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import verifiers as vf

ENVIRONMENTS = Path(__file__).parent.parent
DATASET_SIZES = {
    "word-arithmetic": 240,
    "number-hunt": 200,
    "market-clerk": 200,
    "short-sums": 100,
    "gsm8k-100": 100,
}
# The others hold problems that somebody wrote.
GENERATED = [env_id for env_id in DATASET_SIZES if env_id != "gsm8k-100"]
MORE_PACKAGES = {"short-sums": ["reasoning-gym==0.1.25"]}
PRINT_PROMPTS = """
import json, sys, verifiers as vf
rows = vf.load_environment(sys.argv[1]).get_eval_dataset(n=50)
print(json.dumps([rows["prompt"][:], rows["answer"][:]]))
"""


@pytest.mark.parametrize("env_id", GENERATED)
class TestEveryGenerator:
    def test_has_both_splits(self, env_id):
        env = vf.load_environment(env_id)
        assert len(env.get_dataset()) == DATASET_SIZES[env_id]
        assert env.get_dataset()["answer"][:] != env.get_eval_dataset()["answer"][:]

    def test_seed_changes_the_data(self, env_id):
        first, second = (vf.load_environment(env_id, seed=seed).get_eval_dataset() for seed in (0, 1))
        assert first["answer"][:] != second["answer"][:]


@pytest.mark.parametrize("env_id", DATASET_SIZES)
class TestEveryEnvironment:
    def test_loads(self, env_id):
        assert len(vf.load_environment(env_id).get_eval_dataset()) == DATASET_SIZES[env_id]

    def test_prompts_differ(self, env_id):
        questions = vf.load_environment(env_id).get_eval_dataset()["question"]
        assert len(set(questions)) == len(questions)

    def test_same_in_every_process(self, env_id):
        def prompts():
            command = [sys.executable, "-c", PRINT_PROMPTS, env_id]
            out = subprocess.run(
                command, capture_output=True, check=True, env={"PYTHONPATH": ":".join(sys.path)}
            )
            return json.loads(out.stdout.splitlines()[-1])

        rows = vf.load_environment(env_id).get_eval_dataset(n=50)
        assert prompts() == [rows["prompt"][:], rows["answer"][:]]

    def test_arguments_are_described(self, env_id):
        module = __import__(env_id.replace("-", "_"))
        readme = (ENVIRONMENTS / module.__name__ / "README.md").read_text()
        for name, parameter in inspect.signature(module.load_environment).parameters.items():
            assert parameter.default is not inspect.Parameter.empty
            assert parameter.annotation is not inspect.Parameter.empty
            assert f"        {name}: " in module.load_environment.__doc__
            assert f"| `{name}` |" in readme

    def test_metrics_are_described(self, env_id):
        env = vf.load_environment(env_id)
        readme = (ENVIRONMENTS / env_id.replace("-", "_") / "README.md").read_text()
        for name in env.rubric._get_reward_func_names():
            assert name == "num_turns" or f"`{name}`" in readme

    def test_project_file(self, env_id):
        folder = ENVIRONMENTS / env_id.replace("-", "_")
        project = tomllib.loads((folder / "pyproject.toml").read_text())
        assert project["project"]["name"] == env_id
        assert project["project"]["dependencies"] == ["verifiers>=0.2.0", *MORE_PACKAGES.get(env_id, [])]
        assert project["tool"]["verifiers"]["eval"] == {"num_examples": 20, "rollouts_per_example": 3}


@pytest.mark.parametrize(
    ("env_id", "args", "message"),
    [
        ("word-arithmetic", {"split": "test"}, "split must be one of train, eval, not 'test'."),
        ("word-arithmetic", {"difficulty": 3}, "difficulty must be one of easy, medium, hard, mixed, not 3."),
        (
            "word-arithmetic",
            {"num_problems": 0},
            "num_problems must be a whole number from 1 to 5000, not 0.",
        ),
        ("word-arithmetic", {"seed": "x"}, "seed must be a whole number, not 'x'."),
        ("word-arithmetic", {"partial_credit": "no"}, "partial_credit must be true or false, not 'no'."),
        ("number-hunt", {"upper_bound": 1}, "upper_bound must be a whole number from 2 to 1000000, not 1."),
        ("number-hunt", {"max_turns": 2.5}, "max_turns must be a whole number from 1 to 100, not 2.5."),
        ("number-hunt", {"num_games": 5001}, "num_games must be a whole number from 1 to 5000, not 5001."),
        ("number-hunt", {"seed": None}, "seed must be a whole number, not None."),
        ("market-clerk", {"num_orders": True}, "num_orders must be a whole number from 1 to 5000, not True."),
        ("market-clerk", {"max_items": 13}, "max_items must be a whole number from 2 to 12, not 13."),
        ("market-clerk", {"max_turns": 0}, "max_turns must be a whole number from 1 to 100, not 0."),
        ("market-clerk", {"with_discounts": 1}, "with_discounts must be true or false, not 1."),
        ("market-clerk", {"seed": 1.0}, "seed must be a whole number, not 1.0."),
        ("short-sums", {"terms": 1}, "terms must be a whole number from 2 to 12, not 1."),
        ("short-sums", {"digits": 1.5}, "digits must be a whole number from 1 to 9, not 1.5."),
        ("short-sums", {"num_problems": 0}, "num_problems must be a whole number from 1 to 5000, not 0."),
        ("short-sums", {"seed": "0"}, "seed must be a whole number, not '0'."),
        ("gsm8k-100", {"num_problems": 101}, "num_problems must be a whole number from 1 to 100, not 101."),
    ],
)
def test_wrong_arguments(env_id, args, message):
    module = __import__(env_id.replace("-", "_"))
    with pytest.raises(ValueError) as caught:
        module.load_environment(**args)
    assert str(caught.value) == message


def test_demo_model_fixture_is_current():
    """The tests of the scripted models read prompts from a file; this fails when the environments move on."""
    fixtures = ENVIRONMENTS.parent / "backend" / "inference" / "demo" / "fixtures"
    sys.path.append(str(fixtures))
    import generate

    assert json.loads(generate.TARGET.read_text()) == generate.fixture()
