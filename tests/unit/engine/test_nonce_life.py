"""A transaction under a durable nonce: it can't land any more only when the nonce was advanced, finally."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from fault.chain import FakeChain
from fault.wire import FakeTime, KeySigner
from solders.account import Account
from solders.hash import Hash
from solders.pubkey import Pubkey
from solders.system_program import ID as SYSTEM_PROGRAM
from solders.system_program import TransferParams, transfer

from nosana_chain.engine.action import Action
from nosana_chain.engine.build import SignedTransaction, build_message, sign_message
from nosana_chain.engine.confirm import deliver
from nosana_chain.engine.engine import Engine
from nosana_chain.engine.exported import read_exported, text_of
from nosana_chain.engine.journal import Entry, MemoryJournal
from nosana_chain.engine.lifetime import NonceLifetime
from nosana_chain.engine.nonces import nonce_of
from nosana_chain.engine.plan import Plan, plain, receipt_of
from nosana_chain.engine.relay import Relay
from nosana_chain.engine.resuming import Fate, WalletJournal
from nosana_chain.engine.waiting import ConfirmPolicy
from nosana_chain.errors import BlockhashExpiredError, InputError, NotFoundError, OutcomeUnknownError
from nosana_chain.models.nonce import Nonce
from nosana_chain.networks import MAINNET
from nosana_chain.wire.connection import Connection

WALLET = KeySigner(1)
AT = Pubkey(bytes([8]) * 32)
FIRST, SECOND = Hash(bytes([1]) * 32), Hash(bytes([2]) * 32)
PAYING = transfer(TransferParams(from_pubkey=WALLET.address, to_pubkey=AT, lamports=1))
PLAN: Plan[Any] = Plan(instructions=(), result=receipt_of)


def account(value: Hash = FIRST, *, state: int = 1, authority: Pubkey = WALLET.address) -> Account:
    head = (1).to_bytes(4, "little") + state.to_bytes(4, "little")
    return Account(1_447_680, head + bytes(authority) + bytes(value) + bytes(8), SYSTEM_PROGRAM)


class World:
    """A wallet and a nonce on a fake chain."""

    def __init__(self, journal: MemoryJournal | None = None, **rules: Any) -> None:
        self.chain = FakeChain({AT: account()}, **rules)
        self.time = FakeTime()
        self.engine = Engine(
            connection=Connection(MAINNET, transport=self.chain),
            wallet=WALLET,
            journal=journal,
            waiting=ConfirmPolicy(limit_seconds=200),
            clock=self.time.clock,
            sleep=self._sleep,
            wall_clock=self.time.clock,
        )

    async def _sleep(self, seconds: float) -> None:
        await self.time.sleep(seconds)
        self.chain.slot += int(seconds / 0.4)

    async def signed(self) -> SignedTransaction:
        text = await Action(self.engine, lambda: plain(PAYING), name="pay").unsigned(nonce=AT)
        message = read_exported(text).message
        life = NonceLifetime(nonce=AT, value=str(FIRST), seen=self.chain.slot, signed_at=self.time.clock())
        return SignedTransaction(sign_message(message, signers=[WALLET]), life)  # type: ignore[arg-type]

    def advance(self) -> None:
        self.chain.accounts[AT] = account(SECOND)


# ------------------------------------------------------------ reading


@pytest.mark.parametrize("found", [None, account(state=0), Account(1, bytes(80), AT), Account(1, b"", SYSTEM_PROGRAM)])
def test_what_is_no_nonce(found: Account | None) -> None:
    with pytest.raises(NotFoundError, match="no nonce at"):
        Nonce.read(AT, found)


async def test_a_nonce_stands_first_and_in_the_blockhashs_place() -> None:
    signed = await World().signed()
    message = signed.transaction.message
    assert nonce_of(message) == AT
    assert message.recent_blockhash == FIRST
    assert nonce_of(build_message([PAYING], payer=WALLET.address, blockhash=Hash.default())) is None


# ------------------------------------------------------------ verdicts


async def test_not_over_while_the_nonce_has_its_value() -> None:
    world = World()
    world.chain.swallows = True
    with pytest.raises(OutcomeUnknownError):
        await deliver(world.engine, PLAN, await world.signed())


async def test_over_once_the_nonce_was_advanced() -> None:
    world = World()
    signed = await world.signed()
    world.chain.swallows = True
    world.advance()
    with pytest.raises(BlockhashExpiredError, match=r"nonce .* was advanced"):
        await deliver(world.engine, PLAN, signed)


async def test_over_once_the_nonce_is_gone() -> None:
    world = World()
    signed = await world.signed()
    world.chain.swallows = True
    del world.chain.accounts[AT]
    with pytest.raises(BlockhashExpiredError) as caught:
        await deliver(world.engine, PLAN, signed)
    assert caught.value.nonce == str(AT)


async def test_a_node_that_still_has_the_value_before_says_nothing() -> None:
    """Its finalized slot is not past the one where the value was read: what it tells is older, not newer."""
    world = World()
    signed = await world.signed()
    world.chain.swallows = True
    world.advance()
    late = replace(signed.lifetime, seen=10**9)  # type: ignore[type-var]
    with pytest.raises(OutcomeUnknownError):
        await deliver(world.engine, PLAN, SignedTransaction(signed.transaction, late))  # type: ignore[arg-type]


async def test_landed_and_advanced_is_landed() -> None:
    world = World()
    signed = await world.signed()
    world.chain.lands = lambda _transaction: world.advance()
    assert (await deliver(world.engine, PLAN, signed)).receipt.signature == signed.signature


# ------------------------------------------------------------ the journal


async def left_open(world: World, journal: MemoryJournal) -> Entry:
    """An entry whose transaction was sent, and of which nobody knows."""
    world.chain.swallows = True
    with pytest.raises(OutcomeUnknownError):
        await Relay(world.engine, (await world.signed()).transaction).run()
    [entry] = await journal.pending(scope=MAINNET.genesis_hash or "")
    return entry


async def test_the_journal_keeps_what_a_transaction_lives_by() -> None:
    async with MemoryJournal() as journal:
        world = World(journal)
        lifetime = (await left_open(world, journal)).live[-1].lifetime
        assert (lifetime.nonce, lifetime.nonce_value, lifetime.nonce_slot) == (AT, str(FIRST), 10)


async def test_resumed_it_is_sent_again_and_never_given_up_while_it_may_land() -> None:
    async with MemoryJournal() as journal:
        world = World(journal)
        await left_open(world, journal)
        [resumed] = await WalletJournal(world.engine).resume()
        assert resumed.fate is Fate.UNKNOWN
        world.chain.swallows = False
        [resumed] = await WalletJournal(world.engine).resume()
        assert resumed.fate is Fate.LANDED
        assert len(world.chain.signatures) == 1


async def test_resumed_after_its_nonce_was_advanced_it_never_lands() -> None:
    async with MemoryJournal() as journal:
        world = World(journal)
        await left_open(world, journal)
        world.advance()
        [resumed] = await WalletJournal(world.engine).resume()
        assert resumed.fate is Fate.NEVER


# ------------------------------------------------------------ sending what was signed


async def test_a_nonce_that_was_advanced_before_is_not_sent() -> None:
    world = World()
    signed = await world.signed()
    world.advance()
    with pytest.raises(InputError, match="was advanced since"):
        await Relay(world.engine, read_exported(text_of(signed.transaction))).run()
    assert world.chain.arrived == []


async def test_sent_twice_it_is_one_landing() -> None:
    async with MemoryJournal() as journal:
        world = World(journal)
        signed = await world.signed()
        world.chain.lands = lambda _transaction: world.advance()
        first = await Relay(world.engine, signed.transaction).run()
        again = await Relay(world.engine, signed.transaction).run()
        assert first.signature == again.signature
        assert len(world.chain.signatures) == 1
