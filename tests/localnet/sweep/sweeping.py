"""What tests of sweeps share."""

from __future__ import annotations

from harness.in_process_stage import Stage
from solders.pubkey import Pubkey

from nosana_chain.client import NosanaClient
from nosana_chain.programs.pools.terms import PoolTerms


def lamports(stage: Stage, *addresses: Pubkey) -> int:
    found = [stage.chain.account(address) for address in addresses]
    return sum(account.lamports for account in found if account)


def own(client: NosanaClient) -> Pubkey:
    assert client.wallet
    return client.wallet.address


async def vesting(stage: Stage, *, closeable: bool = True, deposit: int = 1_000) -> Pubkey:
    """A pool that pays the builder 10 base units a second."""
    terms = PoolTerms(emission=10, start_time=stage.chain.now, closeable=closeable)
    opened = await stage.operator.pools.open_vesting_pool(terms, beneficiary=own(stage.builder), deposit=deposit)
    return opened.pool
