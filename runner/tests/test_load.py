"""Importing, loading and describing environments."""

import pytest
from conftest import of


def test_check(run, make_job, server):
    code, events = run(make_job("documented", mode="check", env_args={"required": "x"}))
    assert code == 0 and not server.requests
    assert events[-1]["kind"] == "run.finished" and events[-1]["metadata"] == {}
    [loaded] = of(events, "loaded")
    assert loaded["api"] == "v0" and loaded["dataset_size"] == 3
    assert loaded["environment_class"].endswith(".SingleTurnEnv")
    assert loaded["rewards"] == [
        {"name": "reverses", "weight": 1.0},
        {"name": "length", "weight": 0.0},
        {"name": "num_turns", "weight": 0.0},
    ]
    described = {argument.pop("name"): argument for argument in loaded["arguments"]}
    plain = {"choices": None, "description": None, "required": False}
    assert described == {
        "split": {
            **plain,
            "type": "string",
            "annotation": "Literal['easy', 'hard']",
            "default": "easy",
            "choices": ["easy", "hard"],
            "description": "Which half of the data.",
        },
        "size": {
            **plain,
            "type": "integer",
            "annotation": "int",
            "default": 3,
            "description": "How many: all by default.",
        },
        "ratio": {**plain, "type": "number", "annotation": "float | None", "default": None},
        "strict": {**plain, "type": "boolean", "annotation": "bool", "default": False},
        "judge": {
            **plain,
            "type": "string",
            "annotation": "Optional[str]",
            "default": None,
            "description": "The judge's model.",
        },
        "words": {**plain, "type": "json", "annotation": "list[str]", "default": ["a", "b"]},
        "hook": {**plain, "type": "json", "annotation": None, "default": None},
        "untyped": {**plain, "type": "integer", "annotation": None, "default": 7},
        "required": {
            **plain,
            "type": "string",
            "annotation": "str",
            "default": None,
            "required": True,
        },
    }


def test_missing_third_party_module(run, make_job):
    code, events = run(make_job("missing_module"))
    assert code == 1
    failed = events[-1]
    assert (failed["kind"], failed["phase"]) == ("run.failed", "import")
    assert failed["errors"] == [
        {
            "type": "builtins.ModuleNotFoundError",
            "message": "No module named 'not_a_module_anyone_has'",
            "status": None,
            "module": "not_a_module_anyone_has",
            "variable": None,
            "place": {
                "file": "missing_module.py",
                "line": 1,
                "function": "<module>",
                "code": "import not_a_module_anyone_has",
            },
        }
    ]
    assert "missing_module.py" in failed["traceback"] and "hosted_runner" not in failed["traceback"]


def test_environment_that_is_not_installed(run, make_job):
    _, events = run(make_job("never_installed"))
    assert events[-1]["errors"][0]["module"] == "never_installed"


def test_system_exit_while_loading(run, make_job):
    code, events = run(make_job("exits"))
    assert code == 1
    failed = events[-1]
    assert failed["phase"] == "load"
    assert failed["errors"][0]["type"] == "builtins.SystemExit"
    assert failed["errors"][0]["message"] == "no licence here"


def test_chain_of_causes(run, make_job):
    _, events = run(make_job("raises"))
    errors = events[-1]["errors"]
    assert [error["type"] for error in errors] == [
        "builtins.RuntimeError",
        "builtins.ValueError",
        "builtins.KeyError",
    ]
    assert errors[1]["message"] == "bad configuration"
    assert "raises.py" in events[-1]["traceback"]


def test_module_that_is_no_environment(run, make_job):
    code, events = run(make_job("no_function"))
    assert code == 1
    message = events[-1]["errors"][0]["message"]
    assert events[-1]["phase"] == "import" and "no load_environment function" in message


def test_wrong_argument(run, make_job):
    _, events = run(make_job("single", env_args={"sise": 3}))
    assert "unexpected keyword argument 'sise'" in events[-1]["errors"][0]["message"]


def test_empty_dataset(run, make_job):
    code, events = run(make_job("single", mode="check", env_args={"size": 0}))
    assert code == 1 and events[-1]["phase"] == "load"


def test_extra_env_kwargs(run, make_job):
    job = make_job("multi", num_examples=1, extra_env_kwargs={"max_turns": 1})
    _, events = run(job)
    assert of(events, "rollout.finished")[0]["row"]["stop_condition"] == "max_turns_reached"
    assert len(of(events, "rollout.turn")) == 1


def test_broken_job(run):
    code, events = run({"v": 2})
    assert code == 1
    assert "version 2" in events[-1]["errors"][0]["message"]


@pytest.mark.parametrize(
    ("environment", "kind", "place"),
    [
        ("syntax", "builtins.SyntaxError", ("syntax.py", 2, "def load_environment(:")),
        ("variable", "builtins.KeyError", ("variable.py", 5, 'key = os.environ["JUDGE_KEY"]')),
        ("wrong_arguments", "builtins.TypeError", ("wrong_arguments.py", 1, "def load_environment(path):")),
        ("no_examples", "hosted_runner.load.NoExamples", None),
    ],
)
def test_a_failed_load_is_told_with_its_place(run, make_job, environment, kind, place):
    _, events = run(make_job(environment))
    error = events[-1]["errors"][-1]
    assert error["type"] == kind
    assert error["variable"] == ("JUDGE_KEY" if environment == "variable" else None)
    found = error["place"]
    assert (found and (found["file"], found["line"], found["code"])) == place


def test_the_library_s_own_sandboxes_are_asked_for_as_the_sdk_wants_it(run, make_job):
    code, events = run(make_job("with_sandbox", mode="check"))
    assert code == 0, of(events, "run.failed")
