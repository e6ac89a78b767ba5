"""A verifiers v1 taskset with its own harness in the process, for the story of a local run that uploads itself."""

import httpx
import verifiers.v1 as vf
from verifiers.v1.configs.harness import HarnessConfig
from verifiers.v1.harness import Harness
from verifiers.v1.runtimes import ProgramResult


class EchoData(vf.TaskData):
    answer: str


class EchoTask(vf.Task[EchoData]):
    @vf.reward(weight=0.5)
    async def correct(self, trace: vf.Trace) -> float:
        if self.data.answer == "2":
            raise RuntimeError("boom [/x]")
        return float(self.data.answer in str(trace.branches[-1].messages[-1].content))


class EchoTaskset(vf.Taskset[EchoTask, vf.TasksetConfig]):
    def load(self):
        return [EchoTask(EchoData(idx=i, prompt=f"say {i}", answer=str(i)), self.config.task) for i in range(3)]


class ChatConfig(HarnessConfig):
    pass


class Chat(Harness[ChatConfig]):
    APPENDS_SYSTEM_PROMPT = SUPPORTS_RESUME = True
    EXECUTES_CODE = NEEDS_CONTAINER = False

    async def launch(self, ctx, trace, runtime, endpoint, secret, mcp_urls, data):
        body = {"model": ctx.model, "messages": [{"role": "user", "content": data.prompt}]}
        async with httpx.AsyncClient(timeout=None) as http:
            url = f"{endpoint.rstrip('/')}/chat/completions"
            reply = await http.post(url, headers={"authorization": f"Bearer {secret}"}, json=body)
        return ProgramResult(0 if reply.is_success else 1, "", reply.text if reply.is_error else "")


__all__ = ["Chat", "EchoTaskset"]
