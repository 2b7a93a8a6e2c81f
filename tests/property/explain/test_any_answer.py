"""Whatever an endpoint says of a transaction: it is read, with what is unknown left out, or refused as unreadable."""

from __future__ import annotations

import copy
import json
from typing import Any

from fault.wire import ScriptedTransport
from hypothesis import given
from hypothesis import strategies as st
from landed import PAYER, answer, call, signed, tokens
from solders import compute_budget
from solders.pubkey import Pubkey

from nosana_chain.errors import RpcResponseError
from nosana_chain.models.landed_transaction import Unknown
from nosana_chain.networks import DEVNET
from nosana_chain.programs.jobs.instructions import extend_ix
from nosana_chain.reading.explain_transaction import explain_transaction, explained_failure, fits
from nosana_chain.reading.movements import landed_calls, token_transfers
from nosana_chain.reading.receipts import receipt_of
from nosana_chain.wire.connection import Connection
from nosana_chain.wire.transactions import fetch_transaction

JOB, MARKET = Pubkey(bytes([1]) * 32), Pubkey(bytes([2]) * 32)
EXTEND = extend_ix(job=JOB, market=MARKET, payer=PAYER.address, timeout=599, network=DEVNET)
BUDGET = (compute_budget.set_compute_unit_limit(9_000), compute_budget.set_compute_unit_price(77))
TRANSACTION = signed(EXTEND, *BUDGET)
WHOLE = {
    **answer(
        TRANSACTION,
        err={"InstructionError": [0, {"Custom": 6001}]},
        innerInstructions=[{"index": 0, "instructions": [call(1, [0, 1, 2], b"\x03" + bytes(8))]}],
        preTokenBalances=[tokens(1, DEVNET.nos_mint, 7)],
        postTokenBalances=[tokens(1, DEVNET.nos_mint, 2)],
        logMessages=[f"Program {DEVNET.programs.jobs} invoke [1]", f"Program {DEVNET.programs.jobs} failed: x"],
        loadedAddresses={"writable": [], "readonly": []},
    ),
    "blockTime": 1_795_735_000,
}
NUMBERS = [0, -1, 1, 255, 2**31, 2**63 - 1, 2**63, 2**64, 10**400, 1.5]
TEXTS = ["", "x", "9" * 5_000, "\x1b[2J", "Log truncated"]
OTHERS = [None, True, False, [], {}, [None], [[]], {"": None}, {"InstructionError": [7, "x"]}, {"Custom": None}]
ODD = st.sampled_from([*NUMBERS, *TEXTS, *OTHERS]) | st.text(max_size=5)


def places(value: Any, place: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    keys: Any = value if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ()
    return [place, *(inner for key in keys for inner in places(value[key], (*place, key)))]


PLACES = [place for place in places(WHOLE) if place]


def changed(place: tuple[Any, ...], new: Any, *, drop: bool) -> Any:
    given = copy.deepcopy(WHOLE)
    inner: Any = given
    for key in place[:-1]:
        inner = inner[key]
    if drop:
        del inner[place[-1]]
    else:
        inner[place[-1]] = new
    return given


@given(place=st.sampled_from(PLACES), new=ODD, drop=st.booleans())
async def test_an_answer_with_one_odd_value(place: tuple[Any, ...], new: Any, drop: bool) -> None:  # noqa: FBT001
    transport = ScriptedTransport({"getTransaction": [changed(place, new, drop=drop)]})
    try:
        landed = await fetch_transaction(Connection(DEVNET, transport=transport), TRANSACTION.signatures[0])
    except RpcResponseError:
        return
    assert landed is not None
    receipt = receipt_of(TRANSACTION, slot=9, network=DEVNET, landed=landed)
    failure = explained_failure(landed.error, logs=landed.logs, network=DEVNET, transaction=TRANSACTION, landed=landed)
    assert failure.message.isprintable()
    assert (receipt.fee is None) == (Unknown.FEE in receipt.unknown)
    if fits(landed, TRANSACTION):
        explained = explain_transaction(TRANSACTION, network=DEVNET, landed=landed)
        assert all(line.isprintable() for line in str(explained).splitlines())
        json.dumps(explained.as_json())
        assert sum(movement.lamports for movement in explained.movements) == 0
        assert len(token_transfers(landed_calls(landed, TRANSACTION))) <= 1
