"""Well-meant calls of the staking and rewards programs."""

from typing import Any

from model.addresses import (
    AUTHORITY,
    REWARDS_VAULT,
    SETTINGS,
    SLASH_ACCOUNT,
    associated_token_address,
    reward_address,
    rewards_vault_address,
    stake_address,
    stake_vault_address,
)
from model.staking import DURATION_MAXIMUM, DURATION_MINIMUM
from model.states import tokens_in
from solders.pubkey import Pubkey

from fidelity.beginning import MINTS
from fidelity.intents import NO_VALUES, Roles, Values, intent
from fidelity.life import Life, NothingFitsError, Wanted

STAKING, REWARDS = "nosana_staking", "nosana_rewards"
Called = tuple[Roles, Values]
AMOUNTS = (0, 1, 10**6, 10**9)


def _owner_roles(owner: Pubkey) -> Roles:
    return {
        "authority": owner,
        "user": associated_token_address(owner),
        "stake": stake_address(owner),
        "reward": reward_address(owner),
    }


def _stake_roles(owner: Pubkey) -> Roles:
    return _owner_roles(owner) | {"vault": stake_vault_address(owner)}


def _staker(life: Life, wanted: Wanted) -> Roles:
    return _stake_roles(life.record("Stake", wanted)[1].authority)


def _is_staked(stake: Any) -> bool:
    return not stake.time_unstake


def _is_unstaked(stake: Any) -> bool:
    return bool(stake.time_unstake)


@intent(STAKING, "init")
def init_settings(life: Life) -> Called:
    return {"authority": life.wallet()}, NO_VALUES


@intent(STAKING, "stake")
def stake(life: Life) -> Called:
    owner = life.pick([owner for owner in life.wallets if not life.at("Stake", stake_address(owner))] or life.wallets)
    duration = life.pick((DURATION_MINIMUM, DURATION_MAXIMUM, 10**7))
    mint = life.pick(MINTS)
    roles = {"mint": mint, "vault": stake_vault_address(owner, mint), "stake": stake_address(owner, mint)}
    return _owner_roles(owner) | roles, {"amount": life.pick(AMOUNTS), "duration": duration}


@intent(STAKING, "unstake")
def unstake(life: Life) -> Called:
    return _staker(
        life, lambda stake: not stake.time_unstake and not life.at("Reward", reward_address(stake.authority))
    ), NO_VALUES


@intent(STAKING, "restake")
def restake(life: Life) -> Called:
    return _staker(life, _is_unstaked), NO_VALUES


@intent(STAKING, "topup")
def topup(life: Life) -> Called:
    return _staker(life, _is_staked), {"amount": life.pick(AMOUNTS)}


@intent(STAKING, "extend")
def extend(life: Life) -> Called:
    return _staker(life, _is_staked), {"duration": life.pick((0, 1, 86_400, 10**7))}


@intent(STAKING, "withdraw")
def withdraw(life: Life) -> Called:
    return _staker(life, lambda stake: _is_unstaked(stake) and _balance(life, stake.vault) > 0), NO_VALUES


@intent(STAKING, "close")
def close_stake(life: Life) -> Called:
    return _staker(life, lambda stake: _is_unstaked(stake) and _balance(life, stake.vault) == 0), NO_VALUES


def _balance(life: Life, vault: Pubkey) -> int:
    account = life.account(vault)
    return tokens_in(account) if account.exists else 0


@intent(STAKING, "slash")
def slash(life: Life) -> Called:
    _, record = life.record("Stake", lambda stake: _balance(life, stake.vault) > 0)
    settings = life.at("Settings", SETTINGS)
    roles = _stake_roles(record.authority) | {"authority": AUTHORITY, "token_account": SLASH_ACCOUNT}
    if settings:
        roles |= {"authority": settings.authority, "token_account": settings.token_account}
    return roles, {"amount": life.pick((0, 1, record.amount // 2))}


@intent(STAKING, "update_settings")
def update_settings(life: Life) -> Called:
    settings, heir = life.at("Settings", SETTINGS), life.wallet()
    authority = settings.authority if settings else AUTHORITY
    return {
        "authority": authority,
        "new_authority": heir,
        "token_account": associated_token_address(heir),
    }, NO_VALUES


@intent(REWARDS, "init")
def init_pool(life: Life) -> Called:
    mint = life.pick(MINTS)
    return {"mint": mint, "vault": rewards_vault_address(mint), "authority": life.wallet()}, NO_VALUES


@intent(REWARDS, "enter")
def enter(life: Life) -> Called:
    outside = [
        stake
        for _, stake in life.records("Stake")
        if not stake.time_unstake and not life.at("Reward", reward_address(stake.authority))
    ]
    if not outside:
        raise NothingFitsError
    return _owner_roles(life.pick(outside).authority), NO_VALUES


@intent(REWARDS, "add_fee")
def add_fee(life: Life) -> Called:
    return _owner_roles(life.wallet()) | {"vault": REWARDS_VAULT}, {"amount": life.pick((*AMOUNTS, 10**12))}


@intent(REWARDS, "claim", "sync", "close")
def member(life: Life) -> Called:
    _, reward = life.record("Reward")
    return _owner_roles(reward.authority) | {"vault": REWARDS_VAULT}, NO_VALUES
