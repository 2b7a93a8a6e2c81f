"""What is done once for a cluster: the settings of staking, and the rewards pool."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
from stage import Scene, scene_on

from nosana_chain import pda
from nosana_chain.errors import AlreadyExistsError, NotFoundError
from nosana_chain.localnet.genesis import STAKER, Genesis, standard_genesis
from nosana_chain.localnet.network import Localnet
from nosana_chain.models.rewards import INITIAL_RATE
from nosana_chain.units import DAY, nos


def bare_genesis() -> Genesis:
    """The standard genesis before anybody called staking or rewards."""
    genesis = standard_genesis()
    network, staker = genesis.network, genesis.wallets[STAKER].address
    made = {find(network=network) for find in (pda.settings_address, pda.reflection_address, pda.rewards_vault_address)}
    of_staker = (pda.stake_address, pda.stake_vault_address, pda.reward_address)
    made |= {find(staker, network=network) for find in of_staker}
    kept = {address: account for address, account in genesis.accounts.items() if address not in made}
    return replace(genesis, accounts=kept)


@pytest.fixture
async def bare() -> AsyncIterator[Scene]:
    async with Localnet.start(genesis=bare_genesis()) as net, scene_on(net) as everybody:
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


async def test_a_new_rewards_pool_is_empty_and_takes_stakers(bare: Scene) -> None:
    await bare.builder.rewards.init_pool()
    pool = await bare.builder.rewards.fetch_pool()
    assert (pool.rate, pool.total_reflection, pool.total_xnos) == (INITIAL_RATE, 0, 0)
    await bare.host.stakes.stake(nos("1000"), duration=14 * DAY)
    await bare.host.rewards.enter_pool()
    await bare.operator.rewards.add_fee(nos("10"))
    assert await bare.host.rewards.fetch_pending() == nos("10")
