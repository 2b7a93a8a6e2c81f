"""Reading a transaction that is on chain: answers that contradict themselves first."""

from __future__ import annotations

from typing import Any

import base58
import pytest
from fault.wire import ScriptedTransport
from hypothesis import given
from hypothesis import strategies as st
from landed import PAYER, answer, call, signed, tokens
from solders import system_program
from solders.pubkey import Pubkey

from nosana_chain.errors import RpcResponseError
from nosana_chain.models.landed_transaction import (
    BalanceChange,
    InnerInstruction,
    LandedTransaction,
    LoadedAddresses,
    Unknown,
)
from nosana_chain.networks import LOCALNET
from nosana_chain.wire.connection import Connection
from nosana_chain.wire.transactions import _bytes_of, fetch_transaction

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
    "data that no program is called with": answer(
        TRANSACTION, innerInstructions=[{"index": 0, "instructions": [{**call(0, [], b""), "data": "z" * 14_001}]}]
    ),
    "a call deeper than any": answer(
        TRANSACTION, innerInstructions=[{"index": 0, "instructions": [call(0, [], b"", height=2**31)]}]
    ),
    "data beyond ASCII": answer(
        TRANSACTION, innerInstructions=[{"index": 0, "instructions": [{**call(0, [], b""), "data": "1\u00e9"}]}]
    ),
    "an amount of 5,000 digits": answer(
        TRANSACTION, preTokenBalances=[{**tokens(0, OTHER, 1), "uiTokenAmount": {"amount": "9" * 5_000}}]
    ),
    "lamports out of nowhere": answer(TRANSACTION, postBalances=[50_000, 10_000, 10_000]),
    "a balance that no account holds": answer(TRANSACTION, preBalances=[2**63, 1, 1]),
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
    assert (found.logs, found.loaded) == ((), None)
    assert found.unknown == {Unknown.LOGS, Unknown.TOKEN_BALANCES}
    assert [one.depth for one in found.inner] == [1]


async def test_an_answer_without_meta_says_what_is_unknown() -> None:
    for bare in ({**answer(TRANSACTION), "meta": None}, {k: v for k, v in answer(TRANSACTION).items() if k != "meta"}):
        found = await fetch(bare)
        assert found is not None
        assert found.unknown == set(Unknown)
        assert not found.outcome_known
        assert (found.slot, found.raw, found.fee, found.changes, found.inner) == (9, bytes(TRANSACTION), None, (), ())


NULLABLE = {
    "err": {Unknown.OUTCOME},
    "computeUnitsConsumed": {Unknown.COMPUTE_UNITS},
    "logMessages": {Unknown.LOGS},
    "innerInstructions": {Unknown.CALLS},
    "preBalances": {Unknown.BALANCES},
    "postBalances": {Unknown.BALANCES},
    "preTokenBalances": {Unknown.TOKEN_BALANCES},
    "postTokenBalances": {Unknown.TOKEN_BALANCES},
    "loadedAddresses": set(),
    "fee": set(),  # the balances tell it
    "status": set(),
    "rewards": set(),
    "returnData": set(),
}


def whole() -> dict[str, Any]:
    lists: dict[str, Any] = {"innerInstructions": [], "preTokenBalances": [], "postTokenBalances": []}
    return answer(TRANSACTION, **lists)


@pytest.mark.parametrize("name", NULLABLE)
async def test_each_field_may_be_absent(name: str) -> None:
    given = whole()
    given["meta"].pop(name, None)
    found = await fetch(given)
    assert found is not None
    assert found.unknown == NULLABLE[name]
    assert found.fee == 5000


@pytest.mark.parametrize("name", [name for name in NULLABLE if name != "err"])  # where null means success
async def test_each_field_may_be_null(name: str) -> None:
    given = whole()
    given["meta"][name] = None
    found = await fetch(given)
    assert found is not None
    assert found.unknown == NULLABLE[name]
    assert found.outcome_known


async def test_the_fee_is_what_all_accounts_together_lost() -> None:
    """A node may leave the priority fee out of its own figure, and the payer may lose lamports otherwise too."""
    found = await fetch(answer(TRANSACTION, preBalances=[10_000, 0, 1], postBalances=[3_735, 30, 1], fee=5000))
    assert found is not None
    assert found.fee == 6_235
    assert [change.lamports for change in found.changes] == [-30, 30, 0]


async def test_the_fee_as_told_where_balances_are_not() -> None:
    found = await fetch(answer(TRANSACTION, preBalances=None, fee=5001))
    assert found is not None
    assert (found.fee, found.changes) == (5001, ())


@pytest.mark.parametrize(
    ("told", "expected"), [(None, None), (1_795_735, None), (1_795_735_000, 1_795_735_000), (-5, None)]
)
async def test_the_block_s_time(told: int | None, expected: int | None) -> None:
    found = await fetch({**answer(TRANSACTION), "blockTime": told})
    assert found is not None
    assert found.block_time == expected


@given(st.binary(max_size=2_000) | st.builds(bytes, st.integers(0, 50)))
def test_base58_is_read_in_pieces(data: bytes) -> None:
    assert _bytes_of(base58.b58encode(data).decode()) == data


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
