import asyncio

import pytest
import verifiers as vf

from number_hunt import binary_search_turns, load_environment


def game(*texts):
    """A completion with one model turn per text and a hint after each."""
    return [
        message
        for text in texts
        for message in (vf.AssistantMessage(content=text), vf.UserMessage(content="hint"))
    ][:-1]


def guesses(*numbers):
    return game(*(f"<guess>{number}</guess>" for number in numbers))


INFO = {"upper_bound": 100}


def test_found_by_binary_search(score):
    state = score(load_environment(), guesses(50, 75, 62), "62", INFO)
    assert state["reward"] == pytest.approx(1.0)
    assert state["metrics"]["wasted_guesses"] == 0


def test_found_late(score):
    state = score(load_environment(), guesses(10, 20, 30, 40, 50, 55, 58, 60, 61, 62), "62", INFO)
    # binary search takes 5.8 turns on average over 100 numbers, this game took 10
    assert state["metrics"]["efficiency"] == pytest.approx(0.58)
    assert state["reward"] == pytest.approx(0.5 + 0.25 * 0.58 + 0.15 + 0.1)


@pytest.mark.parametrize("upper_bound", [2, 3, 7, 100, 1000])
def test_binary_search_turns(upper_bound):
    def total(low, high):
        middle = (low + high) // 2
        return 0 if low > high else high - low + 1 + total(low, middle - 1) + total(middle + 1, high)

    assert binary_search_turns(upper_bound) == total(1, upper_bound) / upper_bound


def test_not_found(score):
    state = score(load_environment(), guesses(50, 75), "62", INFO)
    # 51 to 74 are left: 24 numbers, 23 of 99 not ruled out
    assert state["metrics"]["narrowing"] == pytest.approx(1 - 23 / 99)
    assert state["reward"] == pytest.approx(0.15 * (1 - 23 / 99) + 0.1)


def test_unreadable_and_wasted_guesses(score):
    completion = game("My guess is 50.", "<guess>50</guess>", "<guess>40</guess>", "<guess>500</guess>")
    metrics = score(load_environment(), completion, "62", INFO)["metrics"]
    assert metrics["valid_format_share"] == pytest.approx(0.75)
    assert metrics["wasted_guesses"] == 3


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("<guess>50</guess>", "The hidden number is higher than 50."),
        ("<guess>70</guess>", "The hidden number is lower than 70."),
        ("<guess>0</guess>", "0 is outside 1 to 100."),
        ("<guess>fifty</guess>", "I could not read a guess. Give one whole number inside <guess> tags."),
    ],
)
def test_hints(text, hint):
    state = {"answer": "62", "info": INFO, "trajectory": [{}]}
    [message] = asyncio.run(load_environment().env_response(game(text), state))
    assert message.content == hint
    assert "final_env_response" not in state


def test_correct_guess_ends_the_rollout():
    state = {"answer": "62", "info": INFO, "trajectory": [{}, {}]}
    asyncio.run(load_environment().env_response(guesses(62), state))
    assert state["final_env_response"][0].content == "Correct! The hidden number is 62, found in 2 turns."
