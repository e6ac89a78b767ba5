"""100 problems of the test split of GSM8K."""

import json
import re
from pathlib import Path

import verifiers as vf
from datasets import Dataset

SYSTEM_PROMPT = (
    "Solve the problem step by step. Write the final answer as a number on the last line, after ####."
)
CASES = Path(__file__).parent / "cases.jsonl"
NUMBER = r"-?\d[\d,]*(?:\.\d+)?"


def build_dataset(num_problems: int) -> Dataset:
    """The first problems of the file, with the worked answer of the data set beside each."""
    cases = [json.loads(line) for line in CASES.read_text().splitlines()][:num_problems]
    return Dataset.from_list(
        [
            {
                "question": case["prompt"],
                "answer": case["expected"],
                "info": {"id": case["id"], "worked_answer": case["upstream_answer"]},
            }
            for case in cases
        ]
    )


def read_answer(completion: vf.Messages) -> float | None:
    """The number after the last ####; without one the last number of the reply."""
    text = completion[-1].content or ""
    numbers = re.findall(rf"####\s*\$?({NUMBER})", text) or re.findall(NUMBER, text)
    return float(numbers[-1].replace(",", "")) if numbers else None


def correct_answer(completion: vf.Messages, answer: str) -> float:
    """1 when the number is right."""
    return float(read_answer(completion) == float(answer))


def marked_answer(completion: vf.Messages) -> float:
    """1 when the reply marks its answer with ####."""
    return float(bool(re.search(rf"####\s*\$?{NUMBER}", completion[-1].content or "")))


def load_environment(num_problems: int = 100) -> vf.Environment:
    """Loads the gsm8k-100 environment.

    Args:
        num_problems: How many of the problems, 1 to 100.
    """
    if type(num_problems) is not int or not 1 <= num_problems <= 100:
        raise ValueError(f"num_problems must be a whole number from 1 to 100, not {num_problems!r}.")
    rubric = vf.Rubric(funcs=[correct_answer], weights=[1.0])
    rubric.add_metric(marked_answer)
    return vf.SingleTurnEnv(
        eval_dataset=lambda: build_dataset(num_problems),
        system_prompt=SYSTEM_PROMPT,
        rubric=rubric,
    )
