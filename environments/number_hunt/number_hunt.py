"""A hidden number is found by guessing; the environment answers higher or lower."""

import random
import re

import verifiers as vf
from datasets import Dataset

SYSTEM_PROMPT = """You are hunting a hidden whole number. Every turn, think briefly and then give exactly one
guess inside <guess> tags, for example:
<guess>12</guess>
You are told whether the hidden number is higher or lower. Find it with as few guesses as you can."""

parser = vf.XMLParser(["guess"], answer_field="guess")


def read_guess(message: vf.AssistantMessage) -> int | None:
    """Reads the guess of one turn; anything but a single whole number in the tags is no guess."""
    text = parser.parse(message.content or "").guess or ""
    return int(text) if re.fullmatch(r"-?\d{1,9}", text) else None


def guesses(completion: vf.Messages) -> list[int | None]:
    """Returns the guess of every turn; the last one counts although the environment may not answer it."""
    return [read_guess(message) for message in completion if message.role == "assistant"]


def remaining_range(tried: list[int | None], hidden: int, upper_bound: int) -> tuple[int, int]:
    """Returns the range that the hints so far leave open."""
    low, high = 1, upper_bound
    for guess in tried:
        if guess is not None and guess < hidden:
            low = max(low, guess + 1)
        elif guess is not None and guess > hidden:
            high = min(high, guess - 1)
        elif guess is not None:
            low = high = hidden
    return low, high


def solved(completion: vf.Messages, answer: str) -> float:
    """1 when the hidden number was guessed."""
    return float(int(answer) in guesses(completion))


def binary_search_turns(upper_bound: int) -> float:
    """Returns the turns binary search takes on average: 2 ** (t - 1) numbers are found in turn t."""
    worst = upper_bound.bit_length()
    return ((upper_bound + 1) * worst - 2**worst + 1) / upper_bound


def efficiency(completion: vf.Messages, answer: str, info: dict) -> float:
    """Average turns of binary search over turns taken; at most 1, and 0 when not found."""
    tried = guesses(completion)
    if int(answer) not in tried:
        return 0.0
    return min(1.0, binary_search_turns(info["upper_bound"]) / (tried.index(int(answer)) + 1))


def narrowing(completion: vf.Messages, answer: str, info: dict) -> float:
    """Share of the numbers ruled out by the hints."""
    low, high = remaining_range(guesses(completion), int(answer), info["upper_bound"])
    return 1 - (high - low) / (info["upper_bound"] - 1)


def valid_format_share(completion: vf.Messages) -> float:
    """Share of turns with a readable guess."""
    tried = guesses(completion)
    return sum(guess is not None for guess in tried) / len(tried) if tried else 0.0


def wasted_guesses(completion: vf.Messages, answer: str, info: dict) -> float:
    """Turns without a readable guess or with a guess that earlier hints had already ruled out."""
    tried, wasted = guesses(completion), 0
    for turn, guess in enumerate(tried):
        low, high = remaining_range(tried[:turn], int(answer), info["upper_bound"])
        wasted += guess is None or not low <= guess <= high
    return float(wasted)


class NumberHuntEnv(vf.MultiTurnEnv):
    """Answers every guess and ends the rollout when the number is found."""

    async def env_response(self, messages: vf.Messages, state: vf.State, **kwargs) -> vf.Messages:
        guess, hidden = read_guess(messages[-1]), int(state["answer"])
        upper_bound = state["info"]["upper_bound"]
        if guess is None:
            text = "I could not read a guess. Give one whole number inside <guess> tags."
        elif not 1 <= guess <= upper_bound:
            text = f"{guess} is outside 1 to {upper_bound}."
        elif guess == hidden:
            text = f"Correct! The hidden number is {hidden}, found in {len(state['trajectory'])} turns."
        else:
            text = f"The hidden number is {'higher' if guess < hidden else 'lower'} than {guess}."
        reply = [vf.UserMessage(content=text)]
        if guess == hidden:
            state["final_env_response"] = reply
        return reply


def build_dataset(split: str, upper_bound: int, max_turns: int, num_games: int, seed: int) -> Dataset:
    """Generates the games; the number in front makes every prompt a different one."""
    rng = random.Random(f"number-hunt/{split}/{upper_bound}/{seed}")
    question = "Game {n}. The hidden number is between 1 and {upper_bound}. You have {max_turns} guesses. Go."
    return Dataset.from_list(
        [
            {
                "question": question.format(n=n, upper_bound=upper_bound, max_turns=max_turns),
                "answer": str(rng.randint(1, upper_bound)),
                "info": {"upper_bound": upper_bound},
            }
            for n in range(1, num_games + 1)
        ]
    )


def check_range(name: str, value: object, low: int, high: int) -> None:
    if type(value) is not int or not low <= value <= high:
        raise ValueError(f"{name} must be a whole number from {low} to {high}, not {value!r}.")


def load_environment(
    upper_bound: int = 100,
    max_turns: int = 7,
    num_games: int = 200,
    seed: int = 0,
) -> vf.Environment:
    """Loads the number-hunt environment.

    Args:
        upper_bound: The hidden number lies between 1 and this number, 2 to 1000000.
        max_turns: Guesses allowed per game, 1 to 100. Binary search needs 7 at worst for 100 numbers.
        num_games: Games per split, 1 to 5000.
        seed: Seed of the generator.
    """
    check_range("upper_bound", upper_bound, 2, 1_000_000)
    check_range("max_turns", max_turns, 1, 100)
    check_range("num_games", num_games, 1, 5000)
    if type(seed) is not int:
        raise ValueError(f"seed must be a whole number, not {seed!r}.")
    rubric = vf.Rubric(
        funcs=[solved, efficiency, narrowing, valid_format_share],
        weights=[0.5, 0.25, 0.15, 0.1],
        parser=parser,
    )
    rubric.add_metric(wasted_guesses)
    return NumberHuntEnv(
        dataset=lambda: build_dataset("train", upper_bound, max_turns, num_games, seed),
        eval_dataset=lambda: build_dataset("eval", upper_bound, max_turns, num_games, seed),
        system_prompt=SYSTEM_PROMPT,
        parser=parser,
        rubric=rubric,
        max_turns=max_turns,
    )
