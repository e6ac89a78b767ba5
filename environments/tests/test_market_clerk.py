import asyncio
import json

import pytest
import verifiers as vf

from market_clerk import load_environment, order_total


def call(name, **arguments):
    return vf.ToolCall(id=f"{name}-{len(arguments)}", name=name, arguments=json.dumps(arguments))


def completion(calls, text, errors=0):
    return [
        vf.AssistantMessage(content="", tool_calls=[call("look_up", item="apple")] * calls),
        *[vf.ToolMessage(tool_call_id="x", content="Error: unknown")] * errors,
        vf.AssistantMessage(content=text),
    ]


INFO = {"needed_calls": 4}


@pytest.mark.parametrize(
    ("calls", "text", "reward", "metrics"),
    [
        (4, "<total>1000</total>", 1.0, {"correct_total": 1, "near_total": 1, "tool_economy": 1}),
        (8, "<total>1000</total>", 0.925, {"tool_economy": 0.5, "total_tool_calls": 8, "look_up_calls": 8}),
        (2, "<total>900</total>", 0.15 * 0.9 + 0.075, {"near_total": 0.9, "tool_economy": 0.5}),
        (4, "<total>5000</total>", 0.15, {"near_total": 0}),
        (4, "The amount due is 1000 cents.", 0.15, {"correct_total": 0, "near_total": 0}),
    ],
)
def test_rewards(score, calls, text, reward, metrics):
    state = score(load_environment(), completion(calls, text), "1000", INFO)
    assert state["reward"] == pytest.approx(reward)
    assert {name: state["metrics"][name] for name in metrics} == pytest.approx(metrics)


def test_no_tool_calls(score):
    state = score(load_environment(), [vf.AssistantMessage(content="<total>1000</total>")], "1000", INFO)
    assert state["metrics"]["tool_economy"] == 0


def test_failed_calls_are_counted(score):
    state = score(load_environment(), completion(4, "<total>1000</total>", errors=3), "1000", INFO)
    assert state["metrics"]["tool_errors"] == 3


@pytest.mark.parametrize(
    ("lines", "code", "total"),
    [
        ([(3, "carrot"), (6, "garlic")], None, 405),
        ([(12, "rye bread"), (4, "baguette")], "CROWD20", 5248),  # below the minimum of 9000
        ([(9, "goat cheese"), (11, "lemon"), (5, "mango")], "SPRING5", 6212),  # 6538 less 326.9, rounded down
        ([(2, "apple"), (1, "truffle")], None, 90),  # no truffle in the catalogue
    ],
)
def test_order_total(lines, code, total):
    assert order_total(lines, code) == total


def test_tool_results_in_one_turn():
    calls = [
        call("look_up", item="apple"),
        call("look_up", item="truffle"),
        call("unit_price", sku="FR-101"),
        call("unit_price", sku="FR-999"),
        call("discount", code="MARKET10"),
        call("discount", code="NOPE"),
        vf.ToolCall(id="broken", name="look_up", arguments='{"item": "apple"'),
    ]
    messages = [vf.AssistantMessage(content="", tool_calls=calls)]
    apple, truffle, price, no_price, rule, no_rule, broken = [
        message.content for message in asyncio.run(load_environment().env_response(messages, {}))
    ]
    assert json.loads(apple) == {"item": "apple", "sku": "FR-101", "department": "FR"}
    assert truffle == "Error: The catalogue has no item called 'truffle'."
    assert price == "45"
    assert no_price == "Error: There is no price for SKU 'FR-999'."
    assert json.loads(rule[0]["text"] if isinstance(rule[0], dict) else rule[0].text) == {
        "code": "MARKET10",
        "percent": 10,
        "minimum_cents": 1000,
    }
    assert no_rule == "Error: The discount code 'NOPE' is not valid."
    assert broken.startswith("Error: ")


def test_needed_calls_of_the_first_orders():
    infos = load_environment().get_eval_dataset(n=3)["info"]
    assert [info["needed_calls"] for info in infos] == [4, 5, 7]


def test_orders_without_discounts():
    questions = load_environment(with_discounts=False).get_eval_dataset()["question"]
    assert not any("Discount code" in question for question in questions)
