import asyncio
from collections.abc import Callable

import pytest
from fault.wire import ScriptedTransport, failure, result
from solders.pubkey import Pubkey

from nosana_chain.errors import Retry, RpcClosedError, RpcError, RpcLoopError, RpcResponseError
from nosana_chain.networks import LOCALNET
from nosana_chain.wire.connection import Connection
from nosana_chain.wire.transport import RpcRequest

SOMEONE = Pubkey.default()


class Slow(ScriptedTransport):
    """Answers when it is told to; fails as libraries do once it is closed."""

    def __init__(self) -> None:
        super().__init__({"getSlot": [result(5)]})
        self.asked = asyncio.Event()
        self.go_on = asyncio.Event()

    async def send(self, request: RpcRequest) -> bytes:
        self.asked.set()
        await self.go_on.wait()
        if self.closed:
            raise RpcError("a broken line", endpoint=self.endpoint, method=request.method)
        return await super().send(request)


async def test_after_the_end_nothing_is_asked() -> None:
    transport = ScriptedTransport({})
    async with Connection(LOCALNET, transport=transport) as connection:
        pass
    for ask in (
        lambda: connection.call("getSlot", answer=int),
        lambda: connection.fetch_account(SOMEONE),
        lambda: connection.fetch_accounts([SOMEONE, Pubkey.new_unique()]),
        lambda: connection.find_accounts(SOMEONE),
        connection.client.get_slot,
    ):
        with pytest.raises(RpcClosedError, match="was closed: nothing was sent") as caught:
            await ask()
        assert caught.value.retry is Retry.NEVER
    assert transport.requests == []


async def test_closing_twice_is_closing_once() -> None:
    connection = Connection(LOCALNET, transport=ScriptedTransport({}))
    await connection.aclose()
    await connection.aclose()


async def test_closed_while_a_request_is_on_its_way() -> None:
    transport = Slow()
    connection = Connection(LOCALNET, transport=transport)
    asking = asyncio.create_task(connection.call("getSlot", answer=int))
    await transport.asked.wait()
    await connection.aclose()
    transport.go_on.set()
    with pytest.raises(RpcClosedError, match="on its way; its answer is lost"):
        await asking


def test_a_client_belongs_to_the_event_loop_of_its_first_use() -> None:
    transport = ScriptedTransport({"getSlot": [result(5)]})
    connection = Connection(LOCALNET, transport=transport)

    def ask() -> int:
        return asyncio.run(connection.call("getSlot", answer=int))

    assert ask() == 5
    with pytest.raises(RpcLoopError, match="belongs to another event loop: nothing was sent") as caught:
        ask()
    assert caught.value.retry is Retry.NEVER
    assert len(transport.requests) == 1


def _use(connection: Connection, outcomes: list[object]) -> Callable[[], None]:
    async def ask() -> None:
        try:
            outcomes.append(await connection.call("getSlot", answer=int))
        except RpcError as error:
            outcomes.append(type(error))

    return lambda: asyncio.run(ask())


async def test_other_threads_are_refused() -> None:
    connection = Connection(LOCALNET, transport=ScriptedTransport({"getSlot": [result(5)]}))
    outcomes: list[object] = [await connection.call("getSlot", answer=int)]
    await asyncio.gather(*(asyncio.to_thread(_use(connection, outcomes)) for _ in range(4)))
    assert outcomes == [5, RpcLoopError, RpcLoopError, RpcLoopError, RpcLoopError]


async def test_errors_of_an_open_client_stay_as_they_are() -> None:
    connection = Connection(LOCALNET, transport=ScriptedTransport({"getSlot": [failure(-32602)]}))
    with pytest.raises(RpcResponseError):
        await connection.call("getSlot", answer=int)
