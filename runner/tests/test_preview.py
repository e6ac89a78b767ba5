"""The first examples of a dataset, as a check reports them."""

from conftest import of

from hosted_runner.preview import CHARACTERS_MAX, EXAMPLES_MAX, TEXT_MAX, describe_example, report_examples


class Recorder:
    def __init__(self):
        self.examples = []

    def emit(self, kind, **fields):
        assert kind == "example"
        self.examples.append(fields)


def test_a_check_reports_the_examples_as_the_environment_asks_them(run, make_job):
    _, events = run(make_job("documented", mode="check", env_args={"required": "x"}))
    examples = of(events, "example")
    assert [example["example_id"] for example in examples] == [0, 1, 2]
    assert all(example["prompt"][-1]["role"] == "user" and example["answer"] for example in examples)


def test_a_taskset_without_end_is_reported_to_a_limit(run, make_job):
    _, events = run(make_job("counting_v1", mode="check"))
    assert len(of(events, "example")) == EXAMPLES_MAX


def test_every_form_of_a_prompt_is_text():
    parts = [{"type": "text", "text": "Look:"}, {"type": "image_url", "image_url": {"url": "data:..."}}]
    prompt = [{"role": "user", "content": parts}, "and?"]
    row = {"prompt": prompt, "answer": {"x": [1]}, "info": {}, "hard": True}
    assert describe_example(row, 7) == {
        "example_id": 7,
        "prompt": [{"role": "user", "content": "Look:\n[image_url]"}, {"role": "user", "content": "and?"}],
        "answer": '{"x": [1]}',
        "info": '{"hard": true}',
    }
    bare = describe_example({"idx": 3, "prompt": "2 + 2", "system_prompt": "Count.", "answer": 0}, 0)
    assert bare["example_id"] == 3 and bare["answer"] == "0" and bare["info"] is None
    assert bare["prompt"] == [{"role": "system", "content": "Count."}, {"role": "user", "content": "2 + 2"}]


def test_long_examples_are_cut_and_there_are_fewer_of_them():
    spool = Recorder()
    report_examples(spool, ({"prompt": "x" * (TEXT_MAX * 2), "answer": "y"} for _ in range(EXAMPLES_MAX)))
    assert all(len(example["prompt"][0]["content"]) == TEXT_MAX for example in spool.examples)
    assert CHARACTERS_MAX // TEXT_MAX - 5 <= len(spool.examples) <= CHARACTERS_MAX // TEXT_MAX


def test_a_row_that_cannot_be_read_ends_the_preview_alone(caplog):
    def rows():
        yield {"prompt": "one"}
        raise OSError("the file is cut")

    spool = Recorder()
    report_examples(spool, rows())
    assert len(spool.examples) == 1 and "OSError: the file is cut" in caplog.text
