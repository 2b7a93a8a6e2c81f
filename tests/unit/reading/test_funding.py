"""What the transaction's own instructions put into other accounts."""

from __future__ import annotations

import pytest
from solders.hash import Hash
from solders.instruction import Instruction
from solders.message import MessageV0
from solders.pubkey import Pubkey
from solders.system_program import (
    ID as SYSTEM_PROGRAM,
)
from solders.system_program import (
    AllocateParams,
    CreateAccountParams,
    CreateAccountWithSeedParams,
    TransferParams,
    allocate,
    create_account,
    create_account_with_seed,
    transfer,
)

from nosana_chain.reading.funding import own_funding

PAYER, OTHER, NEW = (Pubkey(letter * 32) for letter in (b"p", b"o", b"n"))

GIFT = transfer(TransferParams(from_pubkey=PAYER, to_pubkey=OTHER, lamports=7))
RENT = create_account(CreateAccountParams(from_pubkey=PAYER, to_pubkey=NEW, lamports=900, space=80, owner=OTHER))
SEEDED = create_account_with_seed(
    CreateAccountWithSeedParams(
        from_pubkey=OTHER,
        to_pubkey=Pubkey.create_with_seed(PAYER, "a seed", OTHER),
        base=PAYER,
        seed="a seed",
        lamports=30,
        space=80,
        owner=OTHER,
    )
)
SPACE = allocate(AllocateParams(pubkey=NEW, space=2**40))
CUT = Instruction(SYSTEM_PROGRAM, bytes(GIFT.data)[:-1], GIFT.accounts)
LONG_SEED = Instruction(SYSTEM_PROGRAM, bytes(SEEDED.data)[:36] + b"\xff" * 16, SEEDED.accounts)
NOBODY = Instruction(SYSTEM_PROGRAM, bytes(GIFT.data), [])
FOREIGN = Instruction(OTHER, bytes(GIFT.data), GIFT.accounts)


@pytest.mark.parametrize(
    ("instructions", "paid"),
    [
        ([GIFT], {PAYER: 7}),
        ([GIFT, RENT, GIFT], {PAYER: 914}),
        ([SEEDED, GIFT], {OTHER: 30, PAYER: 7}),
        ([SPACE, CUT, LONG_SEED, NOBODY, FOREIGN], {}),
    ],
)
def test_who_paid_what(instructions: list[Instruction], paid: dict[Pubkey, int]) -> None:
    assert own_funding(MessageV0.try_compile(PAYER, instructions, [], Hash.default())) == paid
