"""Sums of a few small numbers, written and scored by reasoning-gym's chain_sum."""

import random
import re

import reasoning_gym
import verifiers as vf
from datasets import Dataset

NUMBER = re.compile(r"[-+]?\d[\d,]*(?:\.\d+)?")
# Any dataset of the kind scores the answers of all of them.
SCORER = reasoning_gym.create_dataset("chain_sum", seed=0, size=1)


def build_dataset(split: str, terms: int, digits: int, num_problems: int, seed: int) -> Dataset:
    """Takes the first `num_problems` different sums; text seeds give the same numbers in every process."""
    start = random.Random(f"short-sums/{split}/{seed}").randrange(2**31)
    sizes = {"min_terms": 2, "max_terms": terms, "min_digits": 1, "max_digits": digits}
    # Sums of two digits repeat soon: twenty times as many as are wanted hold nearly all that there are.
    sums = reasoning_gym.create_dataset("chain_sum", seed=start, size=20 * num_problems, **sizes)
    rows: dict[str, dict] = {}
    for entry in sums:
        info = {key: entry["metadata"][key] for key in ("num_terms", "num_digits")}
        rows.setdefault(
            entry["question"], {"question": entry["question"], "answer": entry["answer"], "info": info}
        )
        if len(rows) == num_problems:
            return Dataset.from_list(list(rows.values()))
    raise ValueError(
        f"num_problems is {num_problems}, but only {len(rows)} different sums of this size were found: "
        "ask for fewer, or raise terms or digits."
    )


def last_number(completion: vf.Messages) -> str:
    """The last number of a reply, as it is written; empty without one."""
    return (NUMBER.findall(completion[-1].content or "") or [""])[-1]


def correct_sum(completion: vf.Messages, answer: str) -> float:
    """What reasoning-gym gives the last number of the reply: 1 when it is the sum."""
    return float(SCORER.score_answer(last_number(completion), {"answer": answer}) == 1)


def number_only(completion: vf.Messages) -> float:
    """1 when the reply is a number and nothing else."""
    return float(bool(NUMBER.fullmatch((completion[-1].content or "").strip())))


def check_range(name: str, value: object, least: int, most: int) -> None:
    if type(value) is not int or not least <= value <= most:
        raise ValueError(f"{name} must be a whole number from {least} to {most}, not {value!r}.")


def load_environment(
    terms: int = 2,
    digits: int = 1,
    num_problems: int = 100,
    seed: int = 0,
) -> vf.Environment:
    """Loads the short-sums environment.

    Args:
        terms: Most numbers in a sum, 2 to 12.
        digits: Most digits of a number, 1 to 9.
        num_problems: Problems per split, 1 to 5000.
        seed: Seed of the generator.
    """
    check_range("terms", terms, 2, 12)
    check_range("digits", digits, 1, 9)
    check_range("num_problems", num_problems, 1, 5000)
    if type(seed) is not int:
        raise ValueError(f"seed must be a whole number, not {seed!r}.")
    rubric = vf.Rubric(funcs=[correct_sum], weights=[1.0])
    rubric.add_metric(number_only)
    return vf.SingleTurnEnv(
        dataset=lambda: build_dataset("train", terms, digits, num_problems, seed),
        eval_dataset=lambda: build_dataset("eval", terms, digits, num_problems, seed),
        rubric=rubric,
    )
