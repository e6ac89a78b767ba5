"""An order is totalled with the help of a catalogue, a price list and discount rules."""

import json
import random
import re

import verifiers as vf
from datasets import Dataset

SYSTEM_PROMPT = """You are the clerk of a market hall and total customers' orders.
1. Find the SKU of every item with look_up, then its price in cents with unit_price.
   You may call several tools at once.
2. Leave out an item that the catalogue does not have.
3. If the order names a discount code, fetch its rule with discount. It applies only if the sum reaches
   the minimum; the amount taken off is rounded down to a whole cent.
Finish with the amount due in whole cents inside <total> tags, for example <total>1250</total>."""

# item: (SKU, price in cents)
CATALOGUE = {
    "apple": ("FR-101", 45),
    "pear": ("FR-102", 62),
    "lemon": ("FR-103", 38),
    "mango": ("FR-104", 189),
    "carrot": ("VG-201", 17),
    "leek": ("VG-202", 95),
    "pumpkin": ("VG-203", 349),
    "garlic": ("VG-204", 59),
    "rye bread": ("BK-301", 389),
    "baguette": ("BK-302", 145),
    "oat biscuit": ("BK-303", 33),
    "goat cheese": ("DY-401", 575),
    "butter": ("DY-402", 279),
    "yoghurt": ("DY-403", 119),
    "egg": ("DY-404", 37),
    "olive oil": ("PN-501", 899),
    "honey": ("PN-502", 649),
    "lentils": ("PN-503", 215),
    "green tea": ("PN-504", 425),
    "sea salt": ("PN-505", 149),
}
MISSING_ITEMS = ["dragon fruit", "sourdough", "truffle", "oat milk"]
PRICES = dict(CATALOGUE.values())
# code: percent off and the smallest sum it applies to
DISCOUNTS = {"SPRING5": (5, 0), "MARKET10": (10, 1000), "FEAST15": (15, 4000), "CROWD20": (20, 9000)}
CUSTOMERS = ["Akua", "Benoit", "Carmen", "Dmitri", "Esther", "Faisal", "Gwen", "Hana"]

parser = vf.XMLParser(["total"], answer_field="total")


def look_up(item: str) -> str:
    """Finds an item in the catalogue.

    Args:
        item: Name of the item in the singular, as written in the order.
    """
    if item not in CATALOGUE:
        raise ValueError(f"The catalogue has no item called '{item}'.")
    sku = CATALOGUE[item][0]
    return json.dumps({"item": item, "sku": sku, "department": sku[:2]})


def unit_price(sku: str) -> int:
    """Returns the price of one piece in cents.

    Args:
        sku: Stock keeping unit from the catalogue, such as FR-101.
    """
    if sku not in PRICES:
        raise ValueError(f"There is no price for SKU '{sku}'.")
    return PRICES[sku]


def discount(code: str) -> list[dict[str, str]]:
    """Returns the rule behind a discount code.

    Args:
        code: The discount code on the order.
    """
    if code not in DISCOUNTS:
        raise ValueError(f"The discount code '{code}' is not valid.")
    percent, minimum = DISCOUNTS[code]
    # Content parts instead of text: the tool message keeps them as a list.
    return [
        {"type": "text", "text": json.dumps({"code": code, "percent": percent, "minimum_cents": minimum})},
        {"type": "text", "text": "Applies to the sum of the whole order."},
    ]


def order_total(lines: list[tuple[int, str]], code: str | None) -> int:
    """Computes the amount due in cents."""
    total = sum(count * CATALOGUE[item][1] for count, item in lines if item in CATALOGUE)
    percent, minimum = DISCOUNTS[code] if code else (0, 0)
    return total - total * percent // 100 if total >= minimum else total


def write_order(rng: random.Random, number: int, max_items: int, with_discounts: bool) -> dict:
    """Returns one dataset row; about one order in five names an item that the catalogue does not have."""
    items = rng.sample(list(CATALOGUE), rng.randint(2, max_items))
    if rng.random() < 0.2:
        items[-1] = rng.choice(MISSING_ITEMS)
    lines = [(rng.randint(1, 12), item) for item in items]
    code = rng.choice(list(DISCOUNTS)) if with_discounts and rng.random() < 0.6 else None
    text = [f"Order {number} for {rng.choice(CUSTOMERS)}:", *(f"- {count} x {item}" for count, item in lines)]
    text += [f"Discount code: {code}"] if code else []
    known = sum(item in CATALOGUE for item in items)
    return {
        "question": "\n".join([*text, "What is the amount due?"]),
        "answer": str(order_total(lines, code)),
        "info": {"items": len(items), "needed_calls": len(items) + known + (code is not None)},
    }


def build_dataset(split: str, num_orders: int, max_items: int, with_discounts: bool, seed: int) -> Dataset:
    """Generates the orders of one split."""
    rng = random.Random(f"market-clerk/{split}/{max_items}/{with_discounts}/{seed}")
    numbers = range(1, num_orders + 1)
    return Dataset.from_list([write_order(rng, number, max_items, with_discounts) for number in numbers])


def read_total(completion: vf.Messages) -> int | None:
    """Reads the whole number inside the total tags."""
    text = (parser.parse_answer(completion) or "").replace(",", "")
    return int(text) if re.fullmatch(r"\d{1,12}", text) else None


def correct_total(completion: vf.Messages, answer: str) -> float:
    """1 when the total is right to the cent."""
    return float(read_total(completion) == int(answer))


def near_total(completion: vf.Messages, answer: str) -> float:
    """1 minus the relative error, never below 0; 0 without a readable total."""
    given, right = read_total(completion), int(answer)
    return 0.0 if given is None else max(0.0, 1 - abs(given - right) / right)


def tool_economy(completion: vf.Messages, info: dict) -> float:
    """How close the number of tool calls is to the number needed: 0.5 at twice or half of it."""
    made = sum(len(message.tool_calls or []) for message in completion if message.role == "assistant")
    return min(made, info["needed_calls"]) / max(made, info["needed_calls"])


def tool_errors(completion: vf.Messages) -> float:
    """Tool calls that failed."""
    return float(
        sum(message.role == "tool" and str(message.content).startswith("Error: ") for message in completion)
    )


def check_range(name: str, value: object, low: int, high: int) -> None:
    if type(value) is not int or not low <= value <= high:
        raise ValueError(f"{name} must be a whole number from {low} to {high}, not {value!r}.")


def load_environment(
    num_orders: int = 200,
    max_items: int = 5,
    with_discounts: bool = True,
    max_turns: int = 16,
    seed: int = 0,
) -> vf.Environment:
    """Loads the market-clerk environment.

    Args:
        num_orders: Orders per split, 1 to 5000.
        max_items: Longest order in lines, 2 to 12.
        with_discounts: Whether some orders carry a discount code.
        max_turns: Model turns allowed per order, 1 to 100.
        seed: Seed of the generator.
    """
    check_range("num_orders", num_orders, 1, 5000)
    check_range("max_items", max_items, 2, 12)
    check_range("max_turns", max_turns, 1, 100)
    if type(with_discounts) is not bool:
        raise ValueError(f"with_discounts must be true or false, not {with_discounts!r}.")
    if type(seed) is not int:
        raise ValueError(f"seed must be a whole number, not {seed!r}.")
    rubric = vf.Rubric(
        funcs=[correct_total, near_total, tool_economy], weights=[0.7, 0.15, 0.15], parser=parser
    )
    rubric.add_metric(tool_errors)
    return vf.ToolEnv(
        dataset=lambda: build_dataset("train", num_orders, max_items, with_discounts, seed),
        eval_dataset=lambda: build_dataset("eval", num_orders, max_items, with_discounts, seed),
        system_prompt=SYSTEM_PROMPT,
        parser=parser,
        rubric=rubric,
        tools=[look_up, unit_price, discount],
        max_turns=max_turns,
        error_formatter=lambda error: f"Error: {error}",
    )
