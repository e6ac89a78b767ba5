"""v1 packages: what is read from env_args, which harness plays, what a check reports, and what is refused."""

import pytest
from conftest import of, rows


def failed(events):
    assert events[-1]["kind"] == "run.failed"
    return events[-1]["phase"], events[-1]["errors"][-1]


def test_check(run, make_job, server):
    code, events = run(make_job("words_v1", mode="check", env_args={"size": 7}))
    assert code == 0 and not server.requests
    assert events[-1]["kind"] == "run.finished" and events[-1]["metadata"] == {}
    [loaded] = of(events, "loaded")
    assert (loaded["api"], loaded["dataset_size"]) == ("v1", 7)
    assert loaded["environment_class"] == "words_v1.Words"
    assert loaded["rewards"] == [
        {"name": "reverses", "weight": 2.0},
        {"name": "styles", "weight": 0.5},
        {"name": "length", "weight": 0.0},
    ]
    described = {argument.pop("name"): argument for argument in loaded["arguments"]}
    shared = {"choices": None, "description": None, "required": False}
    assert described == {
        "size": {
            **shared,
            "type": "integer",
            "annotation": "int",
            "default": 4,
            "description": "How many words there are.",
        },
        "level": {
            **shared,
            "type": "string",
            "annotation": "Literal['easy', 'hard']",
            "default": "easy",
            "choices": ["easy", "hard"],
        },
        "extra": {**shared, "type": "json", "annotation": "list[str]", "default": []},
    }


def test_check_of_a_taskset_without_end(run, make_job):
    code, events = run(make_job("counting_v1", mode="check"))
    assert code == 0 and of(events, "loaded")[0]["dataset_size"] is None


def test_a_taskset_without_end_needs_a_number(run, make_job):
    code, events = run(make_job("counting_v1", num_examples=-1))
    assert code == 1
    phase, error = failed(events)
    assert phase == "load" and "num_examples must be given" in error["message"]
    code, events = run(make_job("counting_v1", num_examples=3))
    assert code == 0 and sorted(rows(events)) == [(0, 0), (1, 0), (2, 0)]


def test_settings_as_the_tables_of_a_toml_file_send_them(run, make_job, server):
    config = {
        "taskset": {"id": "owner/words-v1@0.2.0", "size": 9, "level": "hard"},
        "harness": {"id": "platform-chat", "max_retries": 1},
        "agent": {"max_turns": 1},
    }
    code, events = run(make_job("words_v1", env_args={"size": 2, "config": config}))
    assert code == 0 and sorted(rows(events)) == [(0, 0), (1, 0)]
    # A harness that was asked for takes no other's place.
    [seat] = of(events, "loaded")[0]["harnesses"]
    assert seat == {"agent": "agent", "harness": "platform-chat", "instead_of": None}
    trace = rows(events)[(0, 0)]["info"]["native_wrapper"]["traces"][0]
    assert trace["agent"]["config"]["harness"]["max_retries"] == 1
    assert trace["agent"]["config"]["max_turns"] == 1


def test_the_default_harness_is_not_replaced_in_silence(run, make_job):
    _, events = run(make_job("words_v1", num_examples=1))
    [said] = [event for event in of(events, "log") if "a shell for the model" in event["message"]]
    assert said["level"] == "warning" and "this run used chat only" in said["message"]
    [seat] = of(events, "loaded")[0]["harnesses"]
    assert seat == {"agent": "agent", "harness": "platform-chat", "instead_of": "bash"}


def test_the_library_s_null_harness_is_played_in_here(run, make_job):
    _, events = run(make_job("words_v1", num_examples=1, env_args={"config": {"harness": {"id": "null"}}}))
    [seat] = of(events, "loaded")[0]["harnesses"]
    assert seat == {"agent": "agent", "harness": "platform-chat", "instead_of": "null"}
    assert rows(events)[(0, 0)]["reward"] == 2.5


def test_a_package_s_own_harness_plays(run, make_job, server):
    config = {"harness": {"greeting": "good day"}}
    code, events = run(make_job("harness_v1", env_args={"config": config}))
    assert code == 0
    assert server.requests[0]["body"]["messages"][0]["content"] == "good day one"
    [seat] = of(events, "loaded")[0]["harnesses"]
    assert seat == {"agent": "agent", "harness": "harness_v1", "instead_of": None}


@pytest.mark.parametrize(
    ("environment", "fields", "text"),
    [
        ("words_v1", {"state_columns": ["note"]}, "state_columns cannot be used"),
        ("words_v1", {"independent_scoring": True}, "independent_scoring cannot be used"),
        ("words_v1", {"extra_env_kwargs": {"max_turns": 2}}, "extra_env_kwargs cannot be used"),
        ("words_v1", {"env_args": {"sise": 3}}, "env_args.sise: Extra inputs are not permitted"),
        ("words_v1", {"env_args": {"size": "many"}}, "env_args.size: Input should be a valid integer"),
        ("words_v1", {"env_args": {"config": 3}}, "env_args.config must be an object"),
        (
            "words_v1",
            {"env_args": {"config": {"agent": {"max_turn": 3}}}},
            "env_args.config.agent.max_turn: Extra inputs are not permitted",
        ),
        ("words_v1", {"env_args": {"config": {"taskset": {"id": "other"}}}}, "this is a run of 'words_v1'"),
        ("words_v1", {"env_args": {"config": {"harness": {"id": "codex"}}}}, "needs a container"),
        ("words_v1", {"env_args": {"config": {"harness": {"id": "nobody"}}}}, "harness 'nobody' not found"),
        (
            "words_v1",
            {"env_args": {"config": {"agent": {"runtime": {"type": "docker"}}}}},
            "the runtime 'docker'",
        ),
        ("talk_v1", {"env_args": {"config": {"harness": {"id": "null"}}}}, "the agents speaker, guest"),
        ("container_v1", {}, "The harness 'container_v1' of the agent 'agent' needs a container"),
        ("image_v1", {}, "needs a container with the image debian:13"),
        ("textarena", {}, "comes with verifiers"),
        ("codex", {}, "'codex' is also the name of a harness"),
        ("broken_v1", {}, "data.json is not there"),
        ("words_v1", {"env_args": {"size": 0}}, "Words has no tasks"),
    ],
)
def test_what_cannot_be_run_is_refused_unasked(run, make_job, server, environment, fields, text):
    code, events = run(make_job(environment, **fields))
    assert code == 1 and not server.requests
    phase, error = failed(events)
    assert phase == "load" and text in error["message"]


@pytest.mark.parametrize("env_args", [{"size": 0}, {"sise": 3}])
def test_what_cannot_be_loaded_tells_its_settings(run, make_job, env_args):
    _, events = run(make_job("words_v1", mode="check", env_args=env_args))
    assert [argument["name"] for argument in events[-1]["arguments"]] == ["size", "level", "extra"]


def test_an_endpoint_of_another_kind_is_refused(run, make_job):
    job = make_job("words_v1")
    job["client"]["type"] = "anthropic_messages"
    code, events = run(job)
    assert code == 1 and "api_client_type cannot be 'anthropic_messages'" in failed(events)[1]["message"]


def test_a_failure_to_load_names_the_place_in_the_package(run, make_job):
    _, events = run(make_job("broken_v1"))
    assert events[-1]["errors"][0]["type"] == "builtins.FileNotFoundError"
    assert "broken_v1.py" in events[-1]["traceback"] and "hosted_runner" not in events[-1]["traceback"]
