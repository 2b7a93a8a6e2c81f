"""Many actions at once on a chain in memory: one result or error for each, and nothing twice."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from fault.chain import FakeChain
from fault.wire import FakeTime, KeySigner
from solders.account import Account
from solders.instruction import AccountMeta, Instruction
from solders.pubkey import Pubkey
from solders.transaction import VersionedTransaction

from nosana_chain.engine.action import Action
from nosana_chain.engine.engine import Engine
from nosana_chain.engine.journal import MemoryJournal
from nosana_chain.engine.looking import look
from nosana_chain.engine.many import send_all
from nosana_chain.engine.plan import Landed, Plan, Planning, account_made
from nosana_chain.errors import (
    InProgressError,
    NosanaError,
    NotFoundError,
    OutcomeUnknownError,
    RpcUnreachableError,
    WrongStateError,
)
from nosana_chain.networks import DEVNET, LOCALNET, Network
from nosana_chain.wallet import Signer, Wallet
from nosana_chain.wire.connection import Connection
from nosana_chain.wire.transport import RpcRequest

PROGRAM = Pubkey(bytes([9]) * 32)
GONE = RpcUnreachableError("gone", endpoint="http://fake", method="any")


class FarChain(FakeChain):
    """Answers after others have had their turns, as everything does that isn't in memory."""

    async def send(self, request: RpcRequest) -> bytes:
        answer = await super().send(request)
        for _ in range(20):
            await asyncio.sleep(0)
        return answer


class World:
    """A wallet on a fake chain, whose program makes an account for each instruction."""

    def __init__(self, *, journal: bool = True, network: Network = LOCALNET, far: bool = False, **rules: Any) -> None:
        self.chain = FarChain(**rules) if far else FakeChain(**rules)
        self.chain.lands = self._land
        self.time = FakeTime()
        self.bad: set[int] = set()
        self._holds: asyncio.Event | None = None
        self.is_held = asyncio.Event()
        self.engine = Engine(
            connection=Connection(network, transport=self.chain),
            wallet=KeySigner(1),
            journal=MemoryJournal() if journal else None,
            clock=self.time.clock,
            sleep=self._sleep,
        )

    def make(self, number: int, **options: Any) -> Action[int]:
        return Action(
            self.engine,
            lambda key: self._plan(number, key),
            name="make",
            terms={"number": number},
            makes_account=True,
            **options,
        )

    def hold(self) -> asyncio.Event:
        """Let the first that waits for the chain wait for what is given back too."""
        self._holds = asyncio.Event()
        return self._holds

    @property
    def made(self) -> list[int]:
        return sorted(int.from_bytes(account.data, "little") for account in self.chain.accounts.values())

    def _plan(self, number: int, key: Signer | None) -> Planning[int]:
        assert key is not None
        seen = yield from look(key.address)
        assert seen[key.address] is None
        if number < 0:
            raise NotFoundError("no such thing", address="", kind="thing")
        acting = Instruction(
            PROGRAM, number.to_bytes(4, "little"), [AccountMeta(key.address, is_signer=True, is_writable=True)]
        )
        own = number.to_bytes(4, "little")
        return Plan(
            instructions=(acting,),
            signers=(key,),
            addresses={"thing": key.address},
            reads=(key.address,),
            proof=account_made(key.address, lambda account: account.data == own),
            result=lambda landed: _read(landed, key.address),
        )

    def _land(self, transaction: VersionedTransaction) -> Any:
        keys = transaction.message.account_keys
        acting = [one for one in transaction.message.instructions if keys[one.program_id_index] == PROGRAM]
        for index, one in enumerate(acting):
            if int.from_bytes(bytes(one.data), "little") in self.bad:
                return {"InstructionError": [index, {"Custom": 1}]}
        for one in acting:
            self.chain.accounts[keys[one.accounts[0]]] = Account(1, bytes(one.data), PROGRAM)
        return None

    async def _sleep(self, seconds: float) -> None:
        held, self._holds = self._holds, None
        if held:
            self.is_held.set()
            await held.wait()
        await self.time.sleep(seconds)
        self.chain.height += int(seconds / 0.4)
        self.chain.slot += int(seconds / 0.4)

    async def open_entries(self) -> int:
        assert self.engine.journal is not None
        scope = await self.engine.connection.fetch_genesis_hash()
        pending = await self.engine.journal.pending(scope=scope)
        return sum(entry.state == "open" for entry in pending)


async def _done(action: Action[int]) -> int:
    return await action


def _read(landed: Landed, address: Pubkey) -> int:
    account = landed.accounts[address]
    assert account is not None
    return int.from_bytes(account.data, "little")


async def test_what_can_not_be_planned_fails_alone() -> None:
    world = World()
    results = await send_all(world.engine, [world.make(1), world.make(-1), world.make(2)])
    assert [results[0], results[2]] == [1, 2]
    assert isinstance(results[1], NotFoundError)


async def test_a_pack_that_fails_is_done_one_by_one() -> None:
    world = World()
    world.bad = {5}
    results = await send_all(world.engine, [world.make(number) for number in range(12)])
    assert [result for result in results if not isinstance(result, NosanaError)] == [*range(5), *range(6, 12)]
    assert isinstance(results[5], NosanaError)
    assert world.made == [*range(5), *range(6, 12)]
    assert await world.open_entries() == 0


@pytest.mark.parametrize("is_planned_before", [False, True])
async def test_what_somebody_else_is_doing_keeps_nobody_back(*, is_planned_before: bool) -> None:
    world = World(getSignatureStatuses=lambda _params, _answer: GONE)
    actions = [world.make(number, idempotency_key="k" if number == 3 else None) for number in range(5)]
    if is_planned_before:
        await actions[3].execution.plan()
    may_go_on = world.hold()
    elsewhere = asyncio.create_task(_done(world.make(3, idempotency_key="k")))
    await world.is_held.wait()
    world.chain.rules.clear()
    results = await send_all(world.engine, actions)
    assert isinstance(results[3], InProgressError)
    assert [results[at] for at in (0, 1, 2, 4)] == [0, 1, 2, 4]
    may_go_on.set()
    assert await elsewhere == 3
    assert world.made == [*range(5)]
    assert await world.open_entries() == 0


async def test_a_pack_that_is_cancelled_leaves_its_entries_to_others() -> None:
    world = World(getSignatureStatuses=lambda _params, _answer: GONE)
    world.hold()
    task = asyncio.create_task(send_all(world.engine, [world.make(number) for number in range(3)]))
    await world.is_held.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert world.engine.journal is not None
    scope = await world.engine.connection.fetch_genesis_hash()
    entries = await world.engine.journal.pending(scope=scope)
    leases = await world.engine.journal.claim([entry.id for entry in entries])
    assert [lease is not None for lease in leases] == [True] * 3


async def test_a_pack_whose_outcome_nobody_knows_is_told_for_each() -> None:
    world = World(getSignatureStatuses=lambda _params, _answer: GONE)
    actions = [world.make(number) for number in range(3)]
    errors = await send_all(world.engine, actions)
    assert all(isinstance(error, OutcomeUnknownError) for error in errors)
    assert (
        len({error.facts["thing"] for error in errors})
        == len({error.facts["idempotency_key"] for error in errors})
        == 3
    )
    assert len(world.chain.signatures) == 1
    world.chain.rules.clear()
    assert [await action for action in actions] == [0, 1, 2]  # they find out what became of it
    assert len(world.chain.signatures) == 1
    assert await world.open_entries() == 0


async def test_what_expires_is_signed_anew() -> None:
    world = World()
    world.chain.swallows = True
    world.chain.before = lambda _method: setattr(world.chain, "swallows", len(world.chain.signatures) < 2)
    assert await send_all(world.engine, [world.make(number) for number in range(3)]) == [0, 1, 2]
    assert world.made == [0, 1, 2]


@pytest.mark.parametrize("steps", range(0, 160, 8))
async def test_cancelled_at_any_step_and_asked_again(steps: int) -> None:
    world = World()
    actions = [world.make(number) for number in range(12)]
    task = asyncio.create_task(send_all(world.engine, actions))
    for _ in range(steps):
        await asyncio.sleep(0)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    assert await send_all(world.engine, actions) == list(range(12))
    assert world.made == list(range(12))
    assert await world.open_entries() == 0


async def test_the_same_action_twice_is_done_once() -> None:
    world = World()
    action = world.make(7)
    assert await send_all(world.engine, [action, action]) == [7, 7]
    assert await action == 7
    assert world.made == [7]


async def test_what_is_done_already_stays_done() -> None:
    world = World()
    actions = [world.make(number) for number in range(3)]
    await actions[0]
    assert await send_all(world.engine, actions) == [0, 1, 2]
    assert world.made == [0, 1, 2]


async def test_one_transaction_for_as_many_as_fit() -> None:
    world, told = World(), []
    results = await send_all(
        world.engine, [world.make(number) for number in range(40)], progress=lambda *done: told.append(done)
    )
    assert results == list(range(40))
    assert len(world.chain.signatures) == 5
    assert told[-1] == (40, 40)
    assert [done for done, _ in told] == sorted(done for done, _ in told)


@pytest.mark.parametrize("network", [LOCALNET, DEVNET], ids=lambda network: network.name)
async def test_the_cluster_is_asked_once_which_one_it_is(network: Network) -> None:
    """Not by each of those that are the first, which doubled what 300 posts ask of an endpoint."""
    world = World(network=network, far=True, getGenesisHash=lambda *_: str(DEVNET.genesis_hash))
    await send_all(world.engine, [world.make(number) for number in range(40)])
    assert world.chain.methods.count("getGenesisHash") == 1


async def test_a_callback_that_fails_stops_none(caplog: pytest.LogCaptureFixture) -> None:
    def refuse(*_done: int) -> None:
        raise BrokenPipeError

    world = World()
    assert await send_all(world.engine, [world.make(number) for number in range(9)], progress=refuse) == list(range(9))
    assert caplog.records


async def test_nothing_is_asked_for_nothing() -> None:
    world = World(journal=False)
    assert await send_all(world.engine, []) == []
    assert world.chain.methods == []


def test_wallets_are_cheap_to_ask_for_their_address() -> None:
    wallet = Wallet.generate()
    assert wallet.address is wallet.address


async def test_a_wrong_state_of_one_is_no_reason_for_others() -> None:
    world = World()

    def refuse(_key: Signer | None) -> Planning[int]:
        yield from ()
        raise WrongStateError("no", address="")

    refused: Action[int] = Action(world.engine, refuse, name="refuse", makes_account=True)
    results = await send_all(world.engine, [refused, world.make(1)])
    assert isinstance(results[0], WrongStateError)
    assert results[1] == 1
