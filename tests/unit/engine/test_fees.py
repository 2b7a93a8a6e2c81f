from typing import Any

import pytest
from fault.wire import KeySigner, ScriptedTransport, failure
from solders.hash import Hash
from solders.instruction import AccountMeta, Instruction
from solders.pubkey import Pubkey

from nosana_chain.engine.build import build_message
from nosana_chain.engine.fees import (
    MICRO_LAMPORTS,
    FeePolicy,
    budget_instructions,
    default_unit_limit,
    fetch_unit_prices,
    unit_limit,
    unit_price,
)
from nosana_chain.errors import AmountError, RpcClosedError, RpcRateLimitError, RpcResponseError
from nosana_chain.networks import LOCALNET
from nosana_chain.units import Lamports
from nosana_chain.wire.connection import Connection

PAYER = KeySigner(1).address
LOCKED, READ, PROGRAM = (Pubkey(bytes([n]) * 32) for n in (2, 3, 4))
MESSAGE = build_message(
    [Instruction(PROGRAM, b"", [AccountMeta(LOCKED, False, True), AccountMeta(READ, False, False)])],
    payer=PAYER,
    blockhash=Hash.default(),
)


def _policy(percentile: int = 50, cap: int = 10**9, margin: int = 10) -> FeePolicy:
    return FeePolicy(
        priority_percentile=percentile,
        max_priority_lamports=Lamports(cap),
        compute_margin_percent=margin,
        compute_margin_units=0,
    )


def _connection(answer: object) -> tuple[Connection, ScriptedTransport]:
    transport = ScriptedTransport({"getRecentPrioritizationFees": [answer]})
    return Connection(LOCALNET, transport=transport), transport


@pytest.mark.parametrize(
    "answer",
    [
        None,
        [{"slot": 1}],
        [{"slot": 1, "prioritizationFee": -1}],
        {"slot": 1},
        [{"prioritizationFee": 5}] * 10_001,
        failure(-32601, "Method not found"),
        failure(-32602, "Unsupported method: getRecentPrioritizationFees"),
        failure(-32603, "internal"),
        RpcResponseError("not on your plan", endpoint="e", method="m", rpc_code=None, http_status=403),
        RpcRateLimitError("slow down", endpoint="e", method="m"),
    ],
)
async def test_no_priority_fee_where_nobody_tells_what_others_pay(
    answer: object, caplog: pytest.LogCaptureFixture
) -> None:
    connection, _ = _connection(answer)
    for _ in range(2):
        assert await fetch_unit_prices(connection, [str(LOCKED)]) == []
    told = [record for record in caplog.records if record.name == "nosana_chain.engine.fees"]
    assert ["no priority fee is paid" in record.message for record in told] == [True], "told once"


async def test_a_client_that_was_closed_says_so() -> None:
    connection, _ = _connection([])
    await connection.aclose()
    with pytest.raises(RpcClosedError, match="this client was closed"):
        await fetch_unit_prices(connection, [str(LOCKED)])


@pytest.mark.parametrize(
    ("units", "limit"),
    [
        (0, 150),
        (1, 152),
        (1000, 1250),
        (1001, 1252),
        (1_272_590, 1_399_999),
        (1_272_592, 1_400_000),
        (1_400_000, 1_400_000),
        (2**64, 1_400_000),
        (-20_150, 150),
        (-(10**30), 150),
    ],
)
def test_limit_is_what_was_used_and_a_margin(units: int, limit: int) -> None:
    assert unit_limit(units, _policy(margin=10)) == limit


@pytest.mark.parametrize(("units", "limit"), [(0, 20_150), (7_374, 27_524), (200_000, 230_150), (1_390_000, 1_400_000)])
def test_a_small_call_gets_room_for_an_account_more(units: int, limit: int) -> None:
    assert unit_limit(units, FeePolicy()) == limit


@pytest.mark.parametrize(
    "wrong",
    [
        {"priority_percentile": 101},
        {"priority_percentile": -1},
        {"max_priority_lamports": -1},
        {"max_priority_lamports": 2**64},
        {"compute_margin_percent": -1},
        {"compute_margin_units": -1},
    ],
)
def test_a_policy_out_of_range(wrong: dict[str, Any]) -> None:
    with pytest.raises(AmountError, match=next(iter(wrong)).rpartition("_")[2]):
        FeePolicy(**wrong)


def test_a_price_fits_its_field_whatever_an_endpoint_says() -> None:
    assert unit_price([10**30], 1, _policy(cap=2**64 - 1)) == 2**64 - 1


@pytest.mark.parametrize(("count", "limit"), [(1, 200_000), (7, 1_400_000), (8, 1_400_000)])
def test_limit_without_a_simulation(count: int, limit: int) -> None:
    assert default_unit_limit([Instruction(PROGRAM, b"", [])] * count) == limit


@pytest.mark.parametrize(
    ("samples", "percentile", "price"),
    [
        ([], 50, 0),
        ([0, 0, 0], 100, 0),
        ([7], 0, 7),
        ([40, 10, 30, 20], 0, 10),
        ([40, 10, 30, 20], 50, 20),
        ([40, 10, 30, 20], 51, 30),
        ([40, 10, 30, 20], 100, 40),
    ],
)
def test_price_is_a_percentile_of_what_others_paid(samples: list[int], percentile: int, price: int) -> None:
    assert unit_price(samples, 1000, _policy(percentile)) == price


@pytest.mark.parametrize("limit", [1, 999, 200_000, 1_400_000])
def test_price_never_costs_more_than_the_cap(limit: int) -> None:
    price = unit_price([10**18], limit, _policy(cap=12_345))
    assert charged(limit, price) <= 12_345 < charged(limit, price + 1)


def charged(limit: int, price: int) -> int:
    """Lamports on top of the base fee, rounded up as the runtime does."""
    return -(-limit * price // MICRO_LAMPORTS)


def test_no_price_no_instruction() -> None:
    assert len(budget_instructions(1000, 0)) == 1
    assert len(budget_instructions(1000, 1)) == 2
