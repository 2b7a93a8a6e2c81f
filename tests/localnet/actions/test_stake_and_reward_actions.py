"""What token holders do, failures first."""

from __future__ import annotations

from dataclasses import replace

import pytest
from stage import Scene

from nosana_chain.bindings.program_errors.common import VaultNotEmpty
from nosana_chain.bindings.program_errors.staking import AlreadyUnstaked, Locked, NotUnstaked
from nosana_chain.client import NosanaClient
from nosana_chain.errors import (
    AlreadyExistsError,
    AmountError,
    ConfigError,
    InsufficientFundsError,
    NoStakeError,
    NotFoundError,
    NothingDueError,
    NotInPoolError,
)
from nosana_chain.units import DAY, MINUTE, nos

DURATION = 14 * DAY


@pytest.mark.parametrize(
    ("amount", "duration"), [(0, DURATION), (1, DURATION - 1), (1, 365 * DAY + 1), (2**64, DURATION)]
)
async def test_staking_out_of_range(scene: Scene, amount: int, duration: int) -> None:
    with pytest.raises(AmountError):
        await scene.host.stakes.stake(amount, duration=duration)


async def test_staking_more_than_one_has(scene: Scene) -> None:
    with pytest.raises(InsufficientFundsError):
        await scene.host.stakes.stake(nos("10001"), duration=DURATION)


async def test_staking_twice(staked_host: NosanaClient) -> None:
    with pytest.raises(AlreadyExistsError):
        await staked_host.stakes.stake(1, duration=DURATION)


async def test_unstaking_without_a_stake(scene: Scene) -> None:
    with pytest.raises(NoStakeError):
        await scene.host.stakes.unstake()


async def test_withdrawing_while_staked(staked_host: NosanaClient) -> None:
    with pytest.raises(NotUnstaked):
        await staked_host.stakes.withdraw()


async def test_unstaking_twice(staked_host: NosanaClient) -> None:
    await staked_host.stakes.unstake()
    with pytest.raises(AlreadyUnstaked):
        await staked_host.stakes.unstake()


async def test_entering_the_pool_without_a_stake(scene: Scene) -> None:
    with pytest.raises(NoStakeError):
        await scene.host.rewards.enter_pool()


async def test_entering_the_pool_twice(staked_host: NosanaClient) -> None:
    await staked_host.rewards.enter_pool()
    with pytest.raises(AlreadyExistsError):
        await staked_host.rewards.enter_pool()


async def test_claiming_without_a_membership(staked_host: NosanaClient) -> None:
    with pytest.raises(NotInPoolError):
        await staked_host.rewards.claim_rewards()


async def test_adding_no_fee(scene: Scene) -> None:
    with pytest.raises(AmountError):
        await scene.operator.rewards.add_fee(0)


async def test_closing_too_early_and_too_full(scene: Scene, staked_host: NosanaClient) -> None:
    await staked_host.stakes.unstake()
    with pytest.raises(Locked):
        await staked_host.stakes.close_stake()
    await scene.net.warp(DURATION + 1)
    with pytest.raises(VaultNotEmpty):
        await staked_host.stakes.close_stake()


async def test_withdrawing_half_way_pays_half(scene: Scene, staked_host: NosanaClient) -> None:
    before = await staked_host.fetch_nos_balance()
    await staked_host.stakes.unstake()
    await scene.net.warp(DURATION // 2)
    estimate = await staked_host.stakes.fetch_withdrawable()
    withdrawn = await staked_host.stakes.withdraw()
    paid = await staked_host.fetch_nos_balance() - before
    assert withdrawn.amount == paid
    assert estimate <= paid <= estimate + nos("0.1"), "a second or two passed after the estimate"
    assert nos("500") <= paid <= nos("500.1")


async def test_a_fee_is_shared_by_weight_and_claimed_once(scene: Scene, staked_host: NosanaClient) -> None:
    await staked_host.rewards.enter_pool()
    pool = await staked_host.rewards.fetch_pool()
    mine = (await staked_host.rewards.fetch_reward()).xnos
    await scene.operator.rewards.add_fee(nos("100"))
    pending = await staked_host.rewards.fetch_pending()
    assert abs(pending - nos("100") * mine // pool.total_xnos) <= 1, "rounding costs a base unit at the most"
    before = await staked_host.fetch_nos_balance()
    claimed = await staked_host.rewards.claim_rewards()
    assert claimed.amount == pending
    assert await staked_host.fetch_nos_balance() == before + pending
    with pytest.raises(NothingDueError):
        await staked_host.rewards.claim_rewards()


async def test_unstaking_claims_first(scene: Scene, staked_host: NosanaClient) -> None:
    await staked_host.rewards.enter_pool()
    await scene.operator.rewards.add_fee(nos("100"))
    pending = await staked_host.rewards.fetch_pending()
    assert pending > 0
    before = await staked_host.fetch_nos_balance()
    unstaked = await staked_host.stakes.unstake()
    stake = await staked_host.stakes.fetch_stake()
    assert (unstaked.claimed, unstaked.unlocks_at) == (pending, stake.unlocks_at)
    assert await staked_host.fetch_nos_balance() == before + pending
    assert stake.xnos == 0
    with pytest.raises(NotFoundError):
        await staked_host.rewards.fetch_reward()


async def test_the_whole_way_out_returns_stake_and_rent(scene: Scene) -> None:
    nos_before, sol_before = await scene.host.fetch_nos_balance(), await scene.host.fetch_sol_balance()
    stakes = scene.host.stakes
    receipts = [await stakes.stake(nos("1000"), duration=DURATION), (await stakes.unstake()).receipt]
    await scene.net.warp(DURATION + 1)
    receipts += [(await stakes.withdraw()).receipt]
    with pytest.raises(NothingDueError, match="close_stake"):
        await stakes.withdraw()
    receipts += [await stakes.close_stake()]
    assert await scene.host.fetch_nos_balance() == nos_before
    assert await scene.host.fetch_sol_balance() == sol_before - sum(receipt.fee for receipt in receipts)
    with pytest.raises(NotFoundError):
        await stakes.fetch_stake()


async def test_a_yield_without_fees_to_count_on(scene: Scene, staked_host: NosanaClient) -> None:
    without_pool = replace(scene.net.network, reward_fee_pool=None)
    async with NosanaClient(without_pool, staked_host.wallet) as host:
        with pytest.raises(ConfigError, match="no reward-fee pool"):
            await host.rewards.fetch_yield()


async def test_a_yield_counts_on_the_networks_reward_fee_pool(scene: Scene, staked_host: NosanaClient) -> None:
    assert scene.net.network.reward_fee_pool
    pool = await scene.host.pools.fetch_pool(scene.net.network.reward_fee_pool)
    a_year = await staked_host.rewards.fetch_yield()
    assert a_year.fees == pool.emission * 365 * DAY
    assert a_year == await staked_host.rewards.fetch_yield(fees=a_year.fees)
    assert a_year.rewards > 0


async def test_the_networks_reward_fee_pool_pays_a_day_at_once(scene: Scene, staked_host: NosanaClient) -> None:
    source = scene.net.network.reward_fee_pool
    assert source
    await staked_host.rewards.enter_pool()
    expected = await staked_host.pools.fetch_claim(source)
    await staked_host.pools.claim_pool(source)
    pool = await staked_host.pools.fetch_pool(source)
    assert 0 < expected.paid <= pool.claimed_tokens
    assert abs(expected.paid // pool.emission - DAY) < MINUTE, "what a minute's delay can make of it"
    share = await staked_host.rewards.fetch_pending()
    assert 0 < share < pool.claimed_tokens


async def test_a_yield_is_what_a_claim_pays(scene: Scene, staked_host: NosanaClient) -> None:
    fees = nos("100")
    outside = await staked_host.rewards.fetch_yield(fees=fees)
    await staked_host.rewards.enter_pool()
    inside = await staked_host.rewards.fetch_yield(fees=fees)
    assert inside == outside
    await scene.operator.rewards.add_fee(fees)
    assert await staked_host.rewards.fetch_pending() == inside.rewards > 0
    assert inside.apr_basis_points == inside.rewards * 10_000 // nos("1000")
