"""What a staker does in one place while another action of the same wallet is under way: it is planned again."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable

import pytest
from stage import Interrupted, Scene, scene_on

from nosana_chain.client import NosanaClient
from nosana_chain.errors import NotInPoolError
from nosana_chain.localnet.network import Localnet
from nosana_chain.units import DAY, nos

DURATION = 14 * DAY


@pytest.fixture
async def scene() -> AsyncIterator[Scene]:
    async with Localnet.start() as net, scene_on(net) as everybody:
        await everybody.host.stakes.stake(nos("1000"), duration=DURATION)
        yield everybody


def host_interrupted(scene: Scene, act: Callable[[], Awaitable[object]]) -> NosanaClient:
    """The host's client, with something else that happens right before its first simulation."""
    network = scene.net.network
    return NosanaClient(network, scene.net.wallets["host"], transport=Interrupted(network, act))


async def test_unstaking_while_the_wallet_enters_the_pool_leaves_it_first(scene: Scene) -> None:
    async with host_interrupted(scene, scene.host.rewards.enter_pool) as host:
        unstaked = await host.stakes.unstake()
    assert unstaked.unlocks_at == (await scene.host.stakes.fetch_stake()).unlocks_at is not None
    assert unstaked.claimed == 0


async def test_unstaking_while_the_wallet_leaves_the_pool(scene: Scene) -> None:
    await scene.host.rewards.enter_pool()
    async with host_interrupted(scene, scene.host.rewards.leave_pool) as host:
        await host.stakes.unstake()
    assert (await scene.host.stakes.fetch_stake()).xnos == 0


async def test_unstaking_while_the_stake_is_slashed_loses_no_rewards(scene: Scene) -> None:
    await scene.host.rewards.enter_pool()
    await scene.operator.rewards.add_fee(nos("100"))
    pending = await scene.host.rewards.fetch_pending()
    host_address = scene.net.wallets["host"].address

    async def slash() -> None:
        await scene.authority.staking_authority.slash(host_address, amount=nos("1"))

    async with host_interrupted(scene, slash) as host:
        assert (await host.stakes.unstake()).claimed == pending


async def test_topping_up_while_the_wallet_leaves_the_pool(scene: Scene) -> None:
    await scene.host.rewards.enter_pool()
    async with host_interrupted(scene, scene.host.rewards.leave_pool) as host:
        await host.stakes.topup(nos("5"))
    assert (await scene.host.stakes.fetch_stake()).amount == nos("1005")


async def test_claiming_while_the_wallet_leaves_the_pool_says_so(scene: Scene) -> None:
    await scene.host.rewards.enter_pool()
    await scene.operator.rewards.add_fee(nos("100"))
    async with host_interrupted(scene, scene.host.rewards.leave_pool) as host:
        with pytest.raises(NotInPoolError):
            await host.rewards.claim_rewards()
