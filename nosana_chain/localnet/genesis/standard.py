"""The state that a local network starts from. Pure: bytes in memory, no process, no network call.

It is what devnet's programs themselves would have made: NOS is minted, the staking program initialised and its settings
handed to a local key, the rewards program initialised, and one staker in the rewards pool, since a pool with nobody
in it loses its rate for ever with the first fee. A test plays these steps through the programs and compares.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from hashlib import sha256
from types import MappingProxyType
from typing import Any, NamedTuple

from solders.account import Account
from solders.pubkey import Pubkey
from solders.system_program import ID as SYSTEM_PROGRAM

from nosana_chain import pda
from nosana_chain.bindings.rewards.accounts import ReflectionAccount, RewardAccount
from nosana_chain.bindings.staking.accounts import SettingsAccount, StakeAccount
from nosana_chain.localnet.accounts import mint_account, rent_exempt, token_account
from nosana_chain.localnet.compiled import load_program
from nosana_chain.models.rewards import INITIAL_RATE
from nosana_chain.networks import LOCALNET, Network
from nosana_chain.programs.staking.formulas import DURATION_MAX, xnos
from nosana_chain.units import NOS_DECIMALS, Lamports, NosUnits, nos, sol
from nosana_chain.wallet import Wallet

# Lengths that the programs allocate: 8 + the size of the Rust struct, as the recorded cases have them.
_SETTINGS_BYTES, _STAKE_BYTES, _REFLECTION_BYTES, _REWARD_BYTES = 72, 120, 104, 88

FAUCET = "faucet"  #: may mint NOS
AUTHORITY = "authority"  #: may do what on the real clusters only the slashing authority and the market admin may
STAKER = "staker"  #: is in the rewards pool from the start
OPERATOR, HOST, BUILDER = "operator", "host", "builder"  #: who open markets, run jobs and pay for jobs

STAKED = nos("10000")  #: what the staker has staked
STAKED_SECONDS = DURATION_MAX


class Purse(NamedTuple):
    """What a wallet has at genesis, beside a NOS account."""

    lamports: Lamports
    nos_units: NosUnits


#: Wallets of the standard genesis.
PURSES: Mapping[str, Purse] = MappingProxyType(
    {
        FAUCET: Purse(sol("1000000"), nos("0")),
        AUTHORITY: Purse(sol("100"), nos("0")),
        OPERATOR: Purse(sol("100"), nos("10000")),
        HOST: Purse(sol("100"), nos("10000")),
        BUILDER: Purse(sol("100"), nos("10000")),
        STAKER: Purse(sol("100"), nos("10000")),
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Genesis:
    """The first state of a local network.

    Attributes:
        network: the addresses that the state is made for; without endpoints.
        accounts: every account, by address.
        programs: the compiled program (ELF) at each program id.
        wallets: keys that own funded accounts, by name.
    """

    network: Network
    accounts: Mapping[Pubkey, Account]
    programs: Mapping[Pubkey, bytes] = field(repr=False)
    wallets: Mapping[str, Wallet]

    def with_accounts(self, accounts: Mapping[Pubkey, Account]) -> Genesis:
        """The same state with further accounts, or others in their place."""
        return replace(self, accounts={**self.accounts, **accounts})


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
    """
    all_purses = {**{name: PURSES[name] for name in (FAUCET, AUTHORITY, STAKER)}, **purses}
    wallets = {name: local_wallet(name) for name in all_purses}
    staker, authority = wallets[STAKER].address, wallets[AUTHORITY].address
    handed_over = {network.authority: authority, network.market_admin: authority}
    programs = _programs(network, handed_over, jobs_fee=jobs_fee)
    network = _local(network, authority)
    accounts = {
        network.nos_mint: _mint(wallets[FAUCET].address, all_purses),
        network.slash_account: _nos_account(authority, 0, network),
        **_staking(staker, authority, network),
        **_rewards(staker, network),
    }
    for name, purse in all_purses.items():
        accounts |= _purse(wallets[name].address, purse, network)
    return Genesis(network=network, accounts=accounts, programs=programs, wallets=wallets)


def _local(network: Network, authority: Pubkey) -> Network:
    """The same addresses on a chain of one's own, where `authority` is the admin."""
    return replace(
        LOCALNET,
        programs=network.programs,
        nos_mint=network.nos_mint,
        slash_account=network.slash_account,
        authority=authority,
        market_admin=authority,
    )


def local_wallet(name: str) -> Wallet:
    """The key of a local network's wallet: the same on every machine, and so no secret. Never fund it elsewhere."""
    return Wallet.from_seed(sha256(f"nosana-chain local network, public test key: {name}".encode()).digest())


def _programs(network: Network, handed_over: Mapping[Pubkey, Pubkey], *, jobs_fee: bool) -> dict[Pubkey, bytes]:
    names = {
        network.programs.jobs: "nosana_jobs_fee" if jobs_fee else "nosana_jobs",
        network.programs.staking: "nosana_staking",
        network.programs.rewards: "nosana_rewards",
        network.programs.pools: "nosana_pools",
        network.programs.nodes: "nosana_nodes",
        network.programs.distributor: "merkle_distributor",
    }
    return {address: load_program(name, network=network, handed_over=handed_over) for address, name in names.items()}


def _mint(authority: Pubkey, purses: Mapping[str, Purse]) -> Account:
    supply = STAKED + sum(purse.nos_units for purse in purses.values())
    return mint_account(supply=supply, decimals=NOS_DECIMALS, authority=authority)


def _purse(owner: Pubkey, purse: Purse, network: Network) -> dict[Pubkey, Account]:
    return {
        owner: Account(purse.lamports, b"", SYSTEM_PROGRAM),
        pda.nos_account_address(owner, network=network): _nos_account(owner, purse.nos_units, network),
    }


def _staking(staker: Pubkey, authority: Pubkey, network: Network) -> dict[Pubkey, Account]:
    """After init, update_settings in favour of `authority`, and stake."""
    program = network.programs.staking
    vault, vault_bump = _derive(program, b"vault", network.nos_mint, staker)
    settings = {"authority": authority, "token_account": network.slash_account}
    stake = {
        "amount": STAKED,
        "authority": staker,
        "duration": STAKED_SECONDS,
        "time_unstake": 0,
        "vault": vault,
        "vault_bump": vault_bump,
        "xnos": xnos(STAKED, duration=STAKED_SECONDS),
    }
    return {
        pda.settings_address(network=network): _account(SettingsAccount, settings, _SETTINGS_BYTES, program),
        pda.stake_address(staker, network=network): _account(StakeAccount, stake, _STAKE_BYTES, program),
        vault: _nos_account(vault, STAKED, network),
    }


def _rewards(staker: Pubkey, network: Network) -> dict[Pubkey, Account]:
    """After init, and enter by the staker."""
    program = network.programs.rewards
    vault, vault_bump = _derive(program, network.nos_mint)
    weight = xnos(STAKED, duration=STAKED_SECONDS)
    share = weight * INITIAL_RATE
    pool = {
        "rate": INITIAL_RATE,
        "total_reflection": share,
        "total_xnos": weight,
        "vault": vault,
        "vault_bump": vault_bump,
    }
    reward_address, bump = _derive(program, b"reward", staker)
    reward = {"authority": staker, "bump": bump, "reflection": share, "xnos": weight}
    return {
        pda.reflection_address(network=network): _account(ReflectionAccount, pool, _REFLECTION_BYTES, program),
        vault: _nos_account(vault, 0, network),
        reward_address: _account(RewardAccount, reward, _REWARD_BYTES, program),
    }


def _derive(program: Pubkey, *seeds: bytes | Pubkey) -> tuple[Pubkey, int]:
    """Address and bump: the programs store the bump, which the address alone doesn't tell."""
    return Pubkey.find_program_address([bytes(seed) for seed in seeds], program)


def _account(kind: Any, fields: Mapping[str, Any], length: int, program: Pubkey) -> Account:
    data: bytes = kind.discriminator + kind.layout.build(fields)
    return rent_exempt(data.ljust(length, b"\0"), program)


def _nos_account(owner: Pubkey, amount: int, network: Network) -> Account:
    return token_account(owner, mint=network.nos_mint, amount=amount)
