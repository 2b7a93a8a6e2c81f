"""Transfers in a simulation's answer: damaged ones first."""

from __future__ import annotations

import copy
import json
from typing import Any

import msgspec
import pytest
from solders.pubkey import Pubkey
from solders.token import ID as TOKEN_PROGRAM

from nosana_chain.errors import AmountError
from nosana_chain.reading.movements import TokenTransfer
from nosana_chain.reading.simulated_calls import SimulatedCalls, simulated_transfers

A, B, OWNER, OTHER = (Pubkey(bytes([number]) * 32) for number in range(1, 5))
INFO = {"source": str(A), "destination": str(B), "authority": str(OWNER), "amount": "300000"}


def call(info: Any, kind: str = "transfer", program: Pubkey = TOKEN_PROGRAM) -> dict[str, Any]:
    parsed = {"type": kind, "info": info}
    return {"program": "spl-token", "programId": str(program), "parsed": parsed, "stackHeight": 2}


def transfers(*calls: Any) -> tuple[TokenTransfer, ...]:
    told = json.dumps([{"index": 0, "instructions": list(calls)}])
    return simulated_transfers(msgspec.json.decode(told, type=SimulatedCalls))


def changed(**changes: Any) -> dict[str, Any]:
    return {key: value for key, value in {**copy.deepcopy(INFO), **changes}.items() if value is not None}


@pytest.mark.parametrize(
    "given",
    [
        call(changed(source="x")),
        call(changed(destination=None)),
        call(changed(authority=None)),
        call(changed(amount=None)),
        call(changed(amount="-1")),
        call(changed(amount="1.5")),
        call(changed(amount="9" * 5_000)),
        call(changed(amount="\N{ARABIC-INDIC DIGIT ONE}")),
        call(changed(amount=5)),
        call([], kind="transferChecked"),
        {"programId": str(TOKEN_PROGRAM), "accounts": [], "data": "3Bxs", "stackHeight": 2},
        {"programId": "x", "accounts": [], "data": ""},
        {"programIdIndex": 1, "accounts": [0], "data": ""},
    ],
)
def test_a_damaged_call_of_the_token_program_is_refused(given: Any) -> None:
    with pytest.raises(ValueError, match=r"."):
        transfers(given)


def test_an_amount_that_no_account_holds() -> None:
    with pytest.raises(AmountError):
        transfers(call(changed(amount=str(2**64))))


@pytest.mark.parametrize(
    "given",
    [
        call(INFO, program=OTHER),
        call({"source": str(A), "delegate": str(B), "owner": str(OWNER), "amount": "7"}, kind="approve"),
        {"programId": str(OTHER), "accounts": [str(A)], "data": "3Bxs", "stackHeight": None},
        {"programId": str(OTHER), "program": "spl-memo", "parsed": "a memo", "stackHeight": 2},
    ],
)
def test_other_calls_are_no_transfers(given: Any) -> None:
    assert transfers(given) == {0: ()}


def test_both_forms_and_a_multisig() -> None:
    amount = {"amount": "7", "decimals": 6, "uiAmount": 0.000007, "uiAmountString": "0.000007"}
    checked = changed(amount=None, tokenAmount=amount, mint=str(OTHER))
    shared = changed(authority=None, multisigAuthority=str(OWNER), signers=[str(OTHER)], amount="0")
    [found] = transfers(call(INFO), call(checked, kind="transferChecked"), call(shared)).values()
    assert [one.amount for one in found] == [300_000, 7, 0]
    assert {(one.source, one.destination, one.authority) for one in found} == {(A, B, OWNER)}
