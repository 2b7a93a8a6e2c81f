"""Transfers among calls: what only looks like one first."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from solders.instruction import Instruction
from solders.pubkey import Pubkey
from solders.token import ID as TOKEN_PROGRAM
from spl.token.instructions import transfer, transfer_checked
from spl.token.models import TransferCheckedParams, TransferParams

from nosana_chain.reading.movements import Called, TokenTransfer, nos_outflow, token_transfers

A, B, C, MINT, OWNER = (Pubkey(bytes([number]) * 32) for number in range(1, 6))
U64 = st.integers(0, 2**64 - 1)
keys = st.sampled_from([A, B, C, MINT, OWNER])


def called(instruction: Instruction) -> Called:
    return Called(instruction.program_id, [meta.pubkey for meta in instruction.accounts], bytes(instruction.data))


def plain(amount: int, *, source: Pubkey = A, dest: Pubkey = B) -> Called:
    return called(
        transfer(TransferParams(program_id=TOKEN_PROGRAM, source=source, dest=dest, owner=OWNER, amount=amount))
    )


def checked(amount: int, *, signers: list[Pubkey] | None = None) -> Called:
    params = TransferCheckedParams(
        program_id=TOKEN_PROGRAM, source=A, mint=MINT, dest=B, owner=OWNER, amount=amount, decimals=6,
        signers=signers or [],
    )  # fmt: skip
    return called(transfer_checked(params))


def moved(amount: int, source: Pubkey = A, destination: Pubkey = B) -> TokenTransfer:
    return TokenTransfer(source=source, destination=destination, authority=OWNER, amount=amount)


@pytest.mark.parametrize(
    "call",
    [
        plain(7)._replace(program_id=OWNER),
        plain(7)._replace(data=b""),
        plain(7)._replace(data=plain(7).data[:-1]),
        plain(7)._replace(accounts=[A, B]),
        checked(7)._replace(data=checked(7).data[:-1]),
        checked(7)._replace(accounts=[A, MINT, B]),
        plain(7)._replace(data=b"\x04" + plain(7).data[1:]),
    ],
    ids=["another-program", "no-data", "cut", "too-few-accounts", "no-decimals", "no-authority", "an-approval"],
)
def test_what_only_looks_like_a_transfer(call: Called) -> None:
    assert token_transfers([call]) == ()


@pytest.mark.parametrize(
    "call", [plain(7), checked(7), checked(7, signers=[C]), (TOKEN_PROGRAM, [A, B, OWNER], plain(7).data)]
)
def test_both_forms_and_plain_tuples(call: tuple[Pubkey, list[Pubkey], bytes]) -> None:
    assert token_transfers([call]) == (moved(7),)


def test_bytes_behind_the_arguments_change_nothing() -> None:
    assert token_transfers([plain(7)._replace(data=plain(7).data + b"x")]) == (moved(7),)


@given(st.lists(U64, max_size=5))
def test_transfers_keep_their_order(amounts: list[int]) -> None:
    calls = [plain(amount) if amount % 2 else checked(amount) for amount in amounts]
    assert token_transfers(calls) == tuple(moved(amount) for amount in amounts)


@given(st.lists(st.tuples(keys, st.lists(keys, max_size=5), st.binary(max_size=12))))
def test_any_calls_are_read(calls: list[tuple[Pubkey, list[Pubkey], bytes]]) -> None:
    assert len(token_transfers(calls)) <= len(calls)


@given(st.lists(st.tuples(keys, keys, U64)))
def test_what_leaves_one_account_comes_into_another(rows: list[tuple[Pubkey, Pubkey, int]]) -> None:
    transfers = [moved(amount, source, destination) for source, destination, amount in rows]
    assert sum(nos_outflow(transfers, account) for account in (A, B, C, MINT, OWNER)) == 0
    gone = sum(amount for source, destination, amount in rows if source == A != destination)
    come = sum(amount for source, destination, amount in rows if destination == A != source)
    assert nos_outflow(transfers, A) == gone - come
