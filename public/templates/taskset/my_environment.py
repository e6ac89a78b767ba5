"""A taskset of verifiers v1: what is asked and how it is scored. The harness that plays it is chosen at the launch."""

import verifiers.v1 as vf

QUESTIONS = [
    ("What is 17 + 25?", "42"),
    ("What is the capital of France?", "Paris"),
    ("How many legs do three spiders have?", "24"),
    ("Which planet is nearest to the sun?", "Mercury"),
]


class Data(vf.TaskData):
    answer: str


class Task(vf.Task[Data]):
    @vf.reward(weight=1.0)
    async def has_answer(self, trace: vf.Trace) -> float:
        """1 when the last reply has the answer in it."""
        return float(self.data.answer.lower() in trace.last_reply.lower())


class Config(vf.TasksetConfig):
    num_tasks: int = 4
    """How many questions to ask."""


class Questions(vf.Taskset[Task, Config]):
    def load(self) -> list[Task]:
        chosen = QUESTIONS[: self.config.num_tasks]
        return [
            Task(Data(idx=i, prompt=question, answer=answer), self.config.task)
            for i, (question, answer) in enumerate(chosen)
        ]


__all__ = ["Questions"]
