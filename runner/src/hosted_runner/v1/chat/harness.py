"""A chat with the model until it calls no more tools."""

import asyncio
import random
import weakref
from collections.abc import Callable
from contextvars import ContextVar
from typing import Any

import httpx
from verifiers.v1.clients import ModelContext
from verifiers.v1.configs.harness import HarnessConfig
from verifiers.v1.dialects.chat import message_to_wire
from verifiers.v1.harness import Harness
from verifiers.v1.runtimes import ProgramResult, Runtime
from verifiers.v1.task import TaskData
from verifiers.v1.trace import Trace

from .tools import Tools, connect, no_tools

# Called after each turn of the model in the rollout that set it.
turn_watcher: ContextVar[Callable[[], None] | None] = ContextVar("turn_watcher", default=None)

_BACKOFF_SECONDS, _BACKOFF_SECONDS_MAX = 0.5, 8.0

_clients: weakref.WeakKeyDictionary[asyncio.AbstractEventLoop, httpx.AsyncClient] = (
    weakref.WeakKeyDictionary()
)


class PlatformChatConfig(HarnessConfig):
    """Settings of the platform-chat harness."""

    max_retries: int = 10
    """Retries of one model call after 408, 409, 429 or a server error: as many as v0 runs have."""


class PlatformChat(Harness[PlatformChatConfig]):
    """Holds the conversation in this process; what the model may do is answer and call the task's tools."""

    APPENDS_SYSTEM_PROMPT = True
    SUPPORTS_MCP = True
    SUPPORTS_RESUME = True
    EXECUTES_CODE = False
    NEEDS_CONTAINER = False

    async def launch(
        self,
        ctx: ModelContext,
        trace: Trace,
        runtime: Runtime,
        endpoint: str,
        secret: str,
        mcp_urls: dict[str, str],
        data: TaskData,
    ) -> ProgramResult:
        """One segment: from the prompt, or the conversation so far, to an answer without tool calls."""
        system, prompt = self.resolve_prompt(data)
        messages = [{"role": "system", "content": system}] if system else []
        if isinstance(prompt, str):
            messages.append({"role": "user", "content": prompt})
        else:
            messages += [message_to_wire(message) for message in prompt or []]
        tools = await connect(mcp_urls, self.config.tool_timeout) if mcp_urls else no_tools
        while True:
            reply = await self._complete(ctx.model, endpoint, secret, messages, tools)
            if reply.is_error:
                return ProgramResult(exit_code=1, stdout="", stderr=reply.text[-2000:])
            if watcher := turn_watcher.get():
                watcher()
            answer = {k: v for k, v in reply.json()["choices"][0]["message"].items() if v is not None}
            calls = answer.get("tool_calls")
            if not calls:
                return ProgramResult(exit_code=0, stdout="", stderr="")
            messages.append(answer)
            for call in calls:
                content = await tools.call(call["function"]["name"], call["function"].get("arguments"))
                messages.append({"role": "tool", "tool_call_id": call["id"], "content": content})

    async def _complete(
        self, model: str, endpoint: str, secret: str, messages: list[dict[str, Any]], tools: Tools
    ) -> httpx.Response:
        """The answer to one request, retried by the rules of the openai SDK, which `null` uses."""
        body: dict[str, Any] = {"model": model, "messages": messages}
        if tools.schemas:
            body["tools"] = tools.schemas
        url = f"{endpoint.rstrip('/')}/chat/completions"
        headers = {"authorization": f"Bearer {secret}"}
        for attempt in range(self.config.max_retries + 1):
            if attempt:
                # Marked as a retry, it gets the answer of the attempt that it repeats, if there was one.
                headers["x-stainless-retry-count"] = str(attempt)
            reply = await _client().post(url, headers=headers, json=body)
            if not _is_passing(reply.status_code) or attempt == self.config.max_retries:
                break
            await asyncio.sleep(_pause(attempt))
        return reply


def _is_passing(status: int) -> bool:
    return status in (408, 409, 429) or status >= 500


def _pause(attempt: int) -> float:
    return min(_BACKOFF_SECONDS * 2**attempt, _BACKOFF_SECONDS_MAX) * (1 - 0.25 * random.random())


def _client() -> httpx.AsyncClient:
    """The connections of this event loop: the library makes a new harness for each rollout."""
    loop = asyncio.get_running_loop()
    if loop not in _clients:
        # The endpoint is on this machine and speaks plain HTTP: no certificates, no proxy.
        limits = httpx.Limits(max_connections=None, max_keepalive_connections=100)
        _clients[loop] = httpx.AsyncClient(timeout=None, limits=limits, verify=False, trust_env=False)
    return _clients[loop]
