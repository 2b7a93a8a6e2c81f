"""Going on with what a process left in its journal."""

from __future__ import annotations

from typing import Any

import pytest
from fault.chain import FakeChain
from fault.wire import FakeTime, KeySigner, status, statuses
from solders.system_program import TransferParams, transfer

from nosana_chain.engine.action import Action
from nosana_chain.engine.engine import Engine
from nosana_chain.engine.journal import EntryState, MemoryJournal
from nosana_chain.engine.plan import plain
from nosana_chain.engine.resuming import Fate, WalletJournal
from nosana_chain.errors import AlreadyDoneError, ConfigError, NosanaError, OutcomeUnknownError, RpcUnreachableError
from nosana_chain.models.receipt import Receipt
from nosana_chain.networks import LOCALNET
from nosana_chain.wire.connection import Connection

WALLET = KeySigner(1)
PAYING = transfer(TransferParams(from_pubkey=WALLET.address, to_pubkey=KeySigner(2).address, lamports=1))
GONE = RpcUnreachableError("gone", endpoint="http://fake", method="any")


class World:
    """A wallet whose process leaves things undone, and one that comes after it with the same journal."""

    def __init__(self, **rules: Any) -> None:
        self.chain = FakeChain(**rules)
        self.time = FakeTime()
        self.store = MemoryJournal()
        self.engine = self._engine()

    @property
    def journal(self) -> WalletJournal:
        return WalletJournal(self.engine)

    def pay(self, key: str = "order-1") -> Action[Receipt]:
        return Action(self._engine(), lambda: plain(PAYING), name="pay", idempotency_key=key)

    async def leave(self) -> None:
        """A payment of which nobody knows what became."""
        self.chain.rules["getSignatureStatuses"] = lambda _params, _answer: GONE
        with pytest.raises(OutcomeUnknownError):
            await self.pay()
        del self.chain.rules["getSignatureStatuses"]

    def _engine(self) -> Engine:
        return Engine(
            connection=Connection(LOCALNET, transport=self.chain),
            wallet=WALLET,
            journal=self.store,
            clock=self.time.clock,
            sleep=self._sleep,
        )

    async def _sleep(self, seconds: float) -> None:
        await self.time.sleep(seconds)
        self.chain.height += int(seconds / 0.4)
        self.chain.slot += int(seconds / 0.4)


async def fates(world: World) -> list[Fate]:
    return [resumed.fate for resumed in await world.journal.resume()]


async def test_a_client_without_a_journal() -> None:
    engine = Engine(connection=Connection(LOCALNET, transport=FakeChain()), wallet=WALLET)
    with pytest.raises(ConfigError, match="no journal"):
        await WalletJournal(engine).resume()


async def test_what_nobody_can_tell_yet_stays() -> None:
    world = World()
    await world.leave()
    world.chain.rules["getSignatureStatuses"] = lambda _params, _answer: GONE
    [resumed] = await world.journal.resume()
    assert resumed.fate is Fate.UNKNOWN
    assert isinstance(resumed.error, NosanaError)
    assert len(await world.journal.pending()) == 1


async def test_what_failed_may_be_asked_for_again() -> None:
    world = World()
    world.chain.lands = lambda _transaction: "AccountInUse"
    await world.leave()
    assert await fates(world) == [Fate.FAILED]
    world.chain.lands = lambda _transaction: None
    await world.pay()
    assert len(world.chain.signatures) == 2


async def test_what_can_never_land_may_be_asked_for_again() -> None:
    world = World()
    world.chain.swallows = True
    await world.leave()
    assert await fates(world) == [Fate.NEVER]
    world.chain.swallows = False
    await world.pay()
    assert len(world.chain.signatures) == 2


async def test_what_landed_is_not_done_again() -> None:
    world = World()
    await world.leave()
    assert await fates(world) == [Fate.LANDED]
    with pytest.raises(AlreadyDoneError) as caught:
        await world.pay()
    assert [caught.value.signature] == world.chain.signatures


async def test_the_same_bytes_are_sent_by_whoever_comes_next() -> None:
    world = World()
    world.chain.swallows = True
    await world.leave()
    world.chain.swallows = False
    assert await fates(world) == [Fate.LANDED]
    assert len(world.chain.signatures) == 1


async def test_landed_is_provisional_until_it_is_final() -> None:
    world = World()
    await world.pay()
    assert await fates(world) == [Fate.LANDED]
    world.chain.rules["getSignatureStatuses"] = lambda _params, _answer: statuses(status("finalized"))
    assert await fates(world) == [Fate.FINAL]
    assert await world.journal.pending() == []


async def test_showing_and_forgetting() -> None:
    world = World()
    await world.pay()
    [entry] = await world.journal.show("order-1")
    assert (entry.state, entry.intent.verb) == (EntryState.LANDED, "pay")
    with pytest.raises(NosanaError):
        await world.journal.forget(entry)
    world.chain.rules["getSignatureStatuses"] = lambda _params, _answer: statuses(status("finalized"))
    await world.journal.resume()
    assert await world.journal.forget(entry) == 1
    assert await world.journal.show("order-1") == []
