"""Pools that pay a wallet, or that it opened; and what vests for it in distributors."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from solders.pubkey import Pubkey
from solders.sysvar import CLOCK

from nosana_chain.client import NosanaClient
from nosana_chain.engine.looking import Looking, Sight, look
from nosana_chain.models.clock import Clock
from nosana_chain.models.pool import ClaimType, Pool
from nosana_chain.models.presence import is_there
from nosana_chain.models.token_account import token_holding
from nosana_chain.networks import Network
from nosana_chain.programs.distributor.eligibility import is_enabled
from nosana_chain.programs.distributor.formulas import locked_due_from, locked_withdrawable
from nosana_chain.programs.distributor.queries import DISTRIBUTOR, DistributorAndStatus, search_claim_statuses
from nosana_chain.programs.pools.formulas import PoolClaim
from nosana_chain.programs.pools.queries import POOL, pool_claim_addresses, read_pool_claim
from nosana_chain.sweep.findings import Finding, FindingKind, Remark
from nosana_chain.units import Lamports, NosUnits, TokenUnits

Told = Finding | Remark


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenPool:
    """A pool of the wallet's.

    Attributes:
        claim: what a claim would do now.
        mint: of its tokens.
        rent: lamports of pool and vault.
        pays_here: whether the wallet is paid.
        is_payable: whether the account that is paid is there.
    """

    claim: PoolClaim
    mint: Pubkey
    rent: Lamports
    pays_here: bool
    is_payable: bool


def search_own_pools(network: Network, wallet: Pubkey, purses: Collection[Pubkey]) -> Looking[list[SeenPool]]:
    """The pools that pay into one of the wallet's token accounts, or that it may close."""
    pools = yield from POOL.search(network)
    own = [pool for pool in pools if pool.authority == wallet or pool.beneficiary in purses]
    addresses = [one for pool in own for one in pool_claim_addresses(network, pool.address)]
    seen = yield from look(CLOCK, *addresses, *(pool.beneficiary for pool in own))
    there = [pool for pool in own if is_there(seen[pool.address]) and is_there(seen[pool.vault])]
    return [_seen_pool(network, pool, purses, seen) for pool in there]


def _seen_pool(network: Network, pool: Pool, purses: Collection[Pubkey], seen: Sight) -> SeenPool:
    mint = token_holding(seen[pool.vault]).mint
    rents = (account.lamports for at in (pool.address, pool.vault) if (account := seen[at]))
    return SeenPool(
        claim=read_pool_claim(network, pool.address, seen),
        mint=mint or network.nos_mint,
        rent=Lamports(sum(rents)),
        pays_here=pool.beneficiary in purses and pool.claim_type is ClaimType.TRANSFER,
        is_payable=is_there(seen[pool.beneficiary]),
    )


def told_of_pools(client: NosanaClient, wallet: Pubkey, pools: Sequence[SeenPool]) -> Iterator[Told]:
    """What comes of them."""
    for pool in pools:
        if pool.pays_here:
            yield from _claiming(client, pool)
        if pool.claim.pool.authority == wallet:
            yield from _closing(client, pool)


def _claiming(client: NosanaClient, pool: SeenPool) -> Iterator[Told]:
    claim, address = pool.claim, pool.claim.pool.address
    if claim.paid and not pool.is_payable:
        yield Remark(address=address, why=f"it pays into {claim.pool.beneficiary}, which isn't there: make it first")
    elif claim.paid:
        yield _finding(
            client.network,
            pool.mint,
            claim.paid,
            kind=FindingKind.CLAIM_POOL,
            address=address,
            why="it pays this wallet",
            make=lambda: client.pools.claim_pool(address),
        )
    elif claim.due_at is not None:
        yield Remark(address=address, why=f"it pays next at {claim.due_at} (Unix time)", due_at=claim.due_at)


def _closing(client: NosanaClient, pool: SeenPool) -> Iterator[Told]:
    claim, address = pool.claim, pool.claim.pool.address
    if not claim.pool.closeable and claim.vault_balance:
        yield Remark(
            address=address, why="this wallet opened it, and can close it once its vault is empty", lamports=pool.rent
        )
        return
    yield _finding(
        client.network,
        pool.mint,
        claim.vault_balance,
        kind=FindingKind.CLOSE_POOL,
        address=address,
        lamports=pool.rent,
        why="this wallet opened it; closing it ends what it pays",
        on_request=True,
        make=lambda: client.pools.close_pool(address),
    )


def search_vesting(network: Network, wallet: Pubkey) -> Looking[list[DistributorAndStatus]]:
    """What the wallet claimed from distributors, with those."""
    statuses = yield from search_claim_statuses(network, claimant=wallet)
    seen = yield from look(CLOCK, *{status.distributor for status in statuses})
    return [
        DistributorAndStatus(
            distributor=DISTRIBUTOR.read(network, status.distributor, seen[status.distributor]),
            status=status,
            clock=Clock.read(seen[CLOCK]),
        )
        for status in statuses
        if is_there(seen[status.distributor])
    ]


def told_of_vesting(client: NosanaClient, found: Sequence[DistributorAndStatus]) -> Iterator[Told]:
    """What comes of it. What was never claimed needs a proof, and isn't on chain."""
    for distributor, status, clock in found:
        if status is None or not is_enabled(distributor, slot=clock.slot):
            continue
        paid = locked_withdrawable(distributor, status, now=clock.unix_time)
        due_at = locked_due_from(distributor, status)
        if paid:
            yield _finding(
                client.network,
                distributor.mint,
                paid,
                kind=FindingKind.CLAIM_LOCKED,
                address=distributor.address,
                why="so much of its locked part has vested",
                make=partial(client.distributors.claim_locked, distributor.address),
            )
        elif due_at is not None:
            why = f"the next of its locked part vests at {due_at} (Unix time)"
            yield Remark(address=distributor.address, why=why, due_at=due_at)


def _finding(network: Network, mint: Pubkey, amount: int, **told: Any) -> Finding:
    """A finding that brings `amount` base units of a mint."""
    if mint == network.nos_mint:
        return Finding(nos=NosUnits(amount), **told)
    return Finding(tokens=TokenUnits(amount), mint=mint if amount else None, **told)
