"""A conversation in which the environment answers each turn, until the goal is reached or the turns run out."""

import re

import verifiers as vf
from datasets import Dataset

SYSTEM_PROMPT = """A whole number from 1 to 100 is hidden. Guess it: give one guess a turn inside <guess> tags.
You are told whether the number is higher or lower."""

HIDDEN = [7, 23, 42, 68, 91]

parser = vf.XMLParser(["guess"], answer_field="guess")


def guess_in(message: vf.AssistantMessage) -> int | None:
    """The guess of a turn; None where there is no whole number in the tags."""
    text = parser.parse(message.content or "").guess or ""
    return int(text) if re.fullmatch(r"\d{1,4}", text) else None


def found(completion: vf.Messages, answer: str) -> float:
    """1 when the number was guessed."""
    return float(
        any(
            guess_in(message) == int(answer)
            for message in completion
            if message.role == "assistant"
        )
    )


def turns(completion: vf.Messages) -> float:
    """How many guesses it took."""
    return float(sum(message.role == "assistant" for message in completion))


class GuessEnv(vf.MultiTurnEnv):
    async def env_response(
        self, messages: vf.Messages, state: vf.State, **kwargs
    ) -> vf.Messages:
        guess, hidden = guess_in(messages[-1]), int(state["answer"])
        if guess is None:
            return [
                vf.UserMessage(content="Give one whole number inside <guess> tags.")
            ]
        if guess == hidden:
            # Ends the rollout with these last words.
            state["final_env_response"] = [vf.UserMessage(content="That is it.")]
            return state["final_env_response"]
        return [
            vf.UserMessage(
                content=f"It is {'higher' if guess < hidden else 'lower'} than {guess}."
            )
        ]


def load_environment(max_turns: int = 8) -> vf.Environment:
    """Loads the environment.

    Args:
        max_turns: How many guesses a rollout has.
    """
    rows = [
        {"question": f"Game {n}. Begin.", "answer": str(hidden)}
        for n, hidden in enumerate(HIDDEN, 1)
    ]
    rubric = vf.Rubric(funcs=[found], weights=[1.0], parser=parser)
    rubric.add_metric(turns)
    return GuessEnv(
        eval_dataset=Dataset.from_list(rows),
        system_prompt=SYSTEM_PROMPT,
        parser=parser,
        rubric=rubric,
        max_turns=max_turns,
    )
