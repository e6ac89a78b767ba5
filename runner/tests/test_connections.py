"""Connections of HTTP clients: chosen without looking at the others, closed and limited as by the library."""

import asyncio
import contextlib

import httpcore
import httpx
import pytest

from hosted_runner.connections import SWEEP_SECONDS, choose_quickly

ANSWER = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok"


class Server:
    """Answers once `together` requests are there, so that each of them has a connection of its own."""

    def __init__(self):
        self.connections = []
        self.waiting = []
        self.together = 1

    async def serve(self, reader, writer):
        self.connections.append(writer)
        with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):
            while True:
                await reader.readuntil(b"\r\n\r\n")
                self.waiting.append(writer)
                if len(self.waiting) >= self.together:
                    for one in self.waiting:
                        one.write(ANSWER)
                    self.waiting.clear()


@contextlib.asynccontextmanager
async def served(**limits):
    server = Server()
    listening = await asyncio.start_server(server.serve, "127.0.0.1", 0)
    url = f"http://127.0.0.1:{listening.sockets[0].getsockname()[1]}/"
    async with httpx.AsyncClient(limits=httpx.Limits(**limits), trust_env=False) as client:

        async def ask(count):
            server.together = count
            answers = await asyncio.gather(*(client.get(url) for _ in range(count)))
            assert [one.text for one in answers] == ["ok"] * count

        yield server, ask, client._transport._pool
    listening.close()


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    pool = httpcore.AsyncConnectionPool
    monkeypatch.setattr(pool, "_assign_requests_to_connections", pool._assign_requests_to_connections)
    choose_quickly()


def test_other_idle_connections_are_not_looked_at(monkeypatch):
    asked = 0
    has_expired = httpcore.AsyncHTTPConnection.has_expired

    def counted(self):
        nonlocal asked
        asked += 1
        return has_expired(self)

    async def work():
        nonlocal asked
        async with served() as (server, ask, _):
            await ask(30)
            asked = 0
            for _ in range(20):
                await ask(1)
            assert len(server.connections) == 30

    monkeypatch.setattr(httpcore.AsyncHTTPConnection, "has_expired", counted)
    asyncio.run(work())
    # One for each request, and all of them once a second.
    assert 20 <= asked <= 20 + 4 * 30


def test_each_request_of_many_has_a_connection_of_its_own():
    async def work():
        async with served() as (server, ask, _):
            for _ in range(5):
                await ask(30)
            assert len(server.connections) == 30

    asyncio.run(work())


def test_a_connection_that_the_server_closed_is_not_used():
    async def work():
        async with served() as (server, ask, pool):
            await ask(3)
            for one in server.connections:
                one.close()
                await one.wait_closed()
            await asyncio.sleep(0.05)
            await ask(2)
            assert len(server.connections) == 5
            await asyncio.sleep(SWEEP_SECONDS)
            await ask(1)
            assert len(pool.connections) == 2

    asyncio.run(work())


def test_those_that_have_expired_are_closed():
    async def work():
        async with served(keepalive_expiry=0.1) as (server, ask, pool):
            await ask(5)
            await asyncio.sleep(SWEEP_SECONDS)
            await ask(1)
            assert len(pool.connections) == 1
            assert len(server.connections) == 6

    asyncio.run(work())


def test_there_are_no_more_than_the_limits_allow():
    async def work():
        async with served(max_connections=4, max_keepalive_connections=2) as (server, ask, pool):
            await ask(4)
            assert len(pool.connections) == 2
            server.together = 1
            await asyncio.gather(*(ask(1) for _ in range(40)))
            assert len(pool.connections) <= 4

    asyncio.run(work())


def test_a_request_that_is_cancelled_leaves_its_connection_to_nobody():
    async def work():
        async with served() as (server, ask, pool):
            await ask(2)
            asking = asyncio.create_task(ask(3))
            await asyncio.sleep(0.05)
            asking.cancel()
            await asyncio.wait({asking})
            server.waiting.clear()
            await ask(2)
            assert not pool._requests

    asyncio.run(work())


@pytest.mark.parametrize(("release", "is_replaced"), [("1.0.9", True), ("1.1.0", False), ("2.0", False)])
def test_a_release_that_may_be_built_in_another_way_is_left_alone(monkeypatch, release, is_replaced):
    class Pool:
        def _assign_requests_to_connections(self):
            return []

    own = Pool._assign_requests_to_connections
    monkeypatch.setattr(httpcore, "AsyncConnectionPool", Pool)
    monkeypatch.setattr(httpcore, "__version__", release)
    choose_quickly()
    assert (Pool._assign_requests_to_connections is not own) == is_replaced
