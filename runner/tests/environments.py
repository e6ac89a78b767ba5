"""Sources of tiny v0 environments. Each is written as a module of its own into a temporary folder."""

SINGLE = """
import verifiers as vf
from datasets import Dataset


def reverses(completion, answer) -> float:
    return 1.0 if answer in completion[-1].content else 0.25


def length(completion) -> float:
    return float(len(completion[-1].content))


def load_environment(size: int = 4):
    rows = [{"question": f"word {i}", "answer": f"{i} drow"} for i in range(size)]
    rubric = vf.Rubric(funcs=[reverses, length], weights=[1.0, 0.0])
    return vf.SingleTurnEnv(eval_dataset=Dataset.from_list(rows), system_prompt="Reverse it.", rubric=rubric)
"""

MULTI = """
import verifiers as vf
from datasets import Dataset


def turns_taken(state) -> float:
    return len(state["trajectory"]) / 4


class Talk(vf.MultiTurnEnv):
    async def env_response(self, messages, state, **kwargs):
        if len(state["trajectory"]) == 2:
            state["final_env_response"] = [vf.UserMessage(content="bye")]
        return [vf.UserMessage(content="go on")]


def load_environment():
    rows = [{"question": f"topic {i}", "info": {"level": i}} for i in range(3)]
    return Talk(eval_dataset=Dataset.from_list(rows), rubric=vf.Rubric(funcs=[turns_taken]), max_turns=4)
"""

CROWD = """
import asyncio

import verifiers as vf
from datasets import Dataset

active = 0


async def be_one_of_many():
    global active
    active += 1
    at_once = active
    await asyncio.sleep(0.01)
    active -= 1
    return at_once


class Crowd(vf.SingleTurnEnv):
    async def setup_state(self, state, **kwargs):
        state["at_once"] = await be_one_of_many()
        return await super().setup_state(state, **kwargs)


async def judged(state) -> float:
    state["at_once"] = max(state["at_once"], await be_one_of_many())
    return 1.0


def place(states) -> list[float]:
    return [float(number) for number in range(len(states))]


def load_environment(group: bool = False):
    rubric = vf.Rubric(funcs=[judged, place] if group else [judged])
    return Crowd(eval_dataset=Dataset.from_list([{"question": f"{i}"} for i in range(6)]), rubric=rubric)
"""

TALKS = """
import logging
import sys

import verifiers as vf
from datasets import Dataset


def load_environment():
    logging.getLogger("talks").addHandler(logging.StreamHandler())
    for number in range(0, 300, 3):
        print("line", number)
        print("line", number + 1, file=sys.stderr)
        logging.getLogger("talks").warning(f"line {number + 2}")
    sys.stdout.buffer.write(b"bytes \\xc3\\xa9\\n")
    print("x" * 300_000)
    print("\\ud800", sys.stdout.encoding, sys.stderr.fileno(), sys.stdout.isatty())
    return vf.SingleTurnEnv(eval_dataset=Dataset.from_list([{"question": "a"}]))
"""

TOOLS = '''
import verifiers as vf
from datasets import Dataset


def add(a: int, b: int) -> int:
    """Add two numbers."""
    return a + b


def used_result(completion) -> float:
    return 1.0 if any(m.role == "tool" and m.content == "5" for m in completion) else 0.0


def load_environment():
    rows = [{"question": f"sum {i}"} for i in range(2)]
    rubric = vf.Rubric(funcs=[used_result])
    return vf.ToolEnv(eval_dataset=Dataset.from_list(rows), tools=[add], rubric=rubric, max_turns=3)
'''

# Everything that can go wrong in a rollout, by the text of the question.
TROUBLE = """
import asyncio
import logging
import sys
import time

import verifiers as vf
from datasets import Dataset

print("hello from the environment")


def ok(completion) -> float:
    return 1.0


def relative(completions, states) -> list[float]:
    if any(not c for c in completions):
        raise ValueError("a half-made rollout was scored")
    if "[wrong length]" in states[0]["prompt"][-1].content:
        return []
    return [float(len(states))] * len(states)


def breaks(prompt) -> float:
    if "[exit when scored]" in prompt[-1].content:
        sys.exit("bye")
    if "[reward]" in prompt[-1].content:
        raise KeyError("no such thing")
    return float("nan") if "[nan]" in prompt[-1].content else 0.0


calls = {}


class Trouble(vf.MultiTurnEnv):
    async def setup_state(self, state):
        question = state["prompt"][-1].content
        calls[question] = calls.get(question, 0) + 1
        if "[bug]" in question or ("[bug once]" in question and calls[question] == 2):
            raise ZeroDivisionError("division by zero in setup_state")
        if question == "[exit]":
            sys.exit("bye")
        if "[infra once]" in question and calls[question] == 1:
            raise vf.InfraError("a sandbox went away")
        if "[vf]" in question:
            raise vf.ToolError("data for the library")
        if "[cancel]" in question:
            raise asyncio.CancelledError()
        if "[text]" in question:
            state["note"] = "nul \\x00 lone \\ud800 whole \\U0001f600"
            state["numbers"] = {"inf": float("inf"), "list": [1.5, float("nan")]}
        if "[column]" in question and calls[question] == 1:
            state["note"] = object()
        if "[own timeout]" in question:
            raise TimeoutError("their server is slow")
        if "[endless]" in question:
            await asyncio.sleep(600)
        if "[busy]" in question:
            time.sleep(1.5)
        if "[log]" in question:
            logging.getLogger("their.library").warning("a warning of theirs")
        return state

    async def env_response(self, messages, state, **kwargs):
        if "[late]" in messages[0].content:
            raise RuntimeError("failed after the first turn")
        return [vf.UserMessage(content="again")]

    @vf.cleanup
    async def close(self, state):
        if "[cleanup]" in state["prompt"][-1].content:
            raise OSError("cannot clean up")

    @vf.teardown
    async def release(self):
        print("released")


def load_environment(questions: list[str], group: bool = False, max_turns: int = 2):
    rows = [{"question": q} for q in questions]
    funcs = [relative, ok] if group else [ok, breaks]
    return Trouble(
        eval_dataset=Dataset.from_list(rows), rubric=vf.Rubric(funcs=funcs), max_turns=max_turns
    )
"""

GROUPED = """
import multi
import single
import verifiers as vf


def load_environment():
    return vf.EnvGroup([single.load_environment(size=2), multi.load_environment()], env_names=["one", "many"])
"""

DOCUMENTED = '''
from typing import Literal, Optional

import single


def load_environment(
    split: Literal["easy", "hard"] = "easy",
    size: int = 3,
    ratio: float | None = None,
    strict: bool = False,
    judge: Optional[str] = None,
    words: list[str] = ("a", "b"),
    hook=print,
    untyped=7,
    *,
    required: str,
    **kwargs,
):
    """Load it.

    Args:
        split: Which half
            of the data.
        size (int): How many: all by default.
        judge: The judge's model.

    Returns:
        An environment: a small one.
    """
    return single.load_environment(size)
'''

MISSING_MODULE = "import not_a_module_anyone_has\n\n\ndef load_environment():\n    pass\n"
EXITS = "import sys\n\n\ndef load_environment():\n    sys.exit('no licence here')\n"
RAISES = """
def load_environment():
    try:
        {}["KEY"]
    except KeyError as error:
        raise ValueError("bad configuration") from error
"""
HANGS = """
import time

import single


def load_environment():
    env = single.load_environment()  # installs the library's signal handlers
    print("loading", flush=True)
    time.sleep(60)
    return env
"""
LINGERS = """
import threading
import time

import single


def load_environment():
    threading.Thread(target=time.sleep, args=[600]).start()
    return single.load_environment()
"""
NO_FUNCTION = "x = 1\n"
SYNTAX = "x = 1\ndef load_environment(:\n    pass\n"
VARIABLE = """
import os

def load_environment():
    key = os.environ["JUDGE_KEY"]
"""
WRONG_ARGUMENTS = "def load_environment(path):\n    pass\n"
SANDBOX = """
import verifiers as vf
from datasets import Dataset


def load_environment():
    data = Dataset.from_list([{"question": "1 + 1", "answer": "2"}])
    env = vf.PythonEnv(eval_dataset=data, rubric=vf.Rubric(funcs=[]))
    assert env.sandbox_request.vm is False
    return env
"""
# A dataset with a column of the library's own name, as many benchmarks have it.
TASK_COLUMN = """
import verifiers as vf
from datasets import Dataset


def load_environment():
    rows = [{"question": "word 0", "answer": "0 drow", "task": task} for task in ("wmdp", "", '["a list"]')]
    return vf.SingleTurnEnv(eval_dataset=Dataset.from_list(rows), rubric=vf.Rubric(funcs=[lambda **_: 1.0]))
"""
NO_EXAMPLES = """
import single


def load_environment():
    env = single.load_environment()
    env.eval_dataset = env.get_eval_dataset().select([])
    return env
"""

ALL = {
    "single": SINGLE,
    "multi": MULTI,
    "tools": TOOLS,
    "crowd": CROWD,
    "talks": TALKS,
    "trouble": TROUBLE,
    "grouped": GROUPED,
    "documented": DOCUMENTED,
    "missing_module": MISSING_MODULE,
    "exits": EXITS,
    "raises": RAISES,
    "hangs": HANGS,
    "lingers": LINGERS,
    "no_function": NO_FUNCTION,
    "syntax": SYNTAX,
    "variable": VARIABLE,
    "wrong_arguments": WRONG_ARGUMENTS,
    "no_examples": NO_EXAMPLES,
    "task_column": TASK_COLUMN,
    "with_sandbox": SANDBOX,
}
