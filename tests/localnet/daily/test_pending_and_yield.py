"""Pending rewards, APR and APY, against what claims pay."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from random import Random

import pytest
from harness.in_process_stage import Stage

from nosana_chain.client import NosanaClient
from nosana_chain.errors import AmountError, ConfigError, NotFoundError, NotInPoolError
from nosana_chain.models.rewards import Yield
from nosana_chain.units import DAY, NosUnits, nos

FEES = nos("1000")


@pytest.fixture
async def member(stage: Stage) -> NosanaClient:
    await stage.host.rewards.enter_pool()
    return stage.host


async def test_nobody_but_members_has_pending_rewards(stage: Stage) -> None:
    with pytest.raises(NotFoundError):
        await stage.host.rewards.fetch_pending()
    with pytest.raises(NotInPoolError):
        await stage.host.rewards.claim_rewards()


async def test_no_fee_pool_to_count_on(stage: Stage, member: NosanaClient) -> None:
    without = replace(stage.chain.network, reward_fee_pool=None)
    async with NosanaClient(without, member.wallet, transport=stage.chain, journal=None) as client:
        with pytest.raises(ConfigError, match="no reward-fee pool"):
            await client.rewards.fetch_pending(with_fee_pool=True)


@pytest.mark.parametrize("times", [0, 8_761, -1, 2**64])
async def test_claims_that_nobody_makes(member: NosanaClient, times: int) -> None:
    with pytest.raises(AmountError, match="times"):
        await member.rewards.fetch_yield(fees=FEES, times=times)


async def test_a_claim_pays_what_was_pending_with_the_fees_that_came_meanwhile(
    stage: Stage, member: NosanaClient
) -> None:
    draw = Random(4)
    for turn in range(6):
        for _ in range(draw.randrange(1, 4)):
            await stage.operator.rewards.add_fee(draw.randrange(1, nos("50")))
        if turn % 3 == 2:
            await member.stakes.topup(draw.randrange(1, nos("100")))
        pending, before = await member.rewards.fetch_pending(), await member.fetch_nos_balance()
        claimed = await member.rewards.claim_rewards()
        assert claimed.amount == pending == await member.fetch_nos_balance() - before > 0
        assert await member.rewards.fetch_pending() == 0


async def test_what_the_fee_pool_would_add_is_what_it_adds(stage: Stage, member: NosanaClient) -> None:
    source = stage.chain.network.reward_fee_pool
    assert source
    stage.chain.wait(3 * DAY)
    alone = await member.rewards.fetch_pending()
    foreseen = await member.rewards.fetch_pending(with_fee_pool=True)
    await stage.operator.pools.claim_pool(source)
    assert alone == 0 < foreseen == await member.rewards.fetch_pending()
    assert (await member.rewards.claim_rewards()).amount == foreseen


@pytest.mark.parametrize("earlier", [0, nos("300")])
async def test_apr_is_one_claim_and_apy_is_many_with_topups(stage: Stage, member: NosanaClient, earlier: int) -> None:
    """A year in twelve parts, as it was foretold: each claimed, and staked. What was pending before doesn't count."""
    other = stage.chain.wallets["staker"]
    if earlier:
        await stage.operator.rewards.add_fee(earlier)
    told = await member.rewards.fetch_yield(fees=FEES, times=12)
    if earlier:
        await member.rewards.claim_rewards()
    once = await member.rewards.fetch_yield(fees=FEES, times=1)
    assert once.rewards == once.compounded == told.rewards
    staked, earned = (await member.stakes.fetch_stake()).amount, 0
    for month in range(12):
        stage.chain.wait(30 * DAY)
        await stage.operator.rewards.add_fee(FEES * (month + 1) // 12 - FEES * month // 12)
        paid = (await member.rewards.claim_rewards()).amount
        assert paid
        await member.stakes.topup(paid)
        earned += paid
    assert earned == told.compounded > told.rewards
    assert (told.apr, told.apy) == (Fraction(told.rewards, staked), Fraction(earned, staked))
    assert await stage.operator.rewards.fetch_pending(authority=other.address) > 0


async def test_apr_of_a_year_of_fees_that_nobody_claims(stage: Stage, member: NosanaClient) -> None:
    told = await member.rewards.fetch_yield(fees=FEES)
    for _ in range(10):
        await stage.operator.rewards.add_fee(FEES // 10)
    assert await member.rewards.fetch_pending() == told.rewards
    assert told.apr_basis_points == told.rewards * 10_000 // told.staked


async def test_a_stake_that_is_being_unstaked_earns_nothing(stage: Stage) -> None:
    await stage.host.stakes.unstake()
    told = await stage.host.rewards.fetch_yield(fees=FEES)
    assert (told.rewards, told.compounded, told.apr, told.apy) == (0, 0, 0, 0)


def test_a_yield_of_nothing() -> None:
    told = Yield(staked=NosUnits(0), fees=NosUnits(5), rewards=NosUnits(5), compounded=NosUnits(5), times=1)
    assert (told.apr, told.apy, told.apr_basis_points, told.apy_basis_points) == (0, 0, 0, 0)


def test_basis_points_are_rounded_down() -> None:
    told = Yield(staked=NosUnits(3), fees=NosUnits(5), rewards=NosUnits(1), compounded=NosUnits(2), times=2)
    assert (told.apr_basis_points, told.apy_basis_points) == (3_333, 6_666)
    assert (told.apr, told.apy) == (Fraction(1, 3), Fraction(2, 3))
