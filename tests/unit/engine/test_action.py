"""An action is a value: looked at, awaited, awaited again, cancelled, done once."""

from __future__ import annotations

import asyncio
import base64
import gc
from collections.abc import Coroutine
from dataclasses import replace
from typing import Any

import pytest
from fault.chain import FakeChain
from fault.wire import FakeTime, KeySigner, simulated
from solders.account import Account
from solders.instruction import AccountMeta, Instruction
from solders.message import to_bytes_versioned
from solders.pubkey import Pubkey
from solders.signature import Signature
from solders.system_program import TransferParams, transfer
from solders.transaction import VersionedTransaction

from nosana_chain.engine.action import Action
from nosana_chain.engine.engine import Engine
from nosana_chain.engine.looking import look
from nosana_chain.engine.plan import Payment, Plan, Planning, Series, already_done, plain, receipt_of
from nosana_chain.errors import (
    AmountError,
    BlockhashExpiredError,
    InputError,
    InsufficientFundsError,
    NotAsQuotedError,
    OutcomeUnknownError,
    RpcUnreachableError,
    TransactionFailedError,
    WrongNetworkError,
)
from nosana_chain.models.receipt import Progress, Receipt, Step
from nosana_chain.networks import DEVNET, LOCALNET
from nosana_chain.units import NosUnits
from nosana_chain.wire.connection import Connection

WALLET = KeySigner(1)
PAYING = transfer(TransferParams(from_pubkey=WALLET.address, to_pubkey=KeySigner(2).address, lamports=1))
MARKET, VAULT, PURSE = (Pubkey(bytes([n]) * 32) for n in (5, 6, 7))
GONE = RpcUnreachableError("gone", endpoint="http://fake", method="any")


class World:
    """A wallet on a fake chain."""

    def __init__(self, network: Any = LOCALNET, **rules: Any) -> None:
        self.chain = FakeChain(**rules)
        self.time = FakeTime()
        self.told: list[Any] = []
        self.engine = Engine(
            connection=Connection(network, transport=self.chain),
            wallet=WALLET,
            progress=self.told.append,
            clock=self.time.clock,
            sleep=self._sleep,
        )

    def act(self, planner: Any = lambda: plain(PAYING), **options: Any) -> Action[Any]:
        return Action(self.engine, planner, name="pay", **options)

    def post(self, *, price: int = 10, **options: Any) -> Action[Any]:
        """Something that costs 60 s at a price that stands in an account."""
        self.set_price(price)
        return self.act(self._plan_post, **options)

    def set_price(self, price: int, *, seen_in_simulation: int | None = None) -> None:
        self.chain.accounts[MARKET] = Account(1, price.to_bytes(8, "little"), MARKET)
        self.chain.calls = [_call((price if seen_in_simulation is None else seen_in_simulation) * 60)]

    def _plan_post(self) -> Planning[Receipt]:
        seen = yield from look(MARKET)
        market = seen[MARKET]
        assert market
        amount = int.from_bytes(market.data, "little") * 60
        payment = Payment(
            account=PURSE,
            owner=WALLET.address,
            destination=VAULT,
            amount=NosUnits(amount),
            balance=NosUnits(10**6),
            seconds=60,
        )
        return Plan(instructions=(PAYING,), payment=payment, result=receipt_of)

    async def _sleep(self, seconds: float) -> None:
        await self.time.sleep(seconds)
        self.chain.height += int(seconds / 0.4)
        self.chain.slot += int(seconds / 0.4)


def _call(amount: int) -> dict[str, Any]:
    facts = {"source": PURSE, "destination": VAULT, "authority": WALLET.address, "amount": amount}
    return {
        "programId": "TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA",
        "parsed": {"type": "transfer", "info": {name: str(value) for name, value in facts.items()}},
    }


def _approved(transaction: VersionedTransaction) -> int:
    [amount] = [
        int.from_bytes(bytes(one.data)[1:9], "little") for one in transaction.message.instructions if one.data[0] == 4
    ]
    return amount


# ------------------------------------------------------------ refused


@pytest.mark.parametrize("max_nos", [-1, 2**64, 1.5, True])
def test_a_bound_out_of_range(max_nos: Any) -> None:
    with pytest.raises(AmountError, match="max_nos"):
        World().act(max_nos=max_nos)


async def test_wrong_cluster_gets_nothing() -> None:
    world = World(DEVNET)
    with pytest.raises(WrongNetworkError):
        await world.act()
    assert (world.chain.arrived, world.told) == ([], [])


async def test_too_large_is_not_even_simulated() -> None:
    world = World()
    with pytest.raises(InputError, match="may have 1232"):
        await world.act(lambda: plain(Instruction(Pubkey.default(), bytes(1300), [])))
    assert world.chain.methods == []


async def test_what_fails_in_the_simulation_is_not_signed() -> None:
    world = World(simulateTransaction=lambda _params, _answer: simulated(err="AccountNotFound"))
    action = world.act()
    with pytest.raises(InsufficientFundsError) as caught:
        await action
    assert caught.value.signature is None
    assert world.chain.arrived == []
    assert "not sent" in repr(action)


async def test_without_its_signer_nothing_is_sent() -> None:
    world = World()
    stranger = AccountMeta(KeySigner(9).address, is_signer=True, is_writable=False)
    with pytest.raises(InputError, match="needs the signature"):
        await world.act(lambda: plain(Instruction(Pubkey.default(), b"", [stranger])))
    assert world.chain.arrived == []


@pytest.mark.parametrize("method", ["simulateTransaction", "getRecentPrioritizationFees", "getLatestBlockhash"])
async def test_an_endpoint_that_dies_before_sending(method: str) -> None:
    world = World(**{method: lambda _params, _answer: GONE})
    with pytest.raises(RpcUnreachableError):
        await world.act()
    assert world.chain.arrived == []


# ------------------------------------------------------------ what is paid


async def test_a_price_that_rises_before_the_simulation_is_looked_up_again() -> None:
    world = World()
    action = world.post(price=10)
    world.set_price(10, seen_in_simulation=11)
    world.chain.before = lambda method: world.set_price(11) if method == "simulateTransaction" else None
    await action
    assert _approved(world.chain.arrived[0]) == 661


async def test_a_simulation_that_never_agrees() -> None:
    world = World()
    action = world.post(price=10)
    world.set_price(10, seen_in_simulation=1000)
    with pytest.raises(NotAsQuotedError):
        await action
    assert world.chain.arrived == []


async def test_a_price_that_rises_after_the_quote() -> None:
    world = World()
    action = world.post(price=10)
    assert (await action.quote()).total_nos == 600
    world.set_price(11)
    with pytest.raises(NotAsQuotedError, match="max_nos"):
        await action
    assert world.chain.arrived == []


async def test_a_second_attempt_takes_no_more_than_the_first() -> None:
    world = World()
    action = world.post(price=10)
    world.chain.lands = lambda _transaction: {"InstructionError": [1, {"Custom": 1}]}
    with pytest.raises(TransactionFailedError):
        await action
    world.set_price(5000)
    with pytest.raises(NotAsQuotedError):
        await action
    assert len(world.chain.arrived) == 1


async def test_a_bound_of_the_callers() -> None:
    world = World()
    with pytest.raises(NotAsQuotedError):
        await world.post(price=10, max_nos=599)
    await world.post(price=10, max_nos=900)
    assert _approved(world.chain.arrived[0]) == 899  # 900 is a price of 15, which would use it up


async def test_the_quote_is_the_bound() -> None:
    world = World()
    await world.post(price=10)
    assert _approved(world.chain.arrived[0]) == 601


# ------------------------------------------------------------ once


async def test_twins_are_two_transactions() -> None:
    world = World()
    receipts = await asyncio.gather(*(world.act() for _ in range(20)))
    assert len({receipt.signature for receipt in receipts}) == len(world.chain.signatures) == 20


async def test_awaited_again_it_is_not_done_again() -> None:
    world = World()
    action = world.act()
    first = await action
    assert await action is first
    assert await action.send() is first
    assert await asyncio.create_task(action) is first
    assert len(world.chain.arrived) == 1


async def test_awaited_by_many_at_once() -> None:
    world = World()
    action = world.act()

    async def once() -> Receipt:
        return await action

    receipts = await asyncio.gather(*(once() for _ in range(5)))
    assert {id(receipt) for receipt in receipts} == {id(receipts[0])}
    assert len(world.chain.arrived) == 1


@pytest.mark.parametrize("steps", range(40))
async def test_cancelled_at_any_step_and_awaited_again(steps: int) -> None:
    world = World()
    action = world.act()
    task = asyncio.create_task(action)
    for _ in range(steps):
        await asyncio.sleep(0)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    receipt = await action
    assert [str(receipt.signature)] == world.chain.signatures


async def test_an_outcome_that_nobody_knew_is_found_out_later() -> None:
    world = World(getSignatureStatuses=lambda _params, _answer: GONE)
    action = world.act()
    with pytest.raises(OutcomeUnknownError):
        await action
    assert "under way" in repr(action)
    world.chain.rules.clear()
    receipt = await action
    assert [str(receipt.signature)] == world.chain.signatures


async def test_what_expired_is_signed_anew_when_it_is_asked_for_again() -> None:
    world = World()
    world.chain.swallows = True
    action = world.act()
    with pytest.raises(BlockhashExpiredError):
        await action
    world.chain.swallows = False
    await action
    assert len(world.chain.signatures) == 2


async def test_planned_anew_where_the_plan_says_so() -> None:
    world, plans = World(), []

    def planner() -> Planning[Receipt]:
        yield from ()
        plans.append(len(plans))
        return Plan(instructions=(PAYING,), result=receipt_of, plan_anew=(InsufficientFundsError,))

    world.chain.rules["simulateTransaction"] = lambda _params, honest: (
        simulated(err="AccountNotFound") if len(plans) < 3 else honest
    )
    await world.act(planner)
    assert len(plans) == 3


async def test_what_is_done_already_needs_no_transaction() -> None:
    def done() -> Planning[str]:
        yield from ()
        return already_done("there")

    world = World()
    assert await world.act(done) == "there"
    assert world.chain.methods == []


async def test_a_series_goes_on_where_it_stopped() -> None:
    def three() -> Planning[list[Receipt]]:
        yield from ()
        return Series(plans=tuple(Plan(instructions=(PAYING,), result=receipt_of) for _ in range(3)), result=list)

    world = World()
    action = world.act(three)
    with pytest.raises(InputError, match="takes 3 transactions"):
        await action.quote()
    errors = iter([None, "AccountInUse"])
    world.chain.lands = lambda _transaction: next(errors, None)
    with pytest.raises(TransactionFailedError):
        await action
    receipts = await action
    assert len(receipts) == 3
    assert len(world.chain.signatures) == 4


# ------------------------------------------------------------ a coroutine to everything


def test_it_runs_by_itself() -> None:
    world = World()
    assert asyncio.run(world.act()).slot == 9  # type: ignore[arg-type]


async def test_it_is_a_coroutine_to_tasks_groups_and_timeouts() -> None:
    world = World()
    action = world.act()
    assert isinstance(action, Coroutine)
    assert asyncio.iscoroutine(action)
    async with asyncio.timeout(5), asyncio.TaskGroup() as group:
        task = group.create_task(action)
    assert task.result().slot == 9


async def test_an_error_leaves_a_task_as_it_is() -> None:
    world = World(simulateTransaction=lambda _params, _answer: GONE)
    task = asyncio.create_task(world.act())
    with pytest.raises(RpcUnreachableError):
        await task


def test_one_that_is_never_awaited_says_so() -> None:
    with pytest.warns(RuntimeWarning, match="pay.*never awaited: nothing has happened"):
        World().act().__del__()


async def test_a_quote_is_a_use_and_so_is_closing() -> None:
    world = World()
    await world.act().quote()
    world.act().close()
    gc.collect()


# ------------------------------------------------------------ looking


async def test_unsigned_for_another_wallet() -> None:
    world = World()
    own = KeySigner(8)
    needed = AccountMeta(own.address, is_signer=True, is_writable=False)

    def planner() -> Planning[Receipt]:
        yield from ()
        return Plan(instructions=(Instruction(Pubkey.default(), b"x", [needed]),), signers=(own,), result=receipt_of)

    transaction = VersionedTransaction.from_bytes(base64.b64decode(await world.act(planner).unsigned()))
    first, second = transaction.signatures
    assert first == Signature.default()
    assert second.verify(own.address, to_bytes_versioned(transaction.message))
    assert world.chain.arrived == []


async def test_without_simulating() -> None:
    world = World()
    await world.act(simulate_first=False)
    assert "simulateTransaction" not in world.chain.methods


async def test_the_signature_is_told_before_anything_is_sent() -> None:
    world = World()
    sent_when_told: dict[Step, int] = {}
    world.engine = replace(
        world.engine, progress=lambda told: sent_when_told.update({told.step: len(world.chain.arrived)})
    )
    await world.act()
    assert sent_when_told == {Step.BUILT: 0, Step.SIMULATED: 0, Step.SIGNED: 0, Step.SENT: 1, Step.CONFIRMED: 1}


async def test_a_callback_that_fails_stops_nothing(caplog: pytest.LogCaptureFixture) -> None:
    """A bar that can't be drawn, a pipe that is closed: the transaction has left, and its outcome must be known."""

    def refuse(_told: Progress) -> None:
        raise BrokenPipeError

    world = World()
    world.engine = replace(world.engine, progress=refuse)
    await world.act()
    assert len(world.chain.arrived) == 1
    assert [record.exc_info is not None for record in caplog.records] == [True] * len(Step)
