"""The fee that is told is the one that was charged, and transfers are told as they were made."""

from __future__ import annotations

import asyncio
import base64

import msgspec
import pytest
from solders import compute_budget, system_program
from solders.hash import Hash
from solders.instruction import Instruction
from solders.pubkey import Pubkey
from solders.system_program import TransferParams
from stage import CID, PRICE, TIMEOUT, Scene

from nosana_chain import pda
from nosana_chain.engine.build import build_message, sign_message, unsigned
from nosana_chain.models.explanation import Explanation
from nosana_chain.programs.jobs.instructions import extend_ix
from nosana_chain.reading.explain_transaction import parse_transaction
from nosana_chain.reading.movements import landed_calls, nos_outflow, token_transfers
from nosana_chain.reading.simulated_calls import SimulatedCalls, simulated_transfers
from nosana_chain.wire.transactions import fetch_transaction

LIMIT, PRIORITY_PRICE = compute_budget.set_compute_unit_limit(10_001), compute_budget.set_compute_unit_price(123_457)


class Value(msgspec.Struct, rename="camel"):
    inner_instructions: SimulatedCalls


class Simulated(msgspec.Struct):
    value: Value


async def pay(scene: Scene, *budget: Instruction) -> Explanation:
    """Send 77 lamports from the builder to the host."""
    builder, host = scene.net.wallets["builder"], scene.net.wallets["host"]
    connection = scene.builder.connection
    recent = await connection.fetch_blockhash()
    gift = system_program.transfer(TransferParams(from_pubkey=builder.address, to_pubkey=host.address, lamports=77))
    message = build_message([gift, *budget], payer=builder.address, blockhash=recent.hash)
    transaction = sign_message(message, signers=[builder])
    encoded = base64.b64encode(bytes(transaction)).decode()
    settings = {"encoding": "base64", "preflightCommitment": "confirmed"}
    await connection.call("sendTransaction", encoded, settings, answer=str)
    while await fetch_transaction(connection, transaction.signatures[0]) is None:  # noqa: ASYNC110  the chain's own pace
        await asyncio.sleep(0.02)
    return await scene.builder.transactions.explain(transaction.signatures[0])


@pytest.mark.parametrize(
    ("budget", "priority"),
    [((LIMIT, PRIORITY_PRICE), 1_235), ((PRIORITY_PRICE,), 741), ((LIMIT,), 0), ((), 0)],
    ids=["limit-and-price", "price", "limit", "none"],
)
async def test_the_fee_is_what_the_payer_lost(scene: Scene, budget: tuple[Instruction, ...], priority: int) -> None:
    before = await scene.builder.fetch_sol_balance()
    explained = await pay(scene, *budget)
    lost = before - await scene.builder.fetch_sol_balance()
    assert explained.fee == lost - 77 == 5_000 + priority
    assert explained.priority_fee == priority
    assert sorted(movement.lamports for movement in explained.movements) == [-77, 77]


async def test_the_transfers_of_a_posted_job(scene: Scene, market: Pubkey) -> None:
    posted = await scene.builder.jobs.post_job(market, definition_cid=CID, timeout=TIMEOUT)
    landed = await fetch_transaction(scene.builder.connection, posted.receipt.signature)
    assert landed is not None
    transfers = token_transfers(landed_calls(landed, parse_transaction(landed.raw)))
    builder = scene.net.wallets["builder"].address
    purse = pda.nos_account_address(builder, network=scene.net.network)
    vault = pda.market_vault_address(market, network=scene.net.network)
    assert [(one.source, one.destination, one.authority) for one in transfers] == [(purse, vault, builder)]
    assert nos_outflow(transfers, purse) == -nos_outflow(transfers, vault) == PRICE * TIMEOUT


async def test_a_simulation_tells_the_same_transfers(scene: Scene, market: Pubkey) -> None:
    posted = await scene.builder.jobs.post_job(market, definition_cid=CID, timeout=TIMEOUT)
    builder = scene.net.wallets["builder"].address
    longer = extend_ix(job=posted.job, market=market, payer=builder, timeout=TIMEOUT + 100, network=scene.net.network)
    trial = unsigned(build_message([longer], payer=builder, blockhash=Hash.default()))
    settings = scene.builder.connection.options(encoding="base64", replaceRecentBlockhash=True, innerInstructions=True)
    encoded = base64.b64encode(bytes(trial)).decode()
    told = await scene.builder.connection.call("simulateTransaction", encoded, settings, answer=Simulated)
    ((transfer,),) = simulated_transfers(told.value.inner_instructions).values()
    assert (transfer.amount, transfer.authority) == (PRICE * 100, builder)
    assert transfer.source == pda.nos_account_address(builder, network=scene.net.network)
