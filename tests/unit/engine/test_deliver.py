"""What becomes of signed bytes that have left: each verdict needs proof, and everything else says *look first*."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any

import pytest
from fault.chain import FakeChain
from fault.wire import FakeTime, KeySigner, epoch, failure, landed, signed_transfer, status, statuses
from solders.account import Account
from solders.pubkey import Pubkey

from nosana_chain.engine.confirm import deliver
from nosana_chain.engine.engine import Engine
from nosana_chain.engine.plan import Landed, Plan, account_made, receipt_of
from nosana_chain.engine.waiting import ConfirmPolicy
from nosana_chain.errors import (
    BlockhashExpiredError,
    InsufficientFundsError,
    NosanaError,
    OutcomeUnknownError,
    Retry,
    RpcRateLimitError,
    RpcResponseError,
    RpcUnreachableError,
    TransactionFailedError,
)
from nosana_chain.models.receipt import Progress, Step
from nosana_chain.networks import LOCALNET
from nosana_chain.wire.connection import Commitment, Connection

SIGNED = signed_transfer(height=250)
MADE = Pubkey(bytes([9]) * 32)
OWN = Account(1, b"ours", MADE)
WHERE = {"endpoint": "http://fake", "method": "any"}
GONE = RpcUnreachableError("gone", **WHERE)
POLICY = ConfirmPolicy(
    first_poll_seconds=1, longest_poll_seconds=4, resend_seconds=5, patience_seconds=30, limit_seconds=200
)
PLAIN: Plan[Any] = Plan(instructions=(), result=receipt_of, addresses={"friend": MADE})
MAKING: Plan[Any] = Plan(
    instructions=(),
    result=receipt_of,
    addresses={"job": MADE},
    reads=(MADE,),
    proof=account_made(MADE, lambda account: account.data == b"ours"),
)


class Delivery:
    """One delivery of SIGNED to a chain, with a clock that only sleeping moves."""

    def __init__(self, plan: Plan[Any] = PLAIN, *, own: Commitment = "confirmed", **rules: Any) -> None:
        self.chain = FakeChain(**rules)
        self.plan = plan
        self.time = FakeTime()
        self.told: list[Progress] = []
        if plan.proof:
            self.chain.lands = lambda _transaction: self.chain.accounts.update({MADE: OWN})
        self.engine = Engine(
            connection=Connection(LOCALNET, transport=self.chain, commitment=own),
            wallet=KeySigner(1),
            waiting=POLICY,
            progress=self.told.append,
            clock=self.time.clock,
            sleep=self._sleep,
        )

    async def run(self) -> Landed:
        return await deliver(self.engine, self.plan, SIGNED)

    async def error(self) -> NosanaError:
        with pytest.raises(NosanaError) as caught:
            await self.run()
        return caught.value

    async def _sleep(self, seconds: float) -> None:
        await self.time.sleep(seconds)
        self.chain.height += int(seconds / 0.4)
        self.chain.slot += int(seconds / 0.4)


def _always(answer: Any) -> Any:
    return lambda _params, _answer: answer


def _at_first(times: int, answer: Any) -> Any:
    left = [times]

    def rule(_params: Any, honest: Any) -> Any:
        left[0] -= 1
        return answer if left[0] >= 0 else honest

    return rule


# ------------------------------------------------------------ failed on chain


async def test_failed_on_chain() -> None:
    delivery = Delivery()
    delivery.chain.lands = lambda _transaction: {"InstructionError": [0, {"Custom": 1}]}
    error = await delivery.error()
    assert isinstance(error, InsufficientFundsError)
    assert error.signature == str(SIGNED.signature)
    assert error.facts["friend"] == str(MADE)
    assert delivery.told == [Progress(Step.SENT, SIGNED.signature)]


async def test_a_status_that_says_failed_of_what_succeeded() -> None:
    delivery = Delivery(getSignatureStatuses=_always(statuses(status(err="AccountInUse"))))
    assert (await delivery.run()).receipt.slot == 9


async def test_a_status_that_says_failed_and_an_account_that_says_otherwise() -> None:
    rules = {
        "getSignatureStatuses": _always(statuses(status(err="AccountInUse"))),
        "getTransaction": _always(landed(err="AccountInUse")),
    }
    assert (await Delivery(MAKING, **rules).run()).receipt.fee is None


async def test_a_failure_that_only_a_status_tells_is_none_yet() -> None:
    rules = {"getSignatureStatuses": _always(statuses(status(err="AccountInUse"))), "getTransaction": _always(None)}
    error = await Delivery(**rules).error()
    assert error.retry is Retry.CHECK_FIRST


async def test_a_failure_at_a_node_that_keeps_no_transactions() -> None:
    rules = {
        "getSignatureStatuses": _always(statuses(status(err="AccountInUse"))),
        "getTransaction": _always(failure(-32011)),
    }
    error = await Delivery(**rules).error()
    assert isinstance(error, TransactionFailedError)


# ------------------------------------------------------------ expired


def _never_arrives(plan: Plan[Any] = PLAIN, **rules: Any) -> Delivery:
    delivery = Delivery(plan, **rules)
    delivery.chain.swallows = True
    return delivery


async def test_expired() -> None:
    delivery = _never_arrives()
    error = await delivery.error()
    assert isinstance(error, BlockhashExpiredError)
    assert error.retry is Retry.RESIGN
    assert sum(delivery.time.slept) >= 60
    assert len({bytes(transaction) for transaction in delivery.chain.arrived}) == 1


async def test_what_expired_may_be_there_all_the_same() -> None:
    delivery = _never_arrives(MAKING)
    delivery.chain.accounts[MADE] = OWN
    error = await delivery.error()
    assert isinstance(error, OutcomeUnknownError)
    assert error.facts["job"] == str(MADE)


@pytest.mark.parametrize("height", [300_000_000, 2**62])
async def test_heights_of_another_cluster(height: int) -> None:
    error = await _never_arrives(getEpochInfo=_always(epoch(height=height, slot=1))).error()
    assert isinstance(error, OutcomeUnknownError)


async def test_a_node_that_lags_can_not_tell_that_it_expired() -> None:
    error = await _never_arrives(getSignatureStatuses=_always(statuses(None, slot=9))).error()
    assert isinstance(error, OutcomeUnknownError)


async def test_a_node_without_history_and_nothing_else_to_look_at() -> None:
    def no_history(params: list[Any], answer: Any) -> Any:
        return failure(-32011) if params[1]["searchTransactionHistory"] else answer

    error = await _never_arrives(getSignatureStatuses=no_history).error()
    assert isinstance(error, OutcomeUnknownError)
    error = await _never_arrives(MAKING, getSignatureStatuses=no_history).error()
    assert isinstance(error, BlockhashExpiredError)


@pytest.mark.parametrize("seen", [0, 3])
async def test_a_node_without_history_forgets_what_had_landed_and_is_over(seen: int) -> None:
    """It is gone from the statuses of late, its account was closed again, and nothing else tells that it was there."""
    rules = {
        "getSignatureStatuses": lambda params, answer: (
            failure(-32011) if params[1]["searchTransactionHistory"] else forgetting(params, answer)
        ),
        "getTransaction": _always(failure(-32011)),
    }
    forgetting = _at_first(seen, statuses(status()))
    delivery = _never_arrives(MAKING, **rules)
    if not seen:  # it is asked for the first time when all that is long past
        delivery.time.now += 150
        delivery.chain.height += 400
    assert isinstance(await delivery.error(), OutcomeUnknownError)


async def test_a_gateway_that_holds_the_bytes_back() -> None:
    """An endpoint that says at once that they expired, and passes them on seconds later."""
    delivery = _never_arrives(getEpochInfo=_always(epoch(height=251)))
    delivery.chain.before = lambda _method: setattr(delivery.chain, "swallows", sum(delivery.time.slept) < 20)
    assert (await delivery.run()).receipt.slot == 9


# ------------------------------------------------------------ nobody knows


async def test_endpoint_gone() -> None:
    delivery = Delivery(sendTransaction=_always(GONE), getSignatureStatuses=_always(GONE))
    error = await delivery.error()
    assert isinstance(error, OutcomeUnknownError)
    assert "look it up" in str(error)
    assert (error.facts["signature"], error.facts["friend"]) == (str(SIGNED.signature), str(MADE))
    assert 29 <= sum(delivery.time.slept) < 40


@pytest.mark.parametrize("refusal", [failure(-32602), RpcResponseError("no", rpc_code=None, http_status=403, **WHERE)])
async def test_refused_and_not_there_is_told_at_once_and_says_look_first(refusal: Any) -> None:
    delivery = _never_arrives(sendTransaction=_always(refusal))
    error = await delivery.error()
    assert type(error) is RpcResponseError
    assert error.retry is Retry.CHECK_FIRST
    assert error.as_json()["retry"] == "check-first"
    assert error.facts["friend"] == str(MADE)
    assert sum(delivery.time.slept) < 5


@pytest.mark.parametrize("refusal", [failure(-32602), failure(-32003), failure(-32601)])
async def test_refused_and_there_all_the_same(refusal: Any) -> None:
    assert (await Delivery(sendTransaction=_always(refusal)).run()).receipt.slot == 9


async def test_a_fork_that_is_gone() -> None:
    """The node says confirmed; neither the account is there nor the transaction."""
    rules = {"getSignatureStatuses": _always(statuses(status())), "getTransaction": _always(landed())}
    error = await _never_arrives(MAKING, **rules).error()
    assert isinstance(error, OutcomeUnknownError)


async def test_a_transaction_of_other_bytes_is_no_receipt() -> None:
    assert isinstance(await Delivery(getTransaction=_always(landed())).error(), OutcomeUnknownError)


async def test_asked_to_wait() -> None:
    ban = RpcRateLimitError("slow down", retry_after_seconds=9, **WHERE)
    delivery = Delivery(getSignatureStatuses=_at_first(1, ban))
    await delivery.run()
    assert delivery.time.slept[0] == 9


async def test_asked_to_wait_longer_than_anybody_would() -> None:
    ban = RpcRateLimitError("slow down", retry_after_seconds=10**9, **WHERE)
    assert isinstance(await Delivery(getSignatureStatuses=_always(ban)).error(), OutcomeUnknownError)


async def test_cancelled() -> None:
    delivery = _never_arrives()

    async def cancel(_seconds: float) -> None:
        raise asyncio.CancelledError

    delivery.engine = replace(delivery.engine, sleep=cancel)
    with pytest.raises(asyncio.CancelledError):
        await delivery.run()


# ------------------------------------------------------------ landed


@pytest.mark.parametrize(
    "answer",
    [GONE, b"<html>", failure(-32099), {"context": {"slot": 1}, "value": []}, statuses({"slot": "9", "err": None})],
)
async def test_answers_that_say_nothing_are_outlived(answer: Any) -> None:
    assert (await Delivery(getSignatureStatuses=_at_first(3, answer)).run()).receipt.slot == 9


@pytest.mark.parametrize("answer", [GONE, failure(-32002, data={"err": "BlockhashNotFound"}), failure(-32005)])
async def test_errors_of_sending_decide_nothing(answer: Any) -> None:
    delivery = Delivery(sendTransaction=_at_first(2, answer))
    assert (await delivery.run()).receipt.slot == 9


async def test_the_same_bytes_are_sent_again_while_it_is_not_there() -> None:
    delivery = _never_arrives()
    delivery.chain.before = lambda _method: setattr(delivery.chain, "swallows", len(delivery.chain.arrived) < 3)
    await delivery.run()
    assert len(delivery.chain.arrived) >= 3
    assert len(delivery.chain.signatures) == 1


@pytest.mark.parametrize("slot", [2**64 - 1, 2**64, 2**70, -1])
async def test_a_slot_that_is_none_stops_nobody(slot: int) -> None:
    delivery = Delivery(MAKING, getSignatureStatuses=_always(statuses(status(slot=slot), slot=slot)))
    assert (await delivery.run()).receipt.slot == 9
    assert (await Delivery(MAKING, getSignatureStatuses=_always(statuses(status(slot=slot)))).run()).receipt.slot == 9


async def test_a_fork_with_a_failure_that_another_one_replaces() -> None:
    fork = statuses(status("processed", err="AccountInUse"))
    assert (await Delivery(getSignatureStatuses=_at_first(2, fork)).run()).receipt.slot == 9


@pytest.mark.parametrize("code", [-32011, -32601])
async def test_a_node_that_keeps_no_transactions(code: int) -> None:
    delivery = Delivery(getTransaction=_always(failure(code)))
    found = await delivery.run()
    assert (found.receipt.slot, found.receipt.fee, found.transfers) == (9, None, None)
    assert delivery.time.slept == []


async def test_an_account_is_proof_enough() -> None:
    found = await Delivery(MAKING, getTransaction=_always(GONE)).run()
    assert found.accounts == {MADE: OWN}
    assert found.receipt.unknown


async def test_a_receipt_that_comes_a_moment_later() -> None:
    assert (await Delivery(getTransaction=_at_first(2, None)).run()).receipt.fee == 5000


@pytest.mark.parametrize(
    ("own", "wanted"), [("processed", "confirmed"), ("confirmed", "confirmed"), ("finalized", "finalized")]
)
async def test_waits_for_the_commitment(own: Commitment, wanted: str) -> None:
    levels = ["processed", "confirmed", "finalized"]
    given: list[str] = []

    def rule(_params: Any, _answer: Any) -> Any:
        given.append(levels[len(given)])
        return statuses(status(given[-1]))

    await Delivery(own=own, getSignatureStatuses=rule).run()
    assert given[-1] == wanted


async def test_waits_grow_up_to_a_limit() -> None:
    delivery = Delivery(getSignatureStatuses=_at_first(5, statuses(None)))
    await delivery.run()
    assert delivery.time.slept == [1, 1.5, 2.25, 3.375, 4]


async def test_landed_at_once() -> None:
    delivery = Delivery(MAKING)
    found = await delivery.run()
    assert delivery.chain.methods[:2] == ["sendTransaction", "getSignatureStatuses"]
    assert sorted(delivery.chain.methods[2:]) == ["getMultipleAccounts", "getTransaction"]
    assert (found.receipt.signature, found.receipt.fee, found.receipt.compute_units) == (SIGNED.signature, 5000, 900)
    assert found.receipt.logs == ("a", "b")
    assert delivery.told == [Progress(Step.SENT, SIGNED.signature), Progress(Step.CONFIRMED, SIGNED.signature)]


async def test_bytes_of_another_time_and_an_endpoint_that_forgot_it() -> None:
    """A process that comes back days later, to a node that keeps a day: its silence proves nothing."""
    delivery = _never_arrives(MAKING, getFirstAvailableBlock=_always(7), getBlockTime=_always(10**9))
    delivery.engine = replace(delivery.engine, wall_clock=lambda: 10**9 + 86_400)
    delivery.time.now += 3 * 86_400
    delivery.chain.height += 200
    error = await delivery.error()
    assert isinstance(error, OutcomeUnknownError)
    assert "history begins" in str(error)
    delivery.engine = replace(delivery.engine, wall_clock=lambda: 10**9 + 4 * 86_400)
    assert isinstance(await delivery.error(), BlockhashExpiredError)
