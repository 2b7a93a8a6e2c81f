"""What is done once for a cluster: the settings of staking, and the rewards pool."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from stage import Scene, scene_on

from nosana_chain.errors import AlreadyExistsError, NotFoundError
from nosana_chain.localnet.genesis import PURSES, blank_genesis
from nosana_chain.localnet.network import Localnet
from nosana_chain.models.rewards import INITIAL_RATE
from nosana_chain.programs.jobs.terms import MarketTerms
from nosana_chain.units import DAY, nos


@pytest.fixture
async def bare() -> AsyncIterator[Scene]:
    """A network with NOS in everybody's purse, before anybody called staking or rewards."""
    genesis = blank_genesis().with_mint()
    for name, purse in PURSES.items():
        genesis = genesis.with_wallet(name, purse=purse)
    async with Localnet.start(genesis=genesis) as net, scene_on(net) as everybody:
        yield everybody


async def test_a_cluster_without_settings_and_rewards(bare: Scene) -> None:
    with pytest.raises(NotFoundError):
        await bare.authority.staking_authority.fetch_settings()
    with pytest.raises(NotFoundError):
        await bare.operator.rewards.add_fee(1)


async def test_both_are_made_once(scene: Scene) -> None:
    with pytest.raises(AlreadyExistsError):
        await scene.builder.staking_authority.init_settings()
    with pytest.raises(AlreadyExistsError):
        await scene.builder.rewards.init_pool()


async def test_whoever_makes_the_settings_the_clusters_authority_slashes(bare: Scene) -> None:
    await bare.builder.staking_authority.init_settings()
    settings = await bare.builder.staking_authority.fetch_settings()
    network = bare.net.network
    assert (settings.authority, settings.token_account) == (network.authority, network.slash_account)
    await bare.host.stakes.stake(nos("1000"), duration=14 * DAY)
    await bare.authority.staking_authority.slash(bare.net.wallets["host"].address, amount=nos("3"))
    assert await bare.authority.fetch_nos_balance() == nos("3")


async def test_settings_can_be_handed_over_on_a_new_network(bare: Scene) -> None:
    await bare.builder.staking_authority.init_settings()
    heir = bare.net.wallets["operator"].address
    await bare.authority.staking_authority.update_settings(authority=heir)
    assert (await bare.builder.staking_authority.fetch_settings()).authority == heir


async def test_a_market_needs_neither(bare: Scene) -> None:
    market = (await bare.operator.markets.open_market(MarketTerms(job_price=0))).market
    await bare.host.stakes.stake(nos("1000"), duration=14 * DAY)
    await bare.host.hosts.join_queue(market)
    assert (await bare.builder.markets.fetch_market(market)).waiting_hosts == (bare.net.wallets["host"].address,)


async def test_a_new_rewards_pool_is_empty_and_takes_stakers(bare: Scene) -> None:
    await bare.builder.rewards.init_pool()
    pool = await bare.builder.rewards.fetch_pool()
    assert (pool.rate, pool.total_reflection, pool.total_xnos) == (INITIAL_RATE, 0, 0)
    await bare.host.stakes.stake(nos("1000"), duration=14 * DAY)
    await bare.host.rewards.enter_pool()
    await bare.operator.rewards.add_fee(nos("10"))
    assert await bare.host.rewards.fetch_pending() == nos("10")
