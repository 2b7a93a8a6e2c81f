"""Reading a transaction that is on chain: answers that contradict themselves first."""

from __future__ import annotations

from typing import Any

import pytest
from fault.wire import ScriptedTransport
from landed import PAYER, answer, call, signed, tokens
from solders import system_program
from solders.pubkey import Pubkey

from nosana_chain.errors import RpcResponseError
from nosana_chain.models.landed_transaction import BalanceChange, InnerInstruction, LandedTransaction, LoadedAddresses
from nosana_chain.networks import LOCALNET
from nosana_chain.wire.connection import Connection
from nosana_chain.wire.transactions import fetch_transaction

OTHER = Pubkey(bytes([7]) * 32)
TRANSFER = system_program.transfer(
    system_program.TransferParams(from_pubkey=PAYER.address, to_pubkey=OTHER, lamports=30)
)
TRANSACTION = signed(TRANSFER)  # accounts: payer, other, system program


async def fetch(given: Any) -> LandedTransaction | None:
    transport = ScriptedTransport({"getTransaction": [given]})
    return await fetch_transaction(Connection(LOCALNET, transport=transport), TRANSACTION.signatures[0])


DAMAGED = {
    "no transaction": {"slot": 1, "meta": {"fee": 5000}},
    "no base64": {**answer(TRANSACTION), "transaction": ["%", "base64"]},
    "an address that is none": answer(TRANSACTION, loadedAddresses={"writable": ["0OIl"], "readonly": []}),
    "a mint that is none": answer(TRANSACTION, preTokenBalances=[{**tokens(0, OTHER, 1), "mint": "x"}]),
    "an amount that is none": answer(
        TRANSACTION, preTokenBalances=[{**tokens(0, OTHER, 1), "uiTokenAmount": {"amount": "many"}}]
    ),
    "data that is no base58": answer(
        TRANSACTION, innerInstructions=[{"index": 0, "instructions": [{**call(0, [], b""), "data": "0OIl"}]}]
    ),
    "a program that is not there": answer(
        TRANSACTION, innerInstructions=[{"index": 0, "instructions": [call(3, [], b"")]}]
    ),
    "an account that is not there": answer(
        TRANSACTION, innerInstructions=[{"index": 0, "instructions": [call(0, [-1], b"")]}]
    ),
    "a token account that is not there": answer(TRANSACTION, postTokenBalances=[tokens(3, OTHER, 1)]),
    "a balance too few": answer(TRANSACTION, postBalances=[1]),
}


@pytest.mark.parametrize("given", DAMAGED.values(), ids=DAMAGED)
async def test_a_contradictory_answer_is_refused(given: Any) -> None:
    with pytest.raises(RpcResponseError, match="getTransaction: http://scripted sent no readable answer"):
        await fetch(given)


async def test_an_unknown_transaction_is_none() -> None:
    assert await fetch(None) is None


async def test_old_nodes_tell_less() -> None:
    """Null in place of lists, and no stack heights."""
    inner = [{"index": 0, "instructions": [call(2, [0], b"x", height=None)]}]
    found = await fetch(
        answer(TRANSACTION, logMessages=None, innerInstructions=inner, preTokenBalances=None, postTokenBalances=None)
    )
    assert found is not None
    assert (found.logs, found.loaded) == ((), LoadedAddresses())
    assert [one.depth for one in found.inner] == [1]


async def test_everything_that_a_node_tells() -> None:
    mint = Pubkey(bytes([8]) * 32)
    found = await fetch(
        answer(
            TRANSACTION,
            preBalances=[10_000, 0, 1, 5],
            postBalances=[4_970, 30, 1, 5],
            preTokenBalances=[tokens(1, mint, 7)],
            postTokenBalances=[tokens(1, mint, 2), tokens(3, mint, 4)],
            loadedAddresses={"writable": [str(OTHER)], "readonly": []},
            innerInstructions=[{"index": 0, "instructions": [call(2, [0, 1], b"ab"), call(2, [], b"", height=3)]}],
            logMessages=["a"],
        )
    )
    assert found is not None
    assert (found.slot, found.error, found.fee, found.compute_units, found.logs) == (9, None, 5000, 150, ("a",))
    assert found.raw == bytes(TRANSACTION)
    assert found.loaded == LoadedAddresses((OTHER,), ())
    assert found.inner == (InnerInstruction(0, 1, 2, (0, 1), b"ab"), InnerInstruction(0, 2, 2, (), b""))
    assert found.changes == (
        BalanceChange(0, -30, 0, None),
        BalanceChange(1, 30, -5, mint),
        BalanceChange(2, 0, 0, None),
        BalanceChange(3, 0, 4, mint),
    )
