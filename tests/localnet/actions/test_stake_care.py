"""Growing, slashing and restaking stakes, and keeping the rewards pool up to date with them."""

from __future__ import annotations

import pytest
from solders.pubkey import Pubkey
from stage import Scene

from nosana_chain import pda
from nosana_chain.bindings.program_errors.anchor import ConstraintTokenMint
from nosana_chain.bindings.program_errors.common import Unauthorized
from nosana_chain.bindings.program_errors.staking import AlreadyStaked, AlreadyUnstaked, AmountNotEnough, Decreased
from nosana_chain.client import NosanaClient
from nosana_chain.errors import AmountError, NoStakeError, NotInPoolError, WrongStateError
from nosana_chain.programs.staking.formulas import xnos
from nosana_chain.units import DAY, nos

DURATION = 14 * DAY
STAKED = nos("1000")


@pytest.mark.parametrize("amount", [0, -1, 2**64])
async def test_topping_up_out_of_range(staked_host: NosanaClient, amount: int) -> None:
    with pytest.raises(AmountError):
        await staked_host.stakes.topup(amount)


@pytest.mark.parametrize("seconds", [0, -1, 365 * DAY - DURATION + 1])
async def test_extending_out_of_range(staked_host: NosanaClient, seconds: int) -> None:
    with pytest.raises(AmountError):
        await staked_host.stakes.extend(by=seconds)


async def test_topping_up_no_stake(scene: Scene) -> None:
    with pytest.raises(NoStakeError):
        await scene.host.stakes.topup(1)


async def test_growing_an_unstaked_stake(staked_host: NosanaClient) -> None:
    await staked_host.stakes.unstake()
    with pytest.raises(AlreadyUnstaked):
        await staked_host.stakes.topup(1)
    with pytest.raises(AlreadyUnstaked):
        await staked_host.stakes.extend(by=1)


async def test_growing_a_stake_makes_it_heavier_in_the_pool_too(staked_host: NosanaClient) -> None:
    await staked_host.rewards.enter_pool()
    await staked_host.stakes.topup(nos("5"))
    await staked_host.stakes.extend(by=DAY)
    stake = await staked_host.stakes.fetch_stake()
    assert (stake.amount, stake.duration) == (STAKED + nos("5"), DURATION + DAY)
    assert stake.xnos == xnos(STAKED + nos("5"), duration=DURATION + DAY)
    assert (await staked_host.rewards.fetch_reward()).xnos == stake.xnos


async def test_restaking_what_is_staked(staked_host: NosanaClient) -> None:
    with pytest.raises(AlreadyStaked):
        await staked_host.stakes.restake()


async def test_restaking_nothing(scene: Scene, staked_host: NosanaClient) -> None:
    await staked_host.stakes.unstake()
    await scene.net.warp(DURATION + 1)
    await staked_host.stakes.withdraw()
    with pytest.raises(WrongStateError, match="nothing is left"):
        await staked_host.stakes.restake()


async def test_restaking_takes_what_is_left(scene: Scene, staked_host: NosanaClient) -> None:
    await staked_host.stakes.unstake()
    await scene.net.warp(DURATION // 2)
    await staked_host.stakes.withdraw()
    restaked = await staked_host.stakes.restake()
    stake = await staked_host.stakes.fetch_stake()
    assert restaked.amount == stake.amount
    assert stake.time_unstake is None
    assert nos("499.9") <= stake.amount <= nos("500")
    assert stake.xnos == xnos(stake.amount, duration=DURATION)


async def test_slashing_needs_the_authority_and_enough(scene: Scene, staked_host: NosanaClient) -> None:
    host = scene.net.wallets["host"].address
    with pytest.raises(Unauthorized):
        await scene.operator.staking_authority.slash(host, amount=1)
    with pytest.raises(AmountNotEnough):
        await scene.authority.staking_authority.slash(host, amount=STAKED + 1)
    assert (await staked_host.stakes.fetch_stake()).amount == STAKED


async def test_slashing_moves_the_tokens_and_the_pool_can_be_left_all_the_same(
    scene: Scene, staked_host: NosanaClient
) -> None:
    await staked_host.rewards.enter_pool()
    await scene.operator.rewards.add_fee(nos("100"))
    pending = await staked_host.rewards.fetch_pending()
    await scene.authority.staking_authority.slash(scene.net.wallets["host"].address, amount=nos("400"))
    assert await scene.authority.fetch_nos_balance() == nos("400")
    with pytest.raises(Decreased):
        await staked_host.rewards.claim_rewards()
    before = await staked_host.fetch_nos_balance()
    await staked_host.rewards.leave_pool()
    assert await staked_host.fetch_nos_balance() == before + pending


async def test_handing_slashing_over(scene: Scene, staked_host: NosanaClient) -> None:
    operator = scene.net.wallets["operator"].address
    with pytest.raises(Unauthorized):
        await scene.operator.staking_authority.update_settings(authority=operator)
    with pytest.raises(ConstraintTokenMint):
        await scene.authority.staking_authority.update_settings(token_account=await foreign_account(scene))
    purse = pda.nos_account_address(operator, network=scene.net.network)
    await scene.authority.staking_authority.update_settings(authority=operator, token_account=purse)
    before = await scene.operator.fetch_nos_balance()
    await scene.operator.staking_authority.slash(scene.net.wallets["host"].address, amount=7)
    assert await scene.operator.fetch_nos_balance() == before + 7


async def test_leaving_a_pool_that_one_is_not_in(staked_host: NosanaClient) -> None:
    with pytest.raises(NotInPoolError):
        await staked_host.rewards.leave_pool()


async def test_leaving_the_pool_keeps_the_stake(scene: Scene, staked_host: NosanaClient) -> None:
    await staked_host.rewards.enter_pool()
    await scene.operator.rewards.add_fee(nos("100"))
    pending, before = await staked_host.rewards.fetch_pending(), await staked_host.fetch_nos_balance()
    await staked_host.rewards.leave_pool()
    assert await staked_host.fetch_nos_balance() == before + pending
    assert (await staked_host.stakes.fetch_stake()).xnos == xnos(STAKED, duration=DURATION)


async def test_syncing_others(scene: Scene, staked_host: NosanaClient) -> None:
    await staked_host.rewards.enter_pool()
    host, staker = (scene.net.wallets[name].address for name in ("host", "staker"))
    await scene.authority.staking_authority.slash(host, amount=nos("400"))
    receipts = await scene.operator.rewards.sync_rewards(host, staker)
    assert len(receipts) == 1
    assert (await staked_host.rewards.fetch_reward()).xnos == (await staked_host.stakes.fetch_stake()).xnos


async def foreign_account(scene: Scene) -> Pubkey:
    """A token account of another mint."""
    purse = pda.nos_account_address(scene.net.wallets["host"].address, network=scene.net.network)
    account = await scene.host.connection.fetch_account(purse)
    assert account is not None
    address = Pubkey.new_unique()
    other_mint = bytes(Pubkey.new_unique()) + account.data[32:]
    await scene.net.set_account(address, type(account)(account.lamports, other_mint, account.owner))
    return address


async def test_finding_every_stake(scene: Scene, staked_host: NosanaClient) -> None:
    found = {stake.authority: stake.amount for stake in await scene.operator.stakes.find_stakes()}
    host, staker = (scene.net.wallets[name].address for name in ("host", "staker"))
    assert found == {host: STAKED, staker: nos("10000")}


async def test_a_stake_tells_when_all_of_it_unlocks(staked_host: NosanaClient) -> None:
    stakes = staked_host.stakes
    assert (await stakes.fetch_stake()).unlocks_at is None
    await stakes.unstake()
    unlocks_at = (await stakes.fetch_stake()).unlocks_at
    assert await stakes.fetch_withdrawable(at=unlocks_at - 1) < STAKED
    assert await stakes.fetch_withdrawable(at=unlocks_at) == STAKED
