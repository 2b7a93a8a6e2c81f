"""Receipts, with what the endpoint doesn't tell left out."""

from __future__ import annotations

from typing import Any

from fault.wire import ScriptedTransport
from landed import PAYER, answer, call, signed
from solders import system_program
from solders.pubkey import Pubkey

from nosana_chain.models.landed_transaction import LandedTransaction
from nosana_chain.networks import DEVNET
from nosana_chain.reading.receipts import receipt_of
from nosana_chain.wire.connection import Connection
from nosana_chain.wire.transactions import fetch_transaction

OTHER = Pubkey(bytes([7]) * 32)
TRANSACTION = signed(
    system_program.transfer(system_program.TransferParams(from_pubkey=PAYER.address, to_pubkey=OTHER, lamports=30))
)


async def told(given: Any) -> LandedTransaction | None:
    connection = Connection(DEVNET, transport=ScriptedTransport({"getTransaction": [given]}))
    return await fetch_transaction(connection, TRANSACTION.signatures[0])


def test_a_receipt_of_what_no_endpoint_tells() -> None:
    receipt = receipt_of(TRANSACTION, slot=7, network=DEVNET, landed=None)
    assert (receipt.signature, receipt.slot, receipt.fee) == (TRANSACTION.signatures[0], 7, None)
    assert (receipt.compute_units, receipt.logs, receipt.movements, receipt.block_time) == (None, (), (), None)
    assert "fee" in receipt.unknown
    assert "outcome" not in receipt.unknown


async def test_an_answer_about_other_accounts_tells_nothing() -> None:
    for wrong in (
        answer(TRANSACTION, preBalances=[9_000], postBalances=[1]),
        answer(TRANSACTION, loadedAddresses={"writable": [str(OTHER)], "readonly": []}),
        answer(TRANSACTION, preBalances=None, innerInstructions=[{"index": 0, "instructions": [call(3, [], b"")]}]),
    ):
        receipt = receipt_of(TRANSACTION, slot=7, network=DEVNET, landed=await told(wrong))
        assert (receipt.slot, receipt.fee, receipt.compute_units) == (7, None, None)


async def test_everything_else_is_there_where_meta_is_null() -> None:
    receipt = receipt_of(TRANSACTION, slot=7, network=DEVNET, landed=await told({**answer(TRANSACTION), "meta": None}))
    assert (receipt.slot, receipt.fee) == (9, None)


async def test_a_whole_receipt() -> None:
    given = answer(TRANSACTION, preBalances=[10_000, 0, 1], postBalances=[4_970, 30, 1], logMessages=["a"])
    receipt = receipt_of(TRANSACTION, slot=9, network=DEVNET, landed=await told({**given, "blockTime": 1_795_735_000}))
    assert (receipt.fee, receipt.compute_units, receipt.logs, receipt.block_time) == (5_000, 150, ("a",), 1_795_735_000)
    assert {one.address: one.lamports for one in receipt.movements} == {PAYER.address: -30, OTHER: 30}
