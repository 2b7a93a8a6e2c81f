"""Reading stakes and the staking settings."""

from __future__ import annotations

from typing import NamedTuple

from solders.pubkey import Pubkey
from solders.sysvar import CLOCK

from nosana_chain import pda
from nosana_chain.bindings.layouts.staking import SETTINGS_ACCOUNT, STAKE_ACCOUNT
from nosana_chain.engine.looking import Looking, Sight, look, see
from nosana_chain.errors import NoStakeError
from nosana_chain.models.clock import Clock
from nosana_chain.models.stake import Stake, StakingSettings
from nosana_chain.models.token_account import token_balance
from nosana_chain.networks import Network
from nosana_chain.programs.accounts import AccountKind
from nosana_chain.units import NosUnits
from nosana_chain.wire.connection import Connection

STAKE = AccountKind(name="stake", program="staking", layout=STAKE_ACCOUNT, decode=Stake.decode)

SETTINGS = AccountKind(
    name="staking settings",
    program="staking",
    layout=SETTINGS_ACCOUNT,
    decode=StakingSettings.decode,
)


class StakeWithVault(NamedTuple):
    """A stake and what its vault holds, as of one moment.

    Attributes:
        stake: the stake.
        vault_balance: NOS base units in its vault.
        clock: the moment.
    """

    stake: Stake
    vault_balance: NosUnits
    clock: Clock


async def fetch_stake(connection: Connection, authority: Pubkey) -> Stake:
    """The stake of `authority`; NoStakeError if it has none. Network: 1 call."""
    return await see(connection, look_for_stake(connection.network, authority))


async def fetch_stake_with_vault(connection: Connection, authority: Pubkey) -> StakeWithVault:
    """The stake of `authority` with its vault; NoStakeError if it has none. Network: 1 call."""
    return await see(connection, look_for_stake_with_vault(connection.network, authority))


async def fetch_settings(connection: Connection) -> StakingSettings:
    """Who may slash, and where slashed NOS go. Network: 1 call."""
    return await SETTINGS.fetch(connection, pda.settings_address(network=connection.network))


def look_for_stake(network: Network, authority: Pubkey) -> Looking[Stake]:
    """`fetch_stake` as something to be seen."""
    seen = yield from look(pda.stake_address(authority, network=network))
    return read_stake(network, authority, seen)


def look_for_stake_with_vault(network: Network, authority: Pubkey) -> Looking[StakeWithVault]:
    """`fetch_stake_with_vault` as something to be seen."""
    seen = yield from look(*stake_with_vault_addresses(network, authority))
    return read_stake_with_vault(network, authority, seen)


def stake_with_vault_addresses(network: Network, authority: Pubkey) -> tuple[Pubkey, ...]:
    """What `read_stake_with_vault` reads."""
    stake, vault = (find(authority, network=network) for find in (pda.stake_address, pda.stake_vault_address))
    return stake, vault, CLOCK


def read_stake_with_vault(network: Network, authority: Pubkey, seen: Sight) -> StakeWithVault:
    """The stake of `authority` with its vault among accounts that were seen; NoStakeError if it has none."""
    held = token_balance(seen[pda.stake_vault_address(authority, network=network)])
    return StakeWithVault(read_stake(network, authority, seen), held, Clock.read(seen[CLOCK]))


def read_stake(network: Network, authority: Pubkey, seen: Sight) -> Stake:
    """The stake of `authority` among accounts that were seen; NoStakeError if it has none."""
    address = pda.stake_address(authority, network=network)
    stake = STAKE.read_if_any(network, address, seen[address])
    if stake is None:
        raise NoStakeError(
            f"no stake at {address} on {network.name}: {authority} has none; stake first",
            address=str(address),
            kind=STAKE.name,
        )
    return stake
