"""Sources of tiny v1 packages. Each is written as a module of its own into a temporary folder."""

WORDS = '''
from typing import Literal

import verifiers.v1 as vf


class WordData(vf.TaskData):
    answer: str


class Word(vf.Task[WordData]):
    @vf.reward(weight=2.0)
    async def reverses(self, trace) -> float:
        return 1.0 if self.data.answer in trace.last_reply else 0.25

    @vf.reward(weight=0.5)
    async def styles(self, trace) -> dict[str, float]:
        return {"polite": 1.0, "short": 0.0}

    @vf.metric
    async def length(self, trace) -> float:
        return float(len(trace.last_reply))


class WordsConfig(vf.TasksetConfig):
    size: int = 4
    """How many words
    there are."""
    level: Literal["easy", "hard"] = "easy"
    extra: list[str] = []


class Words(vf.Taskset[Word, WordsConfig]):
    def load(self):
        for i in range(self.config.size):
            yield Word(WordData(
                idx=i, prompt=f"word {i}", system_prompt="Reverse it.", answer=f"{i} drow"
            ), self.config.task)


__all__ = ["Words"]
'''

# Everything that can go wrong in a rollout, by the text of the prompt.
TROUBLE = """
import os
import sys

import verifiers.v1 as vf


class Rude:
    pass


calls = {}


class Trouble(vf.Task[vf.TaskData]):
    async def setup(self, trace, runtime):
        prompt = self.data.prompt
        calls[prompt] = calls.get(prompt, 0) + 1
        if "[setup]" in prompt:
            raise ZeroDivisionError("division by zero in setup")
        if "[exit]" in prompt:
            sys.exit("bye")
        if "[variable]" in prompt:
            os.environ["NO_SUCH_KEY"]
        if "[infra once]" in prompt and calls[prompt] == 1:
            raise vf.SandboxError("a sandbox went away")
        if "[object]" in prompt:
            trace.info["note"] = Rude()
        if "[text]" in prompt:
            trace.info["note"] = "nul \\x00 lone \\ud800"

    @vf.reward
    async def scores(self, trace) -> float:
        if "[reward]" in self.data.prompt:
            raise KeyError("no such thing")
        if "[leave]" in self.data.prompt:
            sys.exit("bye")
        return float("nan") if "[nan]" in self.data.prompt else 1.0

    @vf.metric
    async def turns(self, trace) -> float:
        return float(trace.num_turns)


class TroubleConfig(vf.TasksetConfig):
    prompts: list[str] = ["fine"]


class Troubles(vf.Taskset[Trouble, TroubleConfig]):
    def load(self):
        # Without numbers of their own: the place of a task is its number.
        return [Trouble(vf.TaskData(prompt=prompt)) for prompt in self.config.prompts]


__all__ = ["Troubles"]
"""

TALK = """
import verifiers.v1 as vf


class Topic(vf.Task[vf.TaskData]):
    @vf.reward
    async def stays(self, trace) -> float:
        return trace.num_turns / 4


class TalkConfig(vf.EnvConfig):
    speaker: vf.AgentConfig = vf.AgentConfig()
    guest: vf.AgentConfig = vf.AgentConfig(harness={"id": "null"})


class Talk(vf.Env[TalkConfig]):
    async def setup(self, agents):
        agents.guest.trainable = False

    async def run(self, task, agents):
        scene = vf.Task(vf.TaskData(idx=task.data.idx, system_prompt="You are a guest."))
        open_task = type(task)(task.data.model_copy(update={"prompt": None}), task.config)
        async with agents.guest.interaction(scene) as guest, agents.speaker.interaction(open_task) as speaker:
            asked = await guest.turn(task.data.prompt_text)
            for _ in range(2):
                said = await speaker.turn(asked.last_reply)
                asked = await guest.turn(said.last_reply)

    async def finalize(self, task, episode):
        for trace in episode.traces:
            if trace.agent.name == "speaker":
                trace.record_metric("guests", float(len(episode.by_agent["guest"])))


class Topics(vf.Taskset[Topic, vf.TasksetConfig]):
    def load(self):
        return [Topic(vf.TaskData(idx=10 + i, prompt=f"topic {i}")) for i in range(2)]


__all__ = ["Topics", "Talk"]
"""

SUMS = '''
import verifiers.v1 as vf


class Adder(vf.Toolset[vf.ToolsetConfig]):
    TOOL_PREFIX = None

    @vf.tool
    def add(self, a: int, b: int) -> str:
        """Add two numbers."""
        return str(a + b)


class SumsConfig(vf.TasksetConfig):
    pass


class Sum(vf.Task[vf.TaskData]):
    @vf.reward
    async def used_result(self, trace) -> float:
        return 1.0 if any(m.content == "5" for m in trace.tool_messages) else 0.0


class Sums(vf.Taskset[Sum, SumsConfig]):
    @classmethod
    def toolsets(cls, config):
        return [Adder(vf.ToolsetConfig())]

    def load(self):
        return [Sum(vf.TaskData(idx=i, prompt=f"sum {i}")) for i in range(2)]


__all__ = ["Sums"]

if __name__ == "__main__":
    Adder.run()
'''

COUNTING = """
import itertools

import verifiers.v1 as vf


class Count(vf.Task[vf.TaskData]):
    @vf.reward
    async def always(self, trace) -> float:
        return 1.0


class Counting(vf.Taskset[Count, vf.TasksetConfig]):
    INFINITE = True

    def load(self):
        for i in itertools.count():
            yield Count(vf.TaskData(idx=i, prompt=f"count {i}"))


__all__ = ["Counting"]
"""

BROKEN = """
import verifiers.v1 as vf


class Broken(vf.Taskset[vf.Task[vf.TaskData], vf.TasksetConfig]):
    def load(self):
        raise FileNotFoundError("data.json is not there")


__all__ = ["Broken"]
"""

# A package with a harness of its own, and what needs a container: the harness or the tasks.
OWN_HARNESS = """
import verifiers.v1 as vf
from hosted_runner.v1.chat import PlatformChat, PlatformChatConfig


class OwnConfig(PlatformChatConfig):
    greeting: str = "hello"


class Own(PlatformChat, vf.Harness[OwnConfig]):
    NEEDS_CONTAINER = {needs_container}

    def __init__(self, config):
        super().__init__(config)
        self.config = config

    async def launch(self, ctx, trace, runtime, endpoint, secret, mcp_urls, data):
        asked = data.model_copy(update={{"prompt": f"{{self.config.greeting}} {{data.prompt}}"}})
        return await super().launch(ctx, trace, runtime, endpoint, secret, mcp_urls, asked)


class One(vf.Task[vf.TaskData]):
    @vf.reward
    async def always(self, trace) -> float:
        return 1.0


class Ones(vf.Taskset[One, vf.TasksetConfig]):
    def load(self):
        return [One(vf.TaskData(idx=0, prompt="one", image={image}))]


__all__ = ["Ones", "Own"]
"""

ALL = {
    "words_v1": WORDS,
    "trouble_v1": TROUBLE,
    "talk_v1": TALK,
    "sums_v1": SUMS,
    "counting_v1": COUNTING,
    "broken_v1": BROKEN,
    "harness_v1": OWN_HARNESS.format(needs_container=False, image=None),
    "container_v1": OWN_HARNESS.format(needs_container=True, image=None),
    "image_v1": OWN_HARNESS.format(needs_container=False, image='"debian:13"'),
    # A taskset of that name comes with verifiers, and a harness of the other's.
    "textarena": WORDS,
    "codex": OWN_HARNESS.format(needs_container=False, image=None),
}
