"""Reading pools, alone or with their vaults."""

from __future__ import annotations

from solders.pubkey import Pubkey
from solders.token.state import TokenAccount

from nosana_chain import pda
from nosana_chain.bindings.pools.accounts import PoolAccount
from nosana_chain.errors import NotFoundError
from nosana_chain.models.pool import Pool
from nosana_chain.programs.accounts import AccountKind, address_filters
from nosana_chain.wire.connection import Connection

POOL = AccountKind(name="pool", program="pools", discriminator=PoolAccount.discriminator, decode=Pool.decode)

#: Offsets of a pool's fields, from the order of its fields in idl/.
_AUTHORITY, _BENEFICIARY = 8, 40


async def find_pools(
    connection: Connection, *, authority: Pubkey | None = None, beneficiary: Pubkey | None = None
) -> list[Pool]:
    """The pools of an authority, or that pay one token account, or both. Network: 1 getProgramAccounts call."""
    return await POOL.find(connection, *address_filters({_AUTHORITY: authority, _BENEFICIARY: beneficiary}))


async def fetch_pool_and_vault(connection: Connection, address: Pubkey) -> tuple[Pool, TokenAccount]:
    """The pool at `address`, and its vault as of the same moment. Network: 1 call.

    Raises:
        NotFoundError: no pool there.
    """
    vault_address = pda.pool_vault_address(address, network=connection.network)
    pool_account, vault_account = await connection.fetch_accounts([address, vault_address])
    pool = POOL.read(connection.network, address, pool_account)
    if vault_account is None:
        raise NotFoundError(
            f"pool {address} has no vault on {connection.network.name}; check the endpoint",
            address=str(vault_address),
            kind="pool vault",
        )
    return pool, TokenAccount.from_bytes(vault_account.data)
