"""Reading pools, alone or with their vaults."""

from __future__ import annotations

from typing import NamedTuple

from solders.pubkey import Pubkey
from solders.sysvar import CLOCK

from nosana_chain import pda
from nosana_chain.bindings.layouts.pools import POOL_ACCOUNT
from nosana_chain.engine.looking import Looking, Sight, look, see
from nosana_chain.errors import NotFoundError
from nosana_chain.models.clock import Clock
from nosana_chain.models.pool import Pool
from nosana_chain.models.token_account import token_holding
from nosana_chain.networks import Network
from nosana_chain.programs.accounts import AccountKind
from nosana_chain.programs.pools.formulas import PoolClaim
from nosana_chain.units import TokenUnits
from nosana_chain.wire.connection import Connection

POOL = AccountKind(name="pool", program="pools", layout=POOL_ACCOUNT, decode=Pool.decode)


class PoolVault(NamedTuple):
    """What a pool's vault holds.

    Attributes:
        mint: whose tokens.
        balance: how many base units.
    """

    mint: Pubkey
    balance: TokenUnits


async def find_pools(
    connection: Connection, *, authority: Pubkey | None = None, beneficiary: Pubkey | None = None
) -> list[Pool]:
    """The pools of an authority, or that pay one token account, or both. Network: 1 getProgramAccounts call."""
    return await POOL.find(connection, *POOL.where(authority=authority, beneficiary=beneficiary))


async def fetch_pool_claim(connection: Connection, address: Pubkey) -> PoolClaim:
    """A pool with what is due, and what a claim would pay of it. Network: 1 call.

    Raises:
        NotFoundError: no pool there.
    """
    return await see(connection, look_for_pool_claim(connection.network, address))


def look_for_pool_and_vault(network: Network, address: Pubkey) -> Looking[tuple[Pool, PoolVault]]:
    """See a pool and its vault, as of one moment; NotFoundError if there is no pool."""
    seen = yield from look(address, pda.pool_vault_address(address, network=network))
    return read_pool_and_vault(network, address, seen)


def look_for_pool_claim(network: Network, address: Pubkey) -> Looking[PoolClaim]:
    """`fetch_pool_claim` as something to be seen."""
    seen = yield from look(*pool_claim_addresses(network, address))
    return read_pool_claim(network, address, seen)


def pool_claim_addresses(network: Network, address: Pubkey) -> tuple[Pubkey, ...]:
    """What `read_pool_claim` reads."""
    return address, pda.pool_vault_address(address, network=network), CLOCK


def read_pool_claim(network: Network, address: Pubkey, seen: Sight) -> PoolClaim:
    """What a claim would do, by accounts that were seen; NotFoundError if there is no pool."""
    pool, vault = read_pool_and_vault(network, address, seen)
    return PoolClaim(pool=pool, vault_balance=vault.balance, now=Clock.read(seen[CLOCK]).unix_time)


def read_pool_and_vault(network: Network, address: Pubkey, seen: Sight) -> tuple[Pool, PoolVault]:
    """A pool and its vault among accounts that were seen; NotFoundError if there is none."""
    pool = POOL.read(network, address, seen[address])
    vault_address = pda.pool_vault_address(address, network=network)
    held = token_holding(seen[vault_address])
    if held.mint is None:
        raise NotFoundError(
            f"pool {address} has no vault on {network.name}; check the endpoint",
            address=str(vault_address),
            kind="pool vault",
        )
    return pool, PoolVault(held.mint, held.amount)
