"""Questions that a model answers with the help of tools: Python functions whose docstrings it reads."""

import verifiers as vf
from datasets import Dataset

PRICES = {"apple": 40, "bread": 310, "cheese": 575, "milk": 120}

SYSTEM_PROMPT = "Look prices up with the tool, then give the total in cents alone inside <answer> tags."

ORDERS = [
    ("2 apples and 1 bread", 390),
    ("3 milk", 360),
    ("1 cheese and 1 apple", 615),
    ("4 bread", 1240),
    ("1 milk, 1 bread and 1 cheese", 1005),
]

parser = vf.XMLParser(["answer"], answer_field="answer")


async def price_of(item: str) -> int:
    """Looks up the price of one piece of an item.

    Args:
        item: The item in the singular, such as apple.

    Returns:
        The price in cents.
    """
    if item.lower() not in PRICES:
        raise ValueError(f"There is no {item}. There are: {', '.join(PRICES)}.")
    return PRICES[item.lower()]


def correct_total(completion: vf.Messages, answer: str) -> float:
    """1 when the total is right."""
    return float((parser.parse_answer(completion) or "").strip() == answer)


def load_environment(max_turns: int = 10) -> vf.Environment:
    """Loads the environment.

    Args:
        max_turns: How many turns the model has, tool calls among them.
    """
    rows = [
        {"question": f"What do {order} cost?", "answer": str(total)}
        for order, total in ORDERS
    ]
    return vf.ToolEnv(
        eval_dataset=Dataset.from_list(rows),
        system_prompt=SYSTEM_PROMPT,
        parser=parser,
        rubric=vf.Rubric(funcs=[correct_total], weights=[1.0], parser=parser),
        tools=[price_of],
        max_turns=max_turns,
    )
