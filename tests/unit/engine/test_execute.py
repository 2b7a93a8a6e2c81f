import asyncio
import base64
from typing import Any

import pytest
from fault.wire import (
    FakeTime,
    KeySigner,
    ScriptedTransport,
    blockhash,
    epoch,
    landed,
    simulated,
    status,
    statuses,
)
from solders.instruction import Instruction
from solders.pubkey import Pubkey
from solders.signature import Signature
from solders.system_program import TransferParams, transfer
from solders.transaction import VersionedTransaction

from nosana_chain.engine.execute import execute, prepare
from nosana_chain.errors import (
    BlockhashExpiredError,
    InputError,
    InsufficientFundsError,
    OutcomeUnknownError,
    RpcUnreachableError,
    WrongNetworkError,
)
from nosana_chain.models.receipt import Progress, Receipt, Step
from nosana_chain.networks import DEVNET, LOCALNET, MAINNET, Network
from nosana_chain.wire.connection import Connection

PAYER = KeySigner(1)
TRANSFER = transfer(TransferParams(from_pubkey=PAYER.address, to_pubkey=KeySigner(2).address, lamports=1))
GONE = RpcUnreachableError("gone", endpoint="http://scripted", method="any")
NOBODY_PAYS: list[Any] = []
HEALTHY: dict[str, list[Any]] = {
    "simulateTransaction": [simulated(units=1000)],
    "getRecentPrioritizationFees": [NOBODY_PAYS],
    "getLatestBlockhash": [blockhash(150)],
    "sendTransaction": ["signature"],
    "getSignatureStatuses": [statuses(status())],
    "getEpochInfo": [epoch(height=100)],
    "getTransaction": [landed(slot=9, fee=5000, units=900, logs=("a", "b"))],
}


class Run:
    """One execution of TRANSFER against scripted answers."""

    def __init__(self, network: Network = LOCALNET, **answers: list[Any]) -> None:
        self.transport = ScriptedTransport(HEALTHY | answers)
        self.connection = Connection(network, transport=self.transport)
        self.time = FakeTime()
        self.told: list[Progress] = []

    async def execute(self, **options: Any) -> Receipt:
        given = {"payer": PAYER.address, "signers": [PAYER], "progress": self.told.append} | options
        return await execute(self.connection, [TRANSFER], clock=self.time.clock, sleep=self.time.sleep, **given)

    @property
    def sent(self) -> list[VersionedTransaction]:
        encoded = [params[0] for params in self.transport.params("sendTransaction")]
        return [VersionedTransaction.from_bytes(base64.b64decode(raw)) for raw in encoded]

    @property
    def steps(self) -> list[Step]:
        return [progress.step for progress in self.told]


async def test_wrong_cluster_gets_nothing() -> None:
    run = Run(DEVNET, getGenesisHash=[MAINNET.genesis_hash])
    with pytest.raises(WrongNetworkError):
        await run.execute()
    assert run.transport.methods == ["getGenesisHash"]


async def test_too_large_asks_nothing() -> None:
    run = Run()
    with pytest.raises(InputError, match="may have 1232"):
        await execute(
            run.connection, [Instruction(Pubkey.default(), bytes(1300), [])], payer=PAYER.address, signers=[PAYER]
        )
    assert run.transport.methods == []


async def test_what_fails_in_the_simulation_is_not_signed() -> None:
    run = Run(simulateTransaction=[simulated(err="AccountNotFound")])
    with pytest.raises(InsufficientFundsError) as caught:
        await run.execute(signers=[])
    assert caught.value.signature is None
    assert run.transport.methods == ["simulateTransaction"]
    assert run.steps == [Step.BUILT]


async def test_without_its_signer_nothing_is_sent() -> None:
    run = Run()
    with pytest.raises(InputError, match="needs the signature"):
        await run.execute(signers=[])
    assert run.sent == []


@pytest.mark.parametrize("method", ["simulateTransaction", "getRecentPrioritizationFees", "getLatestBlockhash"])
async def test_endpoint_dies_before_sending(method: str) -> None:
    run = Run(**{method: [GONE]})
    with pytest.raises(RpcUnreachableError):
        await run.execute()
    assert run.sent == []


async def test_expired_is_not_signed_again() -> None:
    run = Run(getSignatureStatuses=[statuses(None)], getEpochInfo=[epoch(height=151)])
    with pytest.raises(BlockhashExpiredError):
        await run.execute()
    assert len({bytes(transaction) for transaction in run.sent}) == 1
    assert run.transport.methods.count("getLatestBlockhash") == 1


async def test_endpoint_dies_while_sending() -> None:
    run = Run(sendTransaction=[GONE], getSignatureStatuses=[GONE])
    with pytest.raises(OutcomeUnknownError) as caught:
        await run.execute()
    assert caught.value.signature == str(run.told[-1].signature)


async def test_answer_to_sending_is_lost_and_it_landed() -> None:
    run = Run(sendTransaction=[GONE])
    assert (await run.execute()).slot == 9


async def test_landed_but_its_receipt_is_out_of_reach() -> None:
    run = Run(getTransaction=[None, GONE])
    with pytest.raises(OutcomeUnknownError, match=r"landed in slot 9 and succeeded.*don't send it anew") as caught:
        await run.execute()
    assert caught.value.facts["slot"] == 9
    assert 10 < sum(run.time.slept) < 20


async def test_cancelled_while_it_is_under_way() -> None:
    """Ctrl-C: the caller was told the signature before the first byte was sent."""
    run = Run(getSignatureStatuses=[statuses(None)])
    seen: list[Signature | None] = []

    async def cancel(_seconds: float) -> None:
        raise asyncio.CancelledError

    run.time.sleep = cancel
    with pytest.raises(asyncio.CancelledError):
        await run.execute(progress=lambda progress: seen.append(progress.signature))
    assert seen[-1] == run.sent[0].signatures[0]


async def test_the_signature_is_told_before_anything_is_sent() -> None:
    run = Run()
    sent_when_told: dict[Step, int] = {}
    await run.execute(progress=lambda progress: sent_when_told.update({progress.step: len(run.sent)}))
    assert sent_when_told[Step.SIGNED] == 0
    assert sent_when_told[Step.SENT] == 1


async def test_receipt_that_comes_a_moment_later() -> None:
    run = Run(getTransaction=[None, GONE, landed(slot=9)])
    assert (await run.execute()).slot == 9


async def test_without_simulating() -> None:
    run = Run()
    await run.execute(simulate_first=False)
    assert "simulateTransaction" not in run.transport.methods
    assert run.steps == [Step.BUILT, Step.SIGNED, Step.SENT, Step.CONFIRMED]
    assert _budget(run.sent[0]) == {"limit": 200_000}


async def test_priority_fee_where_others_pay() -> None:
    run = Run(getRecentPrioritizationFees=[[{"slot": 1, "prioritizationFee": 77}]])
    await run.execute()
    assert _budget(run.sent[0]) == {"limit": 21_150, "price": 77}


async def test_success() -> None:
    run = Run()
    receipt = await run.execute()
    [sent] = run.sent
    assert receipt == Receipt(signature=sent.signatures[0], slot=9, fee=5000, compute_units=900, logs=("a", "b"))
    assert sent.verify_with_results() == [True]
    assert _budget(sent) == {"limit": 21_150}
    assert run.steps == [Step.BUILT, Step.SIMULATED, Step.SIGNED, Step.SENT, Step.CONFIRMED]
    assert "logs" not in repr(receipt)


async def test_prepared_message_keeps_the_callers_instructions_first() -> None:
    run = Run()
    prepared = await prepare(run.connection, [TRANSFER], payer=PAYER.address)
    keys = prepared.message.account_keys
    assert keys[prepared.message.instructions[0].program_id_index] == TRANSFER.program_id
    assert prepared.last_valid_block_height == 150
    assert str(prepared.message.recent_blockhash) == blockhash()["value"]["blockhash"]
    assert "sendTransaction" not in run.transport.methods


def _budget(transaction: VersionedTransaction) -> dict[str, int]:
    """What the compute budget instructions ask for, by their first byte."""
    names = {2: "limit", 3: "price"}
    _transfer, *budget = transaction.message.instructions
    return {names[item.data[0]]: int.from_bytes(item.data[1:], "little") for item in budget}
