"""A network at work: NOS is minted, staking and rewards are set up, somebody stakes, and fees flow.

It is what the programs themselves would have made: the staking program and the rewards program initialised, one staker
in the rewards pool, since a pool with nobody in it loses its rate for ever with the first fee, and the reward-fee pool
opened and filled. A test plays these steps on a blank network and compares.
"""

from __future__ import annotations

from collections.abc import Mapping

from solders.account import Account
from solders.pubkey import Pubkey

from nosana_chain import pda
from nosana_chain.bindings.layouts.rewards import REFLECTION_ACCOUNT, REWARD_ACCOUNT
from nosana_chain.bindings.layouts.staking import SETTINGS_ACCOUNT, STAKE_ACCOUNT
from nosana_chain.localnet.genesis.blank import blank_genesis
from nosana_chain.localnet.genesis.fee_pool import FUNDED, fee_pool_account
from nosana_chain.localnet.genesis.program_accounts import derive, program_account
from nosana_chain.localnet.genesis.state import UNDATED, Genesis
from nosana_chain.localnet.genesis.wallets import AUTHORITY, FAUCET, PURSES, STAKER, Purse
from nosana_chain.models.rewards import INITIAL_RATE
from nosana_chain.networks import LOCALNET, Network
from nosana_chain.programs.distributor.votes import Vote
from nosana_chain.programs.staking.formulas import DURATION_MAX, xnos
from nosana_chain.units import nos

STAKED = nos("10000")  #: what the staker has staked
STAKED_SECONDS = DURATION_MAX


def standard_genesis(
    purses: Mapping[str, Purse] = PURSES, *, jobs_fee: bool = False, network: Network = LOCALNET
) -> Genesis:
    """The genesis that local networks have unless told otherwise.

    Args:
        purses: funded wallets by name; the faucet, the authority and the staker are added when they aren't in it.
        jobs_fee: take the jobs program that charges a network fee of one tenth.
        network: whose addresses everything has: LOCALNET's, which are those of devnet, or MAINNET's.

    Raises:
        LocalnetError: a program isn't built, or never is for these addresses.
        AmountError: more NOS in the purses than a mint can have.
    """
    genesis = blank_genesis(jobs_fee=jobs_fee, network=network).with_mint()
    needed = {name: PURSES[name] for name in (FAUCET, AUTHORITY, STAKER)}
    for name, purse in {**needed, **purses}.items():
        genesis = genesis.with_wallet(name, purse=purse)
    for vote in Vote:
        genesis = genesis.with_nos(vote.value)
    for part in (_with_stake, _with_rewards, _with_fee_pool):
        genesis = part(genesis)
    return genesis


def _with_stake(genesis: Genesis) -> Genesis:
    """After init, update_settings in favour of the authority, and stake."""
    network, staker = genesis.network, genesis.wallets[STAKER].address
    program = network.programs.staking
    vault, bump = derive(program, b"vault", network.nos_mint, staker)
    settings = program_account(
        program, SETTINGS_ACCOUNT, authority=network.authority, token_account=network.slash_account
    )
    stake = program_account(
        program,
        STAKE_ACCOUNT,
        amount=STAKED,
        authority=staker,
        duration=STAKED_SECONDS,
        time_unstake=0,
        vault=vault,
        vault_bump=bump,
        xnos=xnos(STAKED, duration=STAKED_SECONDS),
    )
    accounts = {pda.settings_address(network=network): settings, pda.stake_address(staker, network=network): stake}
    return genesis.with_accounts(accounts).with_nos(vault, STAKED, at=vault)


def _with_rewards(genesis: Genesis) -> Genesis:
    """After init, and enter by the staker."""
    network, staker = genesis.network, genesis.wallets[STAKER].address
    program = network.programs.rewards
    vault, _ = derive(program, network.nos_mint)
    reward, _ = derive(program, b"reward", staker)
    accounts = {pda.reflection_address(network=network): _reflection(network), reward: _reward(network, staker)}
    return genesis.with_accounts(accounts).with_nos(vault, at=vault)


def _reflection(network: Network) -> Account:
    vault, bump = derive(network.programs.rewards, network.nos_mint)
    weight = xnos(STAKED, duration=STAKED_SECONDS)
    return program_account(
        network.programs.rewards,
        REFLECTION_ACCOUNT,
        rate=INITIAL_RATE,
        total_reflection=weight * INITIAL_RATE,
        total_xnos=weight,
        vault=vault,
        vault_bump=bump,
    )


def _reward(network: Network, staker: Pubkey) -> Account:
    _, bump = derive(network.programs.rewards, b"reward", staker)
    weight = xnos(STAKED, duration=STAKED_SECONDS)
    return program_account(
        network.programs.rewards,
        REWARD_ACCOUNT,
        authority=staker,
        bump=bump,
        reflection=weight * INITIAL_RATE,
        xnos=weight,
    )


def _with_fee_pool(genesis: Genesis) -> Genesis:
    """After open of the reward-fee pool, where the network has one, and a transfer to its vault."""
    network, pool = genesis.network, genesis.network.reward_fee_pool
    if pool is None:
        return genesis
    vault = pda.pool_vault_address(pool, network=network)
    account = fee_pool_account(pool, network=network, now=UNDATED)
    return genesis.with_accounts({pool: account}).with_nos(vault, FUNDED, at=vault)
