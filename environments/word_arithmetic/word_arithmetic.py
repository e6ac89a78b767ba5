"""Word problems about a small shop, answered in one turn."""

import random
import re
from typing import Literal, get_args

import verifiers as vf
from datasets import Dataset

Split = Literal["train", "eval"]
Difficulty = Literal["easy", "medium", "hard", "mixed"]

SYSTEM_PROMPT = """You solve arithmetic word problems.
Work through the story one step at a time inside <reasoning> tags, then give only the final number inside
<answer> tags, for example:
<reasoning>
12 + 5 = 17
</reasoning>
<answer>
17
</answer>"""

NAMES = ["Amara", "Bruno", "Chidi", "Dalia", "Elif", "Farid", "Greta", "Hiro", "Ines", "Jonas"]
THINGS = ["apples", "notebooks", "candles", "eggs", "tickets", "marbles", "stamps", "cups", "lemons"]
OPENINGS = [
    "{name} opens the shop with {n} {things} on the shelf.",
    "At dawn {name} has {n} {things}.",
    "{name} keeps {n} {things} on a market stall.",
]
GAINS = ["A delivery brings {n} more {things}.", "{name} buys {n} more {things} from a neighbour."]
LOSSES = ["{name} sells {n} {things} before noon.", "{n} {things} are damaged and have to be thrown away."]
STEPS = {
    "easy": ["gain", "loss"],
    "medium": ["gain", "loss", "crates"],
    "hard": ["gain", "crates", "bags", "half", "price"],
}

parser = vf.XMLParser(["reasoning", "answer"], answer_field="answer")


def write_problem(rng: random.Random, difficulty: str) -> dict:
    """Returns one dataset row: the story, its answer and how many steps lead to it."""
    words = {"name": rng.choice(NAMES), "things": rng.choice(THINGS)}
    total = rng.randint(20, 90) if difficulty == "easy" else rng.randint(60, 240)
    story = [rng.choice(OPENINGS).format(n=total, **words)]
    question = "How many {things} does {name} have now?"
    steps = STEPS[difficulty][:]
    if difficulty != "hard":
        rng.shuffle(steps)
    for step in steps:
        if step == "gain":
            n = rng.randint(6, 60)
            total += n
            story.append(rng.choice(GAINS).format(n=n, **words))
        elif step == "loss":
            n = rng.randint(3, total // 2)
            total -= n
            story.append(rng.choice(LOSSES).format(n=n, **words))
        elif step == "crates":
            n, m = rng.randint(3, 9), rng.randint(4, 12)
            total += n * m
            story.append("A van drops off {n} crates with {m} {things} in each.".format(n=n, m=m, **words))
        elif step == "bags":
            n, m = rng.randint(2, 6), rng.randint(2, 9)
            total -= n * m
            text = "{name} fills {n} bags with {m} {things} each and gives the bags away."
            story.append(text.format(n=n, m=m, **words))
        elif step == "half":
            if total % 2:  # halves stay whole numbers
                total -= 1
                story.append("{name} sells 1 of the {things} before noon.".format(**words))
            total //= 2
            story.append("Half of the remaining {things} go to the school next door.".format(**words))
        elif step == "price":
            price = rng.randint(2, 9)
            total *= price
            story.append(f"Everything that is left is sold at {price} coins apiece.")
            question = "How many coins does {name} earn from what was left?"
    story.append(question.format(**words))
    return {
        "question": " ".join(story),
        "answer": str(total),
        "info": {"difficulty": difficulty, "steps": len(story) - 2},
    }


def build_dataset(split: str, difficulty: str, num_problems: int, seed: int) -> Dataset:
    """Generates `num_problems` different problems; text seeds give the same numbers in every process."""
    rng = random.Random(f"word-arithmetic/{split}/{difficulty}/{seed}")
    levels = list(STEPS) if difficulty == "mixed" else [difficulty]
    rows: dict[str, dict] = {}
    while len(rows) < num_problems:
        row = write_problem(rng, levels[len(rows) % len(levels)])
        rows.setdefault(row["question"], row)
    return Dataset.from_list(list(rows.values()))


def read_answer(completion: vf.Messages) -> int | None:
    """Reads the first whole number inside the answer tags."""
    match = re.search(r"-?\d{1,15}", (parser.parse_answer(completion) or "").replace(",", ""))
    return int(match.group()) if match else None


def exact_answer(completion: vf.Messages, answer: str) -> float:
    """1 when the final number is right."""
    return float(read_answer(completion) == int(answer))


def closeness(completion: vf.Messages, answer: str) -> float:
    """1 minus the relative error, never below 0; 0 without a readable number."""
    given, right = read_answer(completion), int(answer)
    return 0.0 if given is None else max(0.0, 1 - abs(given - right) / max(right, 1))


def well_formed(completion: vf.Messages) -> float:
    """Half for reasoning in its tags, half for an answer tag that holds nothing but a number."""
    parsed = parser.parse(completion[-1].content or "")
    return 0.5 * bool(parsed.reasoning) + 0.5 * bool(re.fullmatch(r"-?\d+", parsed.answer or ""))


def answer_error(completion: vf.Messages, answer: str) -> float:
    """Distance from the right number; no readable number counts as an answer of 0."""
    return float(abs((read_answer(completion) or 0) - int(answer)))


def reasoning_words(completion: vf.Messages) -> float:
    """Length of the reasoning in words."""
    return float(len((parser.parse(completion[-1].content or "").reasoning or "").split()))


def check_choice(name: str, value: object, choices: tuple[str, ...]) -> None:
    if value not in choices:
        raise ValueError(f"{name} must be one of {', '.join(choices)}, not {value!r}.")


def load_environment(
    split: Split = "eval",
    difficulty: Difficulty = "mixed",
    num_problems: int = 240,
    seed: int = 0,
    partial_credit: bool = True,
) -> vf.Environment:
    """Loads the word-arithmetic environment.

    Args:
        split: Which generated problems are evaluated; each split has its own random stream.
        difficulty: Length of the stories; "mixed" takes the three levels in turn.
        num_problems: Problems per split, 1 to 5000.
        seed: Seed of the generator.
        partial_credit: Whether a wrong answer close to the right one earns something.
    """
    check_choice("split", split, get_args(Split))
    check_choice("difficulty", difficulty, get_args(Difficulty))
    if type(num_problems) is not int or not 1 <= num_problems <= 5000:
        raise ValueError(f"num_problems must be a whole number from 1 to 5000, not {num_problems!r}.")
    if type(seed) is not int:
        raise ValueError(f"seed must be a whole number, not {seed!r}.")
    if type(partial_credit) is not bool:
        raise ValueError(f"partial_credit must be true or false, not {partial_credit!r}.")
    rubric = vf.Rubric(
        funcs=[exact_answer, closeness, well_formed],
        weights=[0.8, 0.1, 0.1] if partial_credit else [0.9, 0.0, 0.1],
        parser=parser,
    )
    rubric.add_metric(answer_error)
    rubric.add_metric(reasoning_words)
    return vf.SingleTurnEnv(
        dataset=lambda: build_dataset("train", difficulty, num_problems, seed),
        eval_dataset=lambda: build_dataset(split, difficulty, num_problems, seed),
        system_prompt=SYSTEM_PROMPT,
        parser=parser,
        rubric=rubric,
    )
