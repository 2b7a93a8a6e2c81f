"""What a transaction pays for itself, by its own words and by what the endpoint tells."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from landed import PAYER, signed
from solders import compute_budget, system_program
from solders.hash import Hash
from solders.instruction import Instruction
from solders.message import Message, MessageV0
from solders.pubkey import Pubkey

from nosana_chain.models.landed_transaction import LandedTransaction, Unknown
from nosana_chain.reading.fees import base_fee, charged_fee, priority_fee

OTHER = Pubkey(bytes([7]) * 32)
PAY = system_program.transfer(system_program.TransferParams(from_pubkey=PAYER.address, to_pubkey=OTHER, lamports=30))
FROM_ANOTHER = system_program.transfer(
    system_program.TransferParams(from_pubkey=OTHER, to_pubkey=PAYER.address, lamports=30)
)
LIMIT, PRICE = compute_budget.set_compute_unit_limit, compute_budget.set_compute_unit_price


def message(*instructions: Instruction) -> MessageV0:
    return MessageV0.try_compile(PAYER.address, list(instructions), [], Hash.default())


def precompile(address: str, data: bytes) -> Instruction:
    return Instruction(Pubkey.from_string(address), data, [])


ED25519 = "Ed25519SigVerify111111111111111111111111111"
SECP256K1 = "KeccakSecp256k11111111111111111111111111111"
SECP256R1 = "Secp256r1SigVerify1111111111111111111111111"


@pytest.mark.parametrize(
    ("instructions", "expected"),
    [
        ([PAY], 5_000),
        ([PAY, FROM_ANOTHER], 10_000),
        ([PAY, precompile(ED25519, b"\x02\x00")], 15_000),
        ([PAY, precompile(SECP256K1, b"\x01"), precompile(SECP256R1, b"\x03")], 25_000),
        ([PAY, precompile(ED25519, b"")], 5_000),
    ],
)
def test_signatures_cost_5000_lamports_each(instructions: Sequence[Instruction], expected: int) -> None:
    assert base_fee(message(*instructions)) == expected


@pytest.mark.parametrize(
    ("instructions", "expected"),
    [
        ([PAY], 0),
        ([PAY, LIMIT(10_001)], 0),
        ([PAY, PRICE(0)], 0),
        ([PAY, PRICE(1)], None),  # what the runtime grants without a limit depends on its version
        ([PAY, LIMIT(10_001), PRICE(123_457)], 1_235),  # 1,234.69, rounded up
        ([PAY, LIMIT(1), PRICE(1)], 1),
        ([PAY, LIMIT(1_000_000), PRICE(1)], 1),
        ([PAY, LIMIT(2**32 - 1), PRICE(1_000_000)], 1_400_000),
        ([PAY, Instruction(compute_budget.ID, b"\x02\x01", []), PRICE(7)], None),
    ],
)
def test_priority_is_limit_times_price_rounded_up(instructions: Sequence[Instruction], expected: int | None) -> None:
    assert priority_fee(message(*instructions)) == expected


def test_legacy_messages_are_read_too() -> None:
    legacy = Message.new_with_blockhash([PAY, LIMIT(10_001), PRICE(123_457)], PAYER.address, Hash.default())
    assert (base_fee(legacy), priority_fee(legacy)) == (5_000, 1_235)


def landed(fee: int | None, *unknown: Unknown) -> LandedTransaction:
    return LandedTransaction(
        slot=9,
        error=None,
        fee=fee,
        compute_units=None,
        logs=(),
        raw=bytes(signed(PAY)),
        loaded=None,
        inner=(),
        changes=(),
        unknown=frozenset(unknown),
    )


PRICED = message(PAY, LIMIT(10_001), PRICE(123_457))


def test_without_any_figure_nobody_knows() -> None:
    assert charged_fee(landed(None, Unknown.FEE, Unknown.BALANCES), PRICED) is None


def test_a_told_fee_may_lack_the_priority_fee() -> None:
    assert charged_fee(landed(5_000, Unknown.BALANCES), PRICED) == 6_235
    assert charged_fee(landed(6_300, Unknown.BALANCES), PRICED) == 6_300
    assert charged_fee(landed(5_000, Unknown.BALANCES), message(PAY, PRICE(5))) == 5_000


def test_balances_are_exact_whatever_was_offered() -> None:
    assert charged_fee(landed(5_000), PRICED) == 5_000
