"""The template of a taskset that the dashboard offers loads on the newest verifiers."""

import importlib.util
from pathlib import Path


def test_the_template_of_a_taskset_has_its_tasks():
    path = Path(__file__).parents[2] / "public/templates/taskset/my_environment.py"
    spec = importlib.util.spec_from_file_location("taskset_template", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    tasks = module.Questions(module.Config(num_tasks=2)).load()
    assert [task.data.answer for task in tasks] == ["42", "Paris"]
