from typing import Any

import pytest
from fault.wire import FakeTime, ScriptedTransport, epoch, failure, landed, signed_transfer, status, statuses

from nosana_chain.engine.confirm import ConfirmPolicy, Landed, confirm
from nosana_chain.errors import (
    BlockhashExpiredError,
    InsufficientFundsError,
    OutcomeUnknownError,
    Retry,
    RpcUnreachableError,
    TransactionFailedError,
)
from nosana_chain.models.receipt import Progress, Step
from nosana_chain.networks import LOCALNET
from nosana_chain.wire.connection import Commitment, Connection

SIGNED = signed_transfer(height=150)
GONE = RpcUnreachableError("gone", endpoint="http://scripted", method="any")
NOT_THERE = statuses(None)
POLICY = ConfirmPolicy(
    first_poll_seconds=1, longest_poll_seconds=4, resend_seconds=5, patience_seconds=30, limit_seconds=100
)


class Wait:
    """One wait for SIGNED, with scripted answers and a clock that only sleeping moves."""

    def __init__(self, looks: list[Any], **more: list[Any]) -> None:
        answers = {"getSignatureStatuses": looks, "getEpochInfo": [epoch(height=100)], "sendTransaction": ["sig"]}
        self.transport = ScriptedTransport(answers | more)
        self.time = FakeTime()
        self.told: list[Progress] = []

    async def run(self, commitment: Commitment | None = None, own: Commitment = "confirmed") -> Landed:
        return await confirm(
            Connection(LOCALNET, transport=self.transport, commitment=own),
            SIGNED,
            commitment=commitment,
            progress=self.told.append,
            waiting=POLICY,
            clock=self.time.clock,
            sleep=self.time.sleep,
        )

    @property
    def searched(self) -> list[bool]:
        return [params[1]["searchTransactionHistory"] for params in self.transport.params("getSignatureStatuses")]


async def test_failed_on_chain() -> None:
    logs = ["Program 11111111111111111111111111111111 invoke [1]", "Transfer: insufficient lamports 1, need 2"]
    logs.append("Program 11111111111111111111111111111111 failed: custom program error: 0x1")
    error = {"InstructionError": [0, {"Custom": 1}]}
    wait = Wait([statuses(status(err=error))], getTransaction=[landed(err=error, logs=tuple(logs))])
    with pytest.raises(InsufficientFundsError, match="holds 1 lamports") as caught:
        await wait.run()
    assert caught.value.signature == str(SIGNED.signature)
    assert wait.told == []


@pytest.mark.parametrize("first", [None, GONE])
async def test_failed_on_chain_and_the_logs_come_a_moment_later(first: Any) -> None:
    wait = Wait([statuses(status(err="AccountInUse"))], getTransaction=[first, landed(err="AccountInUse", logs=("a",))])
    with pytest.raises(TransactionFailedError) as caught:
        await wait.run()
    assert caught.value.logs == ("a",)


@pytest.mark.parametrize("answer", [None, GONE, b"garbage"])
async def test_failed_on_chain_with_logs_out_of_reach(answer: Any) -> None:
    wait = Wait([statuses(status(err="AccountInUse"))], getTransaction=[answer])
    with pytest.raises(TransactionFailedError) as caught:
        await wait.run()
    assert (caught.value.reason, caught.value.logs) == ("AccountInUse", ())


async def test_a_failure_counts_only_once_it_is_settled() -> None:
    fork = statuses(status("processed", err="AccountInUse"))
    wait = Wait([fork, NOT_THERE, statuses(status("confirmed"))])
    assert await wait.run() == Landed(9, "confirmed")


async def test_expired() -> None:
    wait = Wait([NOT_THERE], getEpochInfo=[epoch(height=150, slot=9), epoch(height=151, slot=10)])
    with pytest.raises(BlockhashExpiredError, match="block height 150 and never will") as caught:
        await wait.run()
    assert caught.value.retry is Retry.RESIGN
    assert wait.searched[-1] is True
    assert wait.transport.params("getEpochInfo")[0] == [{"commitment": "finalized"}]


async def test_not_expired_at_the_last_valid_height() -> None:
    wait = Wait([NOT_THERE] * 20 + [statuses(status())], getEpochInfo=[epoch(height=150)])
    assert await wait.run() == Landed(9, "confirmed")
    assert True not in wait.searched


async def test_landed_after_expiry_was_suspected() -> None:
    looks = [NOT_THERE] * 5 + [statuses(status("finalized"))]
    wait = Wait(looks, getEpochInfo=[epoch(height=151)])
    assert await wait.run() == Landed(9, "finalized")
    assert wait.searched[-1] is True


async def test_a_node_that_lags_behind_can_not_tell_that_it_expired() -> None:
    wait = Wait([statuses(None, slot=9)] * 10 + [statuses(status())], getEpochInfo=[epoch(height=151, slot=10)])
    assert await wait.run() == Landed(9, "confirmed")


async def test_endpoint_gone() -> None:
    wait = Wait([NOT_THERE, GONE])
    with pytest.raises(OutcomeUnknownError, match=r"no usable answer.*look it up") as caught:
        await wait.run()
    assert caught.value.signature == str(SIGNED.signature)
    assert caught.value.retry is Retry.CHECK_FIRST
    assert 30 <= sum(wait.time.slept) < 40


@pytest.mark.parametrize("answer", [b"<html>", failure(-32099), {"context": {"slot": 1}, "value": []}, None])
async def test_answers_that_say_nothing_are_outlived(answer: Any) -> None:
    wait = Wait([answer, answer, statuses(status())])
    assert await wait.run() == Landed(9, "confirmed")


async def test_patience_starts_anew_with_each_answer() -> None:
    looks = ([GONE] * 6 + [NOT_THERE]) * 3 + [statuses(status())]
    wait = Wait(looks)
    assert await wait.run() == Landed(9, "confirmed")
    assert sum(wait.time.slept) > POLICY.patience_seconds


async def test_cluster_that_makes_no_blocks() -> None:
    with pytest.raises(OutcomeUnknownError, match="not settled within 100 s"):
        await Wait([NOT_THERE]).run()


@pytest.mark.parametrize("answer", [GONE, failure(-32602), failure(-32002, data={"err": "BlockhashNotFound"})])
async def test_errors_of_a_resend_decide_nothing(answer: Any) -> None:
    wait = Wait([NOT_THERE] * 6 + [statuses(status())], sendTransaction=[answer])
    assert await wait.run() == Landed(9, "confirmed")
    assert "sendTransaction" in wait.transport.methods


async def test_the_same_bytes_are_sent_again_while_it_is_not_there() -> None:
    wait = Wait([NOT_THERE] * 8 + [statuses(status("processed"))] * 8 + [statuses(status())])
    await wait.run()
    sent = [params[0] for params in wait.transport.params("sendTransaction")]
    assert len(sent) == 2
    assert len(set(sent)) == 1


async def test_an_endpoint_that_does_not_tell_the_block_height() -> None:
    wait = Wait([NOT_THERE] * 10 + [statuses(status())], getEpochInfo=[failure(-32601)])
    assert await wait.run() == Landed(9, "confirmed")
    assert "sendTransaction" in wait.transport.methods


async def test_waits_grow_up_to_a_limit() -> None:
    wait = Wait([NOT_THERE] * 5 + [statuses(status())])
    await wait.run()
    assert wait.time.slept == [1, 1.5, 2.25, 3.375, 4]


@pytest.mark.parametrize(
    ("own", "asked", "reached"),
    [
        ("processed", "processed", "processed"),
        ("processed", None, "confirmed"),
        ("confirmed", None, "confirmed"),
        ("finalized", None, "finalized"),
        ("confirmed", "finalized", "finalized"),
    ],
)
async def test_waits_for_the_commitment(own: Commitment, asked: Commitment | None, reached: str) -> None:
    wait = Wait([statuses(status(level)) for level in ("processed", "confirmed", "finalized")])
    assert (await wait.run(asked, own)).commitment == reached


async def test_landed_at_once() -> None:
    wait = Wait([statuses(status())])
    assert await wait.run() == Landed(9, "confirmed")
    assert wait.transport.methods == ["getSignatureStatuses"]
    assert wait.time.slept == []
    assert wait.told == [Progress(Step.CONFIRMED, SIGNED.signature)]
