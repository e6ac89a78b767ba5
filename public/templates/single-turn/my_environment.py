"""Questions with one right answer, asked and answered in one turn."""

import verifiers as vf
from datasets import Dataset

SYSTEM_PROMPT = "Think briefly, then give the final answer alone inside <answer> tags."

# Replace these with your data: datasets.load_dataset, a file beside this one, or code that makes examples.
QUESTIONS = [
    {"question": "What is 17 + 25?", "answer": "42"},
    {"question": "What is the capital of France?", "answer": "Paris"},
    {"question": "How many legs do three spiders have?", "answer": "24"},
    {"question": "Which planet is nearest to the sun?", "answer": "Mercury"},
    {"question": "Spell 'level' backwards.", "answer": "level"},
]

parser = vf.XMLParser(["answer"], answer_field="answer")


def correct_answer(completion: vf.Messages, answer: str) -> float:
    """1 when the answer is the expected one, in any case."""
    return float(
        (parser.parse_answer(completion) or "").strip().lower() == answer.lower()
    )


def load_environment(shout: bool = False) -> vf.Environment:
    """Loads the environment. Its arguments are fields of the launch form.

    Args:
        shout: Whether the questions are in capitals.
    """
    rows = [
        {**row, "question": row["question"].upper() if shout else row["question"]}
        for row in QUESTIONS
    ]
    rubric = vf.Rubric(
        funcs=[correct_answer, parser.get_format_reward_func()],
        weights=[0.9, 0.1],
        parser=parser,
    )
    return vf.SingleTurnEnv(
        eval_dataset=Dataset.from_list(rows),
        system_prompt=SYSTEM_PROMPT,
        parser=parser,
        rubric=rubric,
    )
