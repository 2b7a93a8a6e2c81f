"""Does a market's vault hold what its open jobs are owed? Job by job."""

from __future__ import annotations

from dataclasses import dataclass

from solders.pubkey import Pubkey

from nosana_chain.models.job import Job, JobState
from nosana_chain.models.market import Market
from nosana_chain.programs.jobs.queries import MARKET, find_jobs
from nosana_chain.programs.nos_accounts import token_balance
from nosana_chain.units import NosUnits
from nosana_chain.wire.connection import Connection

#: A job that ends between two calls looks like money missing, so what looks so is looked at again.
_LOOKS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class MarketAudit:
    """What a market's vault holds, and what it is owed to.

    Attributes:
        open_jobs: jobs whose deposit is still in the vault: waiting, running, or given up by their host.
        vault_balance: NOS base units in the vault.
    """

    market: Market
    open_jobs: tuple[Job, ...]
    vault_balance: NosUnits

    @property
    def owed(self) -> NosUnits:
        """Sum of the open jobs' deposits: each goes to its host, back to its builder, or to both."""
        return NosUnits(sum(job.deposit for job in self.open_jobs))

    @property
    def surplus(self) -> int:
        """What the vault holds beyond what it owes; negative if jobs can't all be paid."""
        return self.vault_balance - self.owed


async def audit_market(connection: Connection, address: Pubkey) -> MarketAudit:
    """Compare a market's vault with the deposits of its open jobs.

    Network: 4 calls, two of them getProgramAccounts; up to three times those while jobs end in between.

    Raises:
        NotFoundError: no such market.
    """
    for _ in range(_LOOKS):
        audit = await _look(connection, address)
        if audit.surplus >= 0:
            break
    return audit


async def _look(connection: Connection, address: Pubkey) -> MarketAudit:
    market = await MARKET.fetch(connection, address)
    jobs = await find_jobs(connection, market=address)
    vault = await connection.fetch_account(market.vault)
    return MarketAudit(
        market=market,
        open_jobs=tuple(job for job in jobs if job.state is not JobState.DONE),
        vault_balance=token_balance(vault),
    )
