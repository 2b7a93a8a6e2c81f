"""From instructions to a receipt: building, simulating, signing, sending and confirming, one after the other."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass

from solders.hash import Hash
from solders.instruction import Instruction
from solders.message import MessageV0
from solders.pubkey import Pubkey

from nosana_chain.engine.build import SignedTransaction, build_message, sign_message, unsigned
from nosana_chain.engine.confirm import DEFAULT_WAITING, ConfirmPolicy, Landed, confirm, fetch_settled
from nosana_chain.engine.fees import (
    DEFAULT_FEES,
    MAX_UNIT_LIMIT,
    FeePolicy,
    budget_instructions,
    default_unit_limit,
    fetch_unit_price,
    unit_limit,
)
from nosana_chain.engine.send import send
from nosana_chain.engine.simulate import simulate
from nosana_chain.errors import OutcomeUnknownError
from nosana_chain.models.landed_transaction import LandedTransaction
from nosana_chain.models.receipt import Progress, ProgressCallback, Receipt, Step
from nosana_chain.reading.receipts import receipt_of
from nosana_chain.wallet import Signer
from nosana_chain.wire.connection import Connection
from nosana_chain.wire.retry import Sleep


@dataclass(frozen=True, slots=True)
class Prepared:
    """A message that is ready to be signed.

    Attributes:
        message: with compute budget and a recent blockhash.
        last_valid_block_height: after this block height (not slot) it can't land any more.
    """

    message: MessageV0
    last_valid_block_height: int


async def execute(
    connection: Connection,
    instructions: Sequence[Instruction],
    *,
    payer: Pubkey,
    signers: Iterable[Signer],
    fees: FeePolicy = DEFAULT_FEES,
    simulate_first: bool = True,
    progress: ProgressCallback | None = None,
    waiting: ConfirmPolicy = DEFAULT_WAITING,
    clock: Callable[[], float] = time.monotonic,
    sleep: Sleep = asyncio.sleep,
) -> Receipt:
    """Carry out `instructions` in one transaction, and wait until it is on chain.

    One attempt: nothing is ever signed a second time. `progress` is told the signature before the first byte is
    sent, so that it is known whatever comes after, Ctrl-C included.

    Args:
        connection: the cluster; it is made sure that it is the right one.
        instructions: all are carried out, in this order, or none.
        payer: pays the fee, and signs first.
        signers: everyone who signs, the payer among them, and nobody else.
        fees: what may be spent on priority, and how much compute is asked for.
        simulate_first: False signs and sends without a trial run; a failure then costs the fee.
        progress: told of each step.
        waiting: intervals and limits of the confirmation.
        clock: seconds that only go forward.
        sleep: waits for seconds.

    Returns:
        The receipt, once the transaction has the connection's commitment, and at least `confirmed`.

    Network: 6 calls or more: simulation, fees, blockhash, send, one or more status polls, and the receipt's facts; 1
    more, the first time, where the network has a genesis hash. Without simulation or priority fee 1 less each.

    Safe to retry: by the error's `retry`. After *check-first* look the signature up: it may have landed.

    Raises:
        InputError: the transaction is too large, or the signers are not the ones it needs. Nothing was sent.
        WrongNetworkError: the endpoint serves another cluster. Nothing was sent.
        TransactionFailedError: it failed, in the simulation (`signature` is None: nothing was sent) or on chain.
        BlockhashExpiredError: it is not on chain and can never be.
        OutcomeUnknownError: nobody could tell; it may still land, or its receipt is out of reach.
        RpcError: the endpoint didn't answer as it should. Nothing was sent.
    """
    report = progress or _ignore
    await connection.check_network()
    prepared = await prepare(
        connection, instructions, payer=payer, fees=fees, simulate_first=simulate_first, progress=progress
    )
    transaction = sign_message(prepared.message, signers=signers)
    signed = SignedTransaction(transaction, prepared.last_valid_block_height)
    report(Progress(Step.SIGNED, signed.signature))
    with suppress(OutcomeUnknownError):  # confirm sends the same bytes again, and finds out
        await send(connection, signed)
    report(Progress(Step.SENT, signed.signature))
    landed = await confirm(connection, signed, progress=progress, waiting=waiting, clock=clock, sleep=sleep)
    found = await fetch_settled(connection, signed.signature, waiting=waiting, clock=clock, sleep=sleep)
    return _receipt(connection, signed, landed, found)


async def prepare(
    connection: Connection,
    instructions: Sequence[Instruction],
    *,
    payer: Pubkey,
    fees: FeePolicy = DEFAULT_FEES,
    simulate_first: bool = True,
    progress: ProgressCallback | None = None,
) -> Prepared:
    """A message of `instructions` with the compute and the priority fee that they need; nothing is signed or sent.

    The compute budget goes to the end, so that an `instruction_index` in an error counts the caller's own.

    Network: 3 calls: simulation, recent fees, blockhash; without simulation or priority fee 1 less each.

    Raises:
        InputError: the transaction is too large.
        TransactionFailedError: the simulation failed.
        RpcError: the endpoint didn't answer as it should.
    """
    report = progress or _ignore
    trial = build_message(
        [*instructions, *budget_instructions(MAX_UNIT_LIMIT, 0)], payer=payer, blockhash=Hash.default()
    )
    report(Progress(Step.BUILT))
    limit = default_unit_limit(instructions)
    if simulate_first:
        limit = unit_limit((await simulate(connection, unsigned(trial))).units, fees)
        report(Progress(Step.SIMULATED))
    price = await fetch_unit_price(connection, trial, limit=limit, policy=fees)
    recent = await connection.fetch_blockhash()
    complete = [*instructions, *budget_instructions(limit, price)]
    message = build_message(complete, payer=payer, blockhash=recent.hash)
    return Prepared(message, recent.last_valid_block_height)


def _receipt(
    connection: Connection, signed: SignedTransaction, landed: Landed, found: LandedTransaction | None
) -> Receipt:
    if found is not None:
        return receipt_of(signed.transaction, slot=landed.slot, network=connection.network, landed=found)
    signature = str(signed.signature)
    raise OutcomeUnknownError(
        f"transaction {signature} landed in slot {landed.slot} and succeeded, but its fee and logs can't be read from "
        f"{connection.transport.endpoint}; don't send it anew, look it up there or at another endpoint",
        signature=signature,
        endpoint=connection.transport.endpoint,
        slot=landed.slot,
    )


def _ignore(_progress: Progress) -> None:
    """Tell nobody."""
