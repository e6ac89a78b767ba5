import pytest
import verifiers as vf

from short_sums import load_environment


def reply(text):
    return [vf.AssistantMessage(content=text)]


@pytest.mark.parametrize(
    ("text", "answer", "reward", "number_only"),
    [
        ("7", "7", 1, 1),
        (" 07.0\n", "7", 1, 1),
        ("3 + 4 = 7.", "7", 1, 0),
        ("The answer is -1,204", "-1204", 1, 0),
        ("7 or 8", "7", 0, 0),
        ("17", "7", 0, 1),  # reasoning-gym would give half of it
        ("seven", "7", 0, 0),
        ("", "7", 0, 0),
    ],
)
def test_rewards(score, text, answer, reward, number_only):
    state = score(load_environment(), reply(text), answer)
    assert state["reward"] == reward
    assert state["metrics"]["number_only"] == number_only


@pytest.mark.parametrize("split", ["get_dataset", "get_eval_dataset"])
def test_sums_are_right_and_of_the_size_asked_for(split):
    for row in getattr(load_environment(terms=3, digits=2, num_problems=200), split)():
        sum_ = row["question"].removeprefix("State the final answer to the following arithmetic problem: ")
        numbers = sum_.removesuffix(" =").split()
        assert eval("".join(numbers)) == int(row["answer"])
        assert len(numbers[::2]) == row["info"]["num_terms"] <= 3
        assert all(len(number) <= 2 for number in numbers[::2])


def test_more_problems_than_there_are():
    with pytest.raises(ValueError, match="only 200 different sums of this size were found"):
        load_environment(num_problems=300).get_eval_dataset()
