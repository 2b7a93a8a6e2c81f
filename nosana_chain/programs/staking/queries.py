"""Reading stakes and the staking settings."""

from __future__ import annotations

from solders.pubkey import Pubkey

from nosana_chain import pda
from nosana_chain.bindings.staking.accounts import SettingsAccount, StakeAccount
from nosana_chain.models.stake import Stake, StakingSettings
from nosana_chain.programs.accounts import AccountKind
from nosana_chain.wire.connection import Connection

STAKE = AccountKind(name="stake", program="staking", discriminator=StakeAccount.discriminator, decode=Stake.decode)

SETTINGS = AccountKind(
    name="staking settings",
    program="staking",
    discriminator=SettingsAccount.discriminator,
    decode=StakingSettings.decode,
)


async def fetch_stake(connection: Connection, authority: Pubkey) -> Stake:
    """The stake of `authority`; NotFoundError if it has none. Network: 1 call."""
    return await STAKE.fetch(connection, pda.stake_address(authority, network=connection.network))
