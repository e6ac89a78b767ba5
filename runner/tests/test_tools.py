"""Tool servers that cannot be reached."""

import asyncio
import socket

import pytest

from hosted_runner.v1.chat import tools


@pytest.fixture(autouse=True)
def impatient(monkeypatch):
    monkeypatch.setattr(tools, "CALL_ATTEMPTS", 1)


def test_a_server_that_nothing_listens_for_is_an_error_that_names_it():
    async def connected():
        await tools.connect({"wiki": "http://127.0.0.1:1/mcp"}, 5)

    with pytest.raises(
        ConnectionError, match="^The tool server wiki at http://127.0.0.1:1/mcp cannot be reached: "
    ):
        asyncio.run(connected())


def test_a_server_that_never_answers_is_one_too(monkeypatch):
    monkeypatch.setattr(tools, "CONNECT_SECONDS", 0.5)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}/mcp"

        async def connected():
            await tools.connect({"wiki": url}, 5)

        with pytest.raises(ConnectionError, match="The tool server wiki at .* did not answer"):
            asyncio.run(connected())


def test_what_a_failed_client_cancels_is_not_the_rollout():
    async def play():
        async def lost():
            asyncio.current_task().cancel()
            await asyncio.sleep(10)

        with pytest.raises(ConnectionError, match="the connection was lost"):
            await tools._with_retries(lost)
        return "goes on"

    assert asyncio.run(play()) == "goes on"
