"""What can be withdrawn, against the model of the program."""

import random
from dataclasses import replace

import pytest
from model.errors import Abort
from model.staking import withdrawable as paid_by_the_program
from solders.pubkey import Pubkey

from nosana_chain.models.stake import Stake
from nosana_chain.programs.staking.formulas import DURATION_MAX, DURATION_MIN, due_from, withdrawable
from nosana_chain.units import NOS_SUPPLY, U64_MAX, NosUnits, Seconds, UnixSeconds, XNos

UNSTAKED = UnixSeconds(1_700_000_000)
KEY = Pubkey.default()


def stake_of(amount: int, duration: int) -> Stake:
    return Stake(
        address=KEY,
        authority=KEY,
        amount=NosUnits(amount),
        duration=Seconds(duration),
        time_unstake=UNSTAKED,
        vault=KEY,
        xnos=XNos(0),
    )


def estimated(amount: int, duration: int, balance: int, elapsed: int) -> int:
    stake = stake_of(amount, duration)
    return withdrawable(stake, vault_balance=balance, now=UnixSeconds(UNSTAKED + elapsed))


def paid(amount: int, duration: int, balance: int, elapsed: int) -> int:
    try:
        return paid_by_the_program(amount, duration, balance, elapsed)
    except Abort:
        return 0


@pytest.mark.parametrize(
    ("amount", "balance", "elapsed"),
    [
        (100, 150, DURATION_MIN // 2),  # somebody sent tokens to the vault: the program aborts
        (100, 150, DURATION_MIN - 1),
        (0, 1, 1),
        (0, 0, 0),
        (2**63, 2**63, 1),
        (U64_MAX, U64_MAX, DURATION_MIN - 1),
        (100, 99, 1),
        (100, 100, -1),
    ],
)
def test_nothing_where_the_program_aborts(amount: int, balance: int, elapsed: int) -> None:
    assert estimated(amount, DURATION_MIN, balance, elapsed) == 0
    assert paid(amount, DURATION_MIN, balance, elapsed) == 0


def test_all_of_the_vault_at_the_end_whatever_was_sent_there() -> None:
    assert estimated(100, DURATION_MIN, 150, DURATION_MIN) == 150
    assert estimated(100, DURATION_MIN, 0, DURATION_MIN) == 0


def test_as_the_program_pays_to_the_last_unit() -> None:
    draw = random.Random(1).randrange
    for _ in range(2_000):
        amount, duration = draw(NOS_SUPPLY), draw(DURATION_MIN, DURATION_MAX + 1)
        case = amount, duration, draw(amount + amount // 10 + 1), draw(duration + 10)
        assert estimated(*case) == paid(*case), case


def test_nothing_ever_comes_of_an_empty_vault_or_a_stake_in_use() -> None:
    assert due_from(stake_of(100, DURATION_MIN), vault_balance=0, now=UNSTAKED) is None
    assert due_from(replace(stake_of(100, DURATION_MIN), time_unstake=None), vault_balance=100, now=UNSTAKED) is None


def test_the_first_moment_at_which_something_is_due_is_found_among_all() -> None:
    draw = random.Random(2).randrange
    for _ in range(300):
        amount, duration, elapsed = draw(1, 50), draw(10, 200), draw(0, 200)
        balance = draw(1, amount + 3)
        due = due_from(stake_of(amount, duration), vault_balance=balance, now=UnixSeconds(UNSTAKED + elapsed))
        first = next(at for at in range(elapsed + 1, 500) if estimated(amount, duration, balance, at))
        assert due == UNSTAKED + first or estimated(amount, duration, balance, elapsed), (
            amount,
            duration,
            balance,
            elapsed,
        )
