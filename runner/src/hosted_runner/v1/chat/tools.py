"""A task's tool servers, as the model sees them. Names, retries and answers are those of `null`."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

import httpx
from tenacity import AsyncRetrying, stop_after_attempt, wait_exponential_jitter

CALL_ATTEMPTS = 6
CONNECT_SECONDS = 60.0

Content = str | list[dict[str, Any]]
ResultT = TypeVar("ResultT")


@dataclass
class Tools:
    """The tools of one rollout: how they are described to the model, and where each one is."""

    seconds: float
    schemas: list[dict[str, Any]] = field(default_factory=list)
    servers: dict[str, tuple[str, str]] = field(default_factory=dict)
    """Server address and the server's own name of the tool, by the name that the model uses."""

    async def call(self, name: str, arguments: str | None) -> Content:
        """Call a tool. What the model did wrong is the answer; a server that cannot be reached raises."""
        try:
            given = json.loads(arguments or "{}")
        except json.JSONDecodeError as error:
            return f"error: invalid JSON in tool arguments ({error}); resend the call with valid JSON"
        if not isinstance(given, dict):
            kind = type(given).__name__
            return f"error: tool arguments must be a JSON object, got {kind}; resend as an object"
        if name not in self.servers:
            return f"error: unknown tool {name!r}"
        url, tool = self.servers[name]

        async def answer() -> Any:
            async with _session(url, self.seconds) as session:
                return await session.call_tool(tool, given)

        return _content((await _with_retries(answer)).content)


no_tools = Tools(seconds=0)


async def connect(urls: dict[str, str], seconds: float) -> Tools:
    """Ask each server for its tools. The model sees <server>_<tool>, or <tool> for a server without name.

    Raises ValueError when two servers have a tool of the same name, ConnectionError when one does not answer.
    """
    tools = Tools(seconds)
    async with asyncio.timeout(CONNECT_SECONDS) as patience:
        for server, url in urls.items():

            async def listed(url: str = url) -> list[Any]:
                async with _session(url, seconds) as session:
                    return (await session.list_tools()).tools

            try:
                found = await _with_retries(listed)
            except asyncio.CancelledError:
                if not patience.expired():
                    raise
                raise ConnectionError(f"The tool server {server or url} at {url} did not answer") from None
            except Exception as error:
                reason = _reason(error)
                text = f"The tool server {server or url} at {url} cannot be reached: {reason}"
                raise ConnectionError(text) from error
            for tool in found:
                name = f"{server}_{tool.name}" if server else tool.name
                if name in tools.servers:
                    raise ValueError(f"duplicate tool name {name!r} across servers; keep qualified names")
                tools.servers[name] = (url, tool.name)
                described = {
                    "name": name,
                    "description": tool.description or "",
                    "parameters": _either(tool, "input_schema", "inputSchema"),
                }
                tools.schemas.append({"type": "function", "function": described})
    return tools


@contextlib.asynccontextmanager
async def _session(url: str, seconds: float) -> AsyncIterator[Any]:
    """One session for one operation: the servers keep no state between requests.

    A failure while closing is ignored: the answer is there, and another call would run the tool twice.
    """
    # Imported here: only runs with tools pay for it.
    import mcp
    from mcp.client.streamable_http import create_mcp_http_client, streamable_http_client

    stack = contextlib.AsyncExitStack()
    try:
        if hasattr(mcp, "Client"):
            import httpx2

            timeout = httpx2.Timeout(seconds, connect=5.0)
            http = await stack.enter_async_context(create_mcp_http_client(timeout=timeout))
            yield await stack.enter_async_context(mcp.Client(streamable_http_client(url, http_client=http)))
        else:  # mcp 1, which verifiers 0.3 pins
            timeout = httpx.Timeout(seconds, connect=5.0)
            http = await stack.enter_async_context(create_mcp_http_client(timeout=timeout))
            read, write, *_ = await stack.enter_async_context(streamable_http_client(url, http_client=http))
            session = await stack.enter_async_context(mcp.ClientSession(read, write))
            await session.initialize()
            yield session
    finally:
        with contextlib.suppress(Exception):
            await stack.aclose()


def _either(value: Any, name: str, before: str) -> Any:
    """An attribute that mcp 1 spells in another way."""
    return getattr(value, name) if hasattr(value, name) else getattr(value, before)


def _reason(error: BaseException) -> str:
    """The words of an error; of a group, those of its first one that has any."""
    if isinstance(error, BaseExceptionGroup):
        return next((text for one in error.exceptions if (text := _reason(one))), str(error))
    return str(error) or type(error).__name__


async def _alone(operation: Callable[[], Awaitable[ResultT]]) -> ResultT:
    """Do something in a task of its own: a client that fails may cancel the task that it runs in."""
    task = asyncio.ensure_future(operation())
    try:
        await asyncio.wait([task])
    except asyncio.CancelledError:
        task.cancel()
        await asyncio.wait([task])
        raise
    if task.cancelled():
        raise ConnectionError("the connection was lost")
    return task.result()


async def _with_retries(operation: Callable[[], Awaitable[ResultT]]) -> ResultT:
    policy = AsyncRetrying(
        stop=stop_after_attempt(CALL_ATTEMPTS),
        wait=wait_exponential_jitter(initial=0.5, max=30),
        reraise=True,
    )
    return await policy(_alone, operation)


def _content(blocks: list[Any]) -> Content:
    """What a tool answered as the content of a chat message: text, or parts when there are pictures."""
    parts: list[dict[str, Any]] = []
    for block in blocks:
        if block.type == "image":
            url = f"data:{_either(block, 'mime_type', 'mimeType')};base64,{block.data}"
            parts.append({"type": "image_url", "image_url": {"url": url}})
        else:
            parts.append({"type": "text", "text": block.text if block.type == "text" else str(block)})
    if parts and all(part["type"] == "text" for part in parts):
        return "\n".join(part["text"] for part in parts)
    return parts or str(blocks)
