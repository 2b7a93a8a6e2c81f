"""When a stake unlocks and what can be withdrawn on a day, against what the program pays at that very second."""

from __future__ import annotations

from random import Random

import pytest
from harness.in_process_stage import Stage

from nosana_chain.bindings.program_errors.staking import Locked
from nosana_chain.errors import NoStakeError, NothingDueError
from nosana_chain.units import DAY, nos

STAKED, DURATION = nos("1000"), 14 * DAY


async def test_no_stake_no_dates(stage: Stage) -> None:
    with pytest.raises(NoStakeError):
        await stage.builder.stakes.fetch_unlocking()


async def test_a_stake_that_is_staked_unlocks_a_duration_after_it_would_be_unstaked(stage: Stage) -> None:
    stage.chain.wait(DAY)
    foreseen = await stage.host.stakes.fetch_unlocking()
    assert (foreseen.has_begun, foreseen.withdrawable, foreseen.due_at) == (False, 0, None)
    assert foreseen.withdrawable_at(foreseen.unlocks_at + 1) == 0
    unstaked = await stage.host.stakes.unstake()
    assert foreseen.unlocks_at == unstaked.unlocks_at == stage.chain.now + DURATION


async def test_all_of_it_comes_out_at_the_date_and_less_a_second_earlier(stage: Stage) -> None:
    await stage.host.stakes.unstake()
    told = await stage.host.stakes.fetch_unlocking()
    before = await stage.host.fetch_nos_balance()
    stage.chain.at(told.unlocks_at - 1)
    early = await stage.host.stakes.withdraw()
    assert early.amount == told.withdrawable_at(told.unlocks_at - 1) < STAKED
    with pytest.raises(NothingDueError):
        await stage.host.stakes.withdraw()
    stage.chain.at(told.unlocks_at)
    rest = await stage.host.stakes.fetch_unlocking()
    assert early.amount + rest.withdrawable == told.withdrawable_at(told.unlocks_at) == STAKED
    await stage.host.stakes.withdraw()
    assert await stage.host.fetch_nos_balance() == before + STAKED


async def test_nothing_comes_out_before_the_first_unit_is_due(stage: Stage) -> None:
    await stage.builder.stakes.stake(2, duration=DURATION)
    await stage.builder.stakes.unstake()
    told = await stage.builder.stakes.fetch_unlocking()
    assert told.due_at
    assert told.now < told.due_at < told.unlocks_at
    stage.chain.at(told.due_at - 1)
    with pytest.raises(NothingDueError):
        await stage.builder.stakes.withdraw()
    stage.chain.at(told.due_at)
    assert (await stage.builder.stakes.withdraw()).amount == told.withdrawable_at(told.due_at) == 1


async def test_it_can_be_closed_at_the_second_that_is_told(stage: Stage) -> None:
    await stage.host.stakes.unstake()
    told = await stage.host.stakes.fetch_unlocking()
    stage.chain.at(told.unlocks_at)
    await stage.host.stakes.withdraw()
    with pytest.raises(Locked):
        await stage.host.stakes.close_stake()
    stage.chain.at(told.closable_at)
    await stage.host.stakes.close_stake()


@pytest.mark.parametrize("seed", range(4))
async def test_what_can_be_withdrawn_on_a_day_is_what_is_paid_on_it(stage: Stage, seed: int) -> None:
    """At random moments, after random withdrawals, to the last base unit."""
    draw = Random(seed)
    stakes = stage.builder.stakes
    await stakes.stake(draw.randrange(1, nos("5000")), duration=draw.randrange(DURATION, 365 * DAY))
    await stakes.unstake()
    told = await stakes.fetch_unlocking()
    for moment in sorted(draw.randrange(told.now, told.unlocks_at + DAY) for _ in range(6)):
        foreseen = told.withdrawable_at(moment)
        stage.chain.at(moment)
        assert foreseen == await stakes.fetch_withdrawable() == (await stakes.fetch_unlocking()).withdrawable
        if foreseen:
            assert (await stakes.withdraw()).amount == foreseen
        told = await stakes.fetch_unlocking()
    assert told.vault_balance == told.withdrawable_at(told.unlocks_at)
