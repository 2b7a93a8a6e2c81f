"""The pool whose emission is shared by all stakers: on the real clusters Nosana fills it, here the genesis does."""

from __future__ import annotations

from solders.account import Account
from solders.pubkey import Pubkey

from nosana_chain import pda
from nosana_chain.bindings.layouts.pools import POOL_ACCOUNT
from nosana_chain.localnet.genesis.program_accounts import derive, program_account
from nosana_chain.models.pool import ClaimType
from nosana_chain.networks import Network
from nosana_chain.units import DAY, TokenUnits, UnixSeconds

EMISSION = TokenUnits(10_000)  #: NOS base units per second: 864 NOS a day, of our own choice
FUNDED = TokenUnits(EMISSION * 365 * DAY)  #: what is in its vault: enough for a year

#: How long it has been running when a network starts, and so what the first claim pays. A clock that is a little
#: behind can't make a claim too early then (NotStarted).
RUNNING = DAY


def fee_pool_account(pool: Pubkey, *, network: Network, now: UnixSeconds) -> Account:
    """The reward-fee pool of a network that starts at `now`. The network's authority may close it."""
    vault, bump = derive(network.programs.pools, b"vault", pool)
    return program_account(
        network.programs.pools,
        POOL_ACCOUNT,
        authority=network.authority,
        beneficiary=pda.rewards_vault_address(network=network),
        claim_type=ClaimType.ADD_FEE,
        claimed_tokens=0,
        closeable=True,
        emission=EMISSION,
        start_time=now - RUNNING,
        vault=vault,
        vault_bump=bump,
    )
