import pytest
import verifiers as vf

from gsm8k_100 import CASES, load_environment


def reply(text):
    return [vf.AssistantMessage(content=text)]


@pytest.mark.parametrize(
    ("text", "answer", "reward", "marked"),
    [
        ("10 + 8 = 18\n#### 18", "18", 1, 1),
        ("#### $8,000.00", "8000", 1, 1),
        ("#### 3\nNo:\n#### 4", "4", 1, 1),
        ("#### 17\nThat is 18.", "18", 0, 1),
        ("She started with 18.", "18", 1, 0),
        ("18 of 20", "18", 0, 0),
        ("I do not know.", "18", 0, 0),
    ],
)
def test_rewards(score, text, answer, reward, marked):
    state = score(load_environment(), reply(text), answer)
    assert state["reward"] == reward
    assert state["metrics"]["marked_answer"] == marked


def test_worked_answers_earn_everything(score):
    env = load_environment()
    for row in env.get_eval_dataset():
        assert score(env, reply(row["info"]["worked_answer"]), row["answer"])["reward"] == 1


def test_takes_the_first_problems():
    assert (
        load_environment(num_problems=3).get_eval_dataset()["question"][:]
        == (load_environment().get_eval_dataset()["question"][:3])
    )


def test_the_notice_goes_with_the_problems():
    assert "Copyright (c) 2021 OpenAI" in (CASES.parent / "NOTICE").read_text()
