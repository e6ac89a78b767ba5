import pytest
import verifiers as vf

from word_arithmetic import load_environment


def reply(text):
    return [vf.AssistantMessage(content=text)]


FULL = "<reasoning>\n30 + 10 = 40\n</reasoning>\n<answer>\n{}\n</answer>"


@pytest.mark.parametrize(
    ("text", "reward", "metrics"),
    [
        (FULL.format(40), 1.0, {"exact_answer": 1, "closeness": 1, "well_formed": 1, "answer_error": 0}),
        # 30 of 40: closeness 0.75
        (
            FULL.format(30),
            0.175,
            {"exact_answer": 0, "closeness": 0.75, "well_formed": 1, "answer_error": 10},
        ),
        (FULL.format("40 apples"), 0.95, {"exact_answer": 1, "closeness": 1, "well_formed": 0.5}),
        ("<answer>40</answer>", 0.95, {"exact_answer": 1, "well_formed": 0.5, "reasoning_words": 0}),
        ("The answer is 40.", 0.0, {"exact_answer": 0, "closeness": 0, "well_formed": 0, "answer_error": 40}),
        ("<answer>400</answer>", 0.05, {"closeness": 0, "answer_error": 360}),
    ],
)
def test_rewards(score, text, reward, metrics):
    state = score(load_environment(), reply(text), "40")
    assert state["reward"] == pytest.approx(reward)
    assert {name: state["metrics"][name] for name in metrics} == pytest.approx(metrics)


def test_without_partial_credit(score):
    env = load_environment(partial_credit=False)
    assert score(env, reply(FULL.format(40)), "40")["reward"] == pytest.approx(1.0)
    assert score(env, reply(FULL.format(30)), "40")["reward"] == pytest.approx(0.1)


def test_reasoning_words(score):
    assert score(load_environment(), reply(FULL.format(40)), "40")["metrics"]["reasoning_words"] == 5


def test_split_selects_the_evaluated_problems():
    env = load_environment(split="train")
    assert env.get_dataset()["question"][:] == env.get_eval_dataset()["question"][:]


@pytest.mark.parametrize(("difficulty", "steps"), [("easy", {2}), ("medium", {3}), ("hard", {5, 6})])
def test_difficulty_sets_the_number_of_steps(difficulty, steps):
    infos = load_environment(difficulty=difficulty, num_problems=300).get_eval_dataset()["info"]
    assert {info["steps"] for info in infos} == steps


def test_answers_are_whole_and_not_negative():
    assert all(
        int(answer) >= 0 for answer in load_environment(num_problems=2000).get_eval_dataset()["answer"]
    )
