"""A distributor over a simulated year: every claim against exact integers."""

from random import Random

import pytest
from lives.distribution import CLAIMANTS, LOCKED, UNLOCKED, YEAR, Distribution, whole_life

from nosana_chain.bindings.interfaces import instructions_of
from nosana_chain.bindings.program_errors.anchor import AccountNotInitialized
from nosana_chain.bindings.program_errors.distributor import InsufficientUnlockedTokens
from nosana_chain.errors import TransactionFailedError
from nosana_chain.programs.distributor.votes import Vote
from nosana_chain.units import DAY, HOUR


def vested(amount: int, seconds: int) -> int:
    return amount * min(seconds, YEAR) // YEAR


@pytest.fixture
def distribution() -> Distribution:
    return Distribution()


def test_the_locked_part_comes_after_the_unlocked(distribution: Distribution) -> None:
    distribution.chain.warp(DAY)
    with pytest.raises(AccountNotInitialized):
        distribution.claim_locked("host")


def test_a_second_claim_of_the_unlocked_part(distribution: Distribution) -> None:
    distribution.claim_unlocked("host")
    with pytest.raises(TransactionFailedError, match="taken"):
        distribution.claim_unlocked("host")


def test_in_the_first_second_nothing_locked_has_vested(distribution: Distribution) -> None:
    distribution.claim_unlocked("host")
    with pytest.raises(InsufficientUnlockedTokens):
        distribution.claim_locked("host")


@pytest.mark.parametrize("seconds", [0, 1, YEAR // 3, YEAR - 1, YEAR, YEAR + DAY])
def test_an_unlocked_claim_pays_half_at_the_start_and_all_at_the_end(distribution: Distribution, seconds: int) -> None:
    if seconds:
        distribution.chain.warp(seconds)
    at_start = UNLOCKED // 2
    paid = at_start + vested(UNLOCKED - at_start, seconds)
    assert distribution.claim_unlocked("host") == paid
    assert distribution.status("host").forgone == UNLOCKED - paid
    assert distribution.distributor.total_amount_forgone == UNLOCKED - paid


def test_a_year_of_locked_claims_pays_everything_once(distribution: Distribution) -> None:
    random, paid = Random(2026), dict.fromkeys(CLAIMANTS, 0)
    for name in CLAIMANTS:
        distribution.claim_unlocked(name)
    while (passed := distribution.chain.unix_time() - distribution.start) < YEAR:
        distribution.chain.warp(min(YEAR - passed, random.randrange(HOUR, 7 * DAY)))
        now = distribution.chain.unix_time() - distribution.start
        for k, name in enumerate(CLAIMANTS, start=1):
            due = vested(k * LOCKED, now) - paid[name]
            assert distribution.claim_locked(name) == due
            paid[name] += due
            assert distribution.status(name).locked_amount_withdrawn == paid[name]
    assert list(paid.values()) == [LOCKED, 2 * LOCKED, 3 * LOCKED]
    found = distribution.distributor
    assert found.total_amount_claimed == sum(k * LOCKED + k * UNLOCKED // 2 for k in (1, 2, 3))


def test_a_whole_life_calls_every_instruction_and_leaves_nothing() -> None:
    life = whole_life()
    assert life.units.keys() == {interface.function for interface in instructions_of("distributor")}
    assert life.chain.account(life.address) is None
    assert life.tokens(life.address) == 0
    unlocked, locked = life.tokens(Vote.YES.value), sum(life.status(name).locked_amount_withdrawn for name in CLAIMANTS)
    assert life.tokens(life.wallet("authority").address) == life.tree.total - unlocked - locked
