"""What wakes a follower: notices, losses and refusals of a socket, and time where nothing else does."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from solders.pubkey import Pubkey
from solders.signature import Signature

from fault.sockets import Exchange
from fault.wire import FakeTime
from nosana_chain.engine.following.bell import Bell
from nosana_chain.networks import LOCALNET
from nosana_chain.wire.subscriptions import Subscriptions

ADDRESS = Pubkey(bytes([7]) * 32)
NETWORK = LOCALNET.at("http://h", "ws://h")
SIGNATURE = Signature(bytes(range(64)))
LONG = 1_000.0


@asynccontextmanager
async def listening() -> AsyncIterator[tuple[Bell, Exchange]]:
    exchange = Exchange()
    async with Subscriptions(NETWORK, dial=exchange.dial, sleep=FakeTime().sleep) as subscriptions:
        bell = Bell(subscriptions)
        bell.listen("a", lambda told: told.logs(ADDRESS))
        bell.listen("a", lambda told: told.logs(ADDRESS))
        yield bell, exchange
        await bell.aclose()


def note(number: int, *, signature: object = str(SIGNATURE), err: object = None) -> dict[str, object]:
    result = {"context": {"slot": 5}, "value": {"signature": signature, "err": err, "logs": []}}
    return {"jsonrpc": "2.0", "method": "logsNotification", "params": {"subscription": number, "result": result}}


async def rings(bell: Bell) -> None:
    await asyncio.wait_for(bell.wait(LONG), 20)


async def test_a_notice_rings_and_says_what_to_look_for() -> None:
    async with listening() as (bell, exchange):
        assert not bell.is_sure
        socket = await exchange.opened.get()
        request = await socket.accept(3)
        assert (request["method"], request["params"]) == (
            "logsSubscribe",
            [{"mentions": [str(ADDRESS)]}, {"commitment": "confirmed"}],
        )
        socket.tell(note(3))
        await rings(bell)
        assert list(bell.awaited) == [SIGNATURE]
        assert bell.is_sure
        bell.awaited.clear()
        socket.tell(note(3, err={"InstructionError": [0, "Custom"]}))
        await rings(bell)
        assert list(bell.awaited) == [], "nothing came of that one"
        assert socket.sent.empty(), "subscribed once"


async def test_a_lost_socket_rings_and_is_no_longer_relied_on() -> None:
    async with listening() as (bell, exchange):
        socket = await exchange.opened.get()
        await socket.accept(3)
        socket.tell(note(3))
        await rings(bell)
        socket.lose()
        await rings(bell)
        assert not bell.is_sure
        await (await exchange.opened.get()).accept(4)


async def test_what_can_not_be_read_rings_too() -> None:
    async with listening() as (bell, exchange):
        socket = await exchange.opened.get()
        await socket.accept(3)
        socket.tell(note(3, signature="none"))
        await rings(bell)
        assert not bell.is_sure


async def test_an_endpoint_that_refuses_is_left_alone() -> None:
    async with listening() as (bell, exchange):
        socket = await exchange.opened.get()
        request = await socket.sent.get()
        socket.tell({"id": request["id"], "error": {"code": -32601, "message": "not here"}})
        await rings(bell)
        assert "not here" in (bell.refusal or "")
        assert not bell.is_sure


async def test_time_passes_without_a_socket() -> None:
    time = FakeTime()
    bell = Bell(None, sleep=time.sleep)
    bell.listen("a", lambda told: told.logs(ADDRESS))
    await bell.wait(7)
    assert time.slept == [7]
    assert bell.refusal == "the network has no WebSocket endpoint"


async def test_leaving_ends_the_subscription() -> None:
    async with listening() as (bell, exchange):
        socket = await exchange.opened.get()
        await socket.accept(3)
        socket.tell(note(3))
        await rings(bell)
        bell.leave(["a", "b"])
        assert json.dumps((await socket.sent.get())["method"]) == '"logsUnsubscribe"'
