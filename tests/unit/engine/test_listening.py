"""Being told of a transaction: sooner than by asking, and never believed without proof."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest
from fault.chain import FakeChain
from fault.sockets import Exchange, FakeSocket, note
from fault.wire import FakeTime, KeySigner, signed_transfer
from solders.pubkey import Pubkey
from solders.transaction import VersionedTransaction

from nosana_chain.engine.confirm import deliver
from nosana_chain.engine.engine import Engine
from nosana_chain.engine.plan import Landed, Plan, receipt_of
from nosana_chain.engine.waiting import ConfirmPolicy, Settled
from nosana_chain.errors import InsufficientFundsError, OutcomeUnknownError
from nosana_chain.networks import LOCALNET
from nosana_chain.wire.connection import Connection
from nosana_chain.wire.subscriptions import Subscriptions
from nosana_chain.wire.transport import RpcRequest

SIGNED = signed_transfer(height=250)
NETWORK = LOCALNET.at("http://h", "ws://h")
PLAN: Plan[Any] = Plan(instructions=(), result=receipt_of, addresses={"friend": Pubkey(bytes([9]) * 32)})
STATUSES = "getSignatureStatuses"

_TURNS = 100  # of the loop: more than anything here takes


class SlowChain(FakeChain):
    """A chain that takes a moment to answer, as every real one does."""

    async def send(self, request: RpcRequest) -> bytes:
        await asyncio.sleep(0.01)
        return await super().send(request)


class Place:
    """An engine whose cluster is a chain in memory, and tells what the test lets it tell."""

    def __init__(self, subscriptions: Subscriptions, exchange: Exchange, until: Settled) -> None:
        self.chain = SlowChain()
        self.exchange = exchange
        self.time = FakeTime()
        self.arrived = asyncio.Event()
        self.chain.lands = self._land
        self.outcome: Any = None
        self.engine = Engine(
            connection=Connection(NETWORK, transport=self.chain),
            subscriptions=subscriptions,
            wallet=KeySigner(1),
            waiting=ConfirmPolicy(until=until, limit_seconds=30),
            clock=self.time.clock,
            sleep=self._sleep,
        )

    async def deliver(self) -> Landed:
        return await deliver(self.engine, PLAN, SIGNED)

    async def accepted(self, number: int = 7) -> FakeSocket:
        socket = await self.exchange.opened.get()
        await socket.accept(number)
        return socket

    def _land(self, _transaction: VersionedTransaction) -> Any:
        self.arrived.set()
        return self.outcome

    async def _sleep(self, seconds: float) -> None:
        """Give whoever tells the first word, as long as there is something to tell."""
        for _ in range(_TURNS):
            await asyncio.sleep(0)
        await self.time.sleep(seconds)


@asynccontextmanager
async def a_place(until: Settled = "confirmed") -> AsyncIterator[Place]:
    exchange = Exchange()
    async with Subscriptions(NETWORK, dial=exchange.dial) as subscriptions:
        yield Place(subscriptions, exchange, until)


async def tell_once_it_arrives(place: Place, *, error: Any = None) -> None:
    socket = await place.accepted()
    await place.arrived.wait()
    socket.tell(note(7, {"err": error}, slot=12))


async def test_a_notice_is_enough_to_look_for_proof() -> None:
    async with a_place() as place, asyncio.TaskGroup() as group:
        group.create_task(tell_once_it_arrives(place))
        landed = await place.deliver()
    assert landed.receipt.fee == 5000
    assert place.chain.methods.count("getTransaction") == 1
    assert STATUSES not in place.chain.methods


async def test_what_failed_is_told_as_failed() -> None:
    async with a_place() as place, asyncio.TaskGroup() as group:
        place.outcome = {"InstructionError": [0, {"Custom": 1}]}
        group.create_task(tell_once_it_arrives(place, error=place.outcome))
        with pytest.raises(InsufficientFundsError):
            await place.deliver()


@pytest.mark.parametrize("error", [None, {"InstructionError": [0, {"Custom": 1}]}])
async def test_a_notice_of_what_is_not_there_is_no_verdict(error: Any) -> None:
    async with a_place() as place:
        place.chain.swallows = True

        async def lie() -> None:
            (await place.accepted()).tell(note(7, {"err": error}, slot=12))

        lying = asyncio.create_task(lie())
        with pytest.raises(OutcomeUnknownError):
            await place.deliver()
        await lying
        assert STATUSES in place.chain.methods


async def test_a_notice_that_is_lost_is_made_up_for_by_asking() -> None:
    async with a_place() as place:
        accepting = asyncio.create_task(place.accepted())
        await place.deliver()
        assert (await accepting).sent
        assert place.chain.methods.count(STATUSES) == 1
        assert sum(place.time.slept) >= 1  # a second look, not the first


async def test_a_socket_that_is_lost_is_made_up_for_at_once() -> None:
    async with a_place() as place:

        async def lose() -> None:
            socket = await place.accepted()
            await place.arrived.wait()
            socket.lose()

        losing = asyncio.create_task(lose())
        await place.deliver()
        await losing
        assert place.chain.methods.count(STATUSES) == 1


async def test_an_endpoint_that_tells_nothing_is_asked_and_that_is_told_once(caplog: pytest.LogCaptureFixture) -> None:
    async with a_place() as place:

        async def refuse() -> None:
            socket = await place.exchange.opened.get()
            for _ in range(2):
                request = await socket.sent.get()
                socket.tell({"jsonrpc": "2.0", "id": request["id"], "error": {"code": -32601, "message": "no"}})

        refusing = asyncio.create_task(refuse())
        with caplog.at_level(logging.WARNING, logger="nosana_chain.engine"):
            place.chain.rules[STATUSES] = _confirmed_at_first(1, "processed")
            await place.deliver()
            await place.deliver()
        await refusing
    assert [record.message[:30] for record in caplog.records] == ["transactions are looked up aga"]


async def test_subscriptions_that_were_closed_stop_nothing() -> None:
    async with a_place() as place:
        assert place.engine.subscriptions
        await place.engine.subscriptions.aclose()
        assert (await place.deliver()).receipt.fee == 5000


async def test_whoever_is_cancelled_listens_no_longer() -> None:
    async with a_place() as place:
        place.chain.swallows = True
        delivering = asyncio.create_task(place.deliver())
        socket = await place.accepted()
        await asyncio.sleep(0.01)
        delivering.cancel()
        with pytest.raises(asyncio.CancelledError):
            await delivering
        left = await socket.sent.get()
        assert left["method"] == "signatureUnsubscribe"
        await asyncio.sleep(0)
        assert not [task for task in asyncio.all_tasks() if "anext" in repr(task.get_coro())]


def _confirmed_at_first(times: int, at_first: str = "confirmed") -> Callable[..., Any]:
    left = [times]

    def rule(_params: Any, honest: Any) -> Any:
        left[0] -= 1
        for status in honest["value"]:
            status["confirmationStatus"] = at_first if left[0] >= 0 else "finalized"
        return honest

    return rule


async def test_waiting_until_it_is_final() -> None:
    async with a_place("finalized") as place:
        place.chain.rules[STATUSES] = _confirmed_at_first(3)
        accepting = asyncio.create_task(place.exchange.opened.get())
        await place.deliver()
        request = await (await accepting).sent.get()
        assert request["params"][1]["commitment"] == "finalized"
        assert place.chain.methods.count(STATUSES) == 4
