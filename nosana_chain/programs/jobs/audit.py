"""Does a market's vault hold what its open jobs are owed? Job by job."""

from __future__ import annotations

from dataclasses import dataclass

from solders.pubkey import Pubkey

from nosana_chain.engine.looking import Looking, look, see
from nosana_chain.models.job import Job, JobState
from nosana_chain.models.market import Market
from nosana_chain.models.token_account import token_balance
from nosana_chain.networks import Network
from nosana_chain.programs.jobs.queries import MARKET, search_every_job
from nosana_chain.units import NosUnits
from nosana_chain.wire.connection import Connection

#: A job that ends between two calls looks like money missing, so what looks so is looked at again.
_LOOKS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class MarketAudit:
    """What a market's vault holds, and what it is owed to.

    Attributes:
        open_jobs: jobs whose deposit is still in the vault: waiting, running, or given up by their host.
        finished_jobs: jobs that are over and not cleaned away: their payers' rent is in them.
        vault_balance: NOS base units in the vault.
    """

    market: Market
    open_jobs: tuple[Job, ...]
    finished_jobs: tuple[Job, ...]
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

    Network: 2 calls and those of `find_jobs`; up to three times those while jobs end in between.

    Raises:
        NotFoundError: no such market.
        RpcResponseError: the endpoint lists no accounts: a job that is missing would be owed nothing.
    """
    return await see(connection, look_through_market(connection.network, address))


def look_through_market(network: Network, address: Pubkey) -> Looking[MarketAudit]:
    """`audit_market` as something to be seen."""
    for _ in range(_LOOKS):
        audit = yield from _look(network, address)
        if audit.surplus >= 0:
            break
    return audit


def _look(network: Network, address: Pubkey) -> Looking[MarketAudit]:
    market = yield from MARKET.look(network, address)
    jobs = yield from search_every_job(network, market=address)  # one that is missing would be owed nothing
    vault = (yield from look(market.vault))[market.vault]
    return MarketAudit(
        market=market,
        open_jobs=tuple(job for job in jobs if job.state is not JobState.DONE),
        finished_jobs=tuple(job for job in jobs if job.state is JobState.DONE),
        vault_balance=token_balance(vault),
    )
