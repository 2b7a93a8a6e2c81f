"""From a match to the money: jobs that end, finish, are left, taken over and recovered."""

import pytest
from lives.town import NOS_EACH, Town
from model.addresses import market_vault_address
from solders.pubkey import Pubkey

PRICE, TIMEOUT = 7, 3_600
DEPOSIT = PRICE * TIMEOUT
QUEUED, DONE, STOPPED = 0, 2, 3


@pytest.fixture
def market(town: Town) -> Pubkey:
    return town.open_market(job_price=PRICE)


@pytest.fixture
def started(town: Town, market: Pubkey, builder: Pubkey, host: Pubkey) -> tuple[Pubkey, Pubkey]:
    """A job that runs since now, and its run."""
    job = town.list_job(market, builder, TIMEOUT)
    return job, town.work(market, host)


def earned(town: Town, host: Pubkey) -> int:
    return town.nos_of(host) - NOS_EACH


def spent(town: Town, builder: Pubkey) -> int:
    return NOS_EACH - town.nos_of(builder)


def test_a_job_that_runs_can_not_be_recovered(town: Town, started: tuple[Pubkey, Pubkey]) -> None:
    town.recover(started[0], error="JobInWrongState")


def test_a_job_that_runs_can_not_be_claimed(town: Town, second_host: Pubkey, started: tuple[Pubkey, Pubkey]) -> None:
    town.claim(started[0], second_host, error="JobInWrongState")


@pytest.mark.parametrize("seconds", [0, 1, TIMEOUT - 1, TIMEOUT, TIMEOUT + 1, 10 * TIMEOUT])
def test_a_host_is_paid_for_its_seconds_up_to_the_timeout(
    town: Town, market: Pubkey, host: Pubkey, started: tuple[Pubkey, Pubkey], seconds: int
) -> None:
    job, run = started
    town.wait(seconds)
    town.finish(job, run)
    record = town.chain.record(job)
    assert (record.state, record.node) == (DONE, host)
    assert record.time_end - record.time_start == seconds
    assert earned(town, host) == PRICE * min(seconds, TIMEOUT)
    assert town.chain.tokens(market_vault_address(market)) == 0


def test_end_returns_what_was_not_used(
    town: Town, builder: Pubkey, host: Pubkey, started: tuple[Pubkey, Pubkey]
) -> None:
    job, run = started
    locked = spent(town, builder)
    town.wait(100)
    town.end(job, run)
    assert earned(town, host) == 100 * PRICE
    assert locked - spent(town, builder) == DEPOSIT - 100 * PRICE
    assert not town.chain.exists(run)


def test_an_extended_job_pays_for_the_longer_time(
    town: Town, market: Pubkey, host: Pubkey, started: tuple[Pubkey, Pubkey]
) -> None:
    job, run = started
    town.extend(job, TIMEOUT, error="JobTimeoutNotGreater")
    town.extend(job, 2 * TIMEOUT)
    assert town.chain.tokens(market_vault_address(market)) == 2 * DEPOSIT
    town.wait(3 * TIMEOUT)
    town.finish(job, run)
    assert earned(town, host) == 2 * DEPOSIT


def test_an_abandoned_job_is_recovered_in_full(
    town: Town, market: Pubkey, builder: Pubkey, host: Pubkey, started: tuple[Pubkey, Pubkey]
) -> None:
    job, run = started
    locked = spent(town, builder)
    town.wait(500)
    town.quit(run)
    assert town.chain.record(job).state == STOPPED
    town.delist(job, error="JobInWrongState")
    town.recover(job)
    assert locked - spent(town, builder) == DEPOSIT
    assert earned(town, host) == 0
    assert not town.chain.exists(job)
    assert town.chain.tokens(market_vault_address(market)) == 0


def test_another_host_takes_over_a_job_that_was_left(
    town: Town, host: Pubkey, second_host: Pubkey, started: tuple[Pubkey, Pubkey]
) -> None:
    job, run = started
    town.wait(500)
    town.quit(run)
    town.wait(500)
    taken_over = town.claim(job, second_host)
    town.wait(60)
    town.finish(job, taken_over)
    assert (earned(town, host), earned(town, second_host)) == (0, 60 * PRICE)
    assert town.chain.record(job).node == second_host


def test_a_job_can_be_claimed_twice_and_only_one_run_is_paid(
    town: Town, builder: Pubkey, host: Pubkey, second_host: Pubkey, started: tuple[Pubkey, Pubkey]
) -> None:
    """A claim leaves the state at stopped, so two hosts may claim; the second to finish finds the vault empty."""
    job, run = started
    town.quit(run)
    first, second = town.claim(job, host), town.claim(job, second_host)
    town.wait(TIMEOUT)
    town.finish(job, first)
    town.finish(job, second, error="Custom(1)")
    assert (earned(town, host), earned(town, second_host)) == (DEPOSIT, 0)


def test_a_done_job_is_cleaned_a_second_after_its_expiration(town: Town, started: tuple[Pubkey, Pubkey]) -> None:
    job, run = started
    town.clean(job, error="JobInWrongState")
    town.finish(job, run)
    town.wait(86_400)
    town.clean(job, error="JobNotExpired")
    town.wait(1)
    town.clean(job)
    assert not town.chain.exists(job)
