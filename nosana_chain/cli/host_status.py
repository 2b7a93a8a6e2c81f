"""How a host stands: its stake, where it waits, what it works on, what it earned."""

from __future__ import annotations

from collections.abc import Awaitable
from dataclasses import dataclass
from typing import Any, TypeVar

from solders.pubkey import Pubkey

from nosana_chain.client import NosanaClient
from nosana_chain.errors import NotFoundError
from nosana_chain.models.node import Node
from nosana_chain.models.stake import Stake
from nosana_chain.programs.jobs.balances import Earnings
from nosana_chain.programs.jobs.formulas import QueuePlace, elapsed

Found = TypeVar("Found")


@dataclass(frozen=True, slots=True, kw_only=True)
class HostStatus:
    """A host at a moment.

    Attributes:
        host: its wallet.
        stake: None where it has none.
        node: its entry in the registry of machines; None where it has none.
        places: in the queues of markets.
        earnings: with the jobs that are on chain, and those that run.
    """

    host: Pubkey
    stake: Stake | None
    node: Node | None
    places: tuple[QueuePlace, ...]
    earnings: Earnings

    @property
    def state(self) -> str:
        """In one word: works, waits or idle."""
        return "works" if self.earnings.running else "waits" if self.places else "idle"


async def fetch_status(client: NosanaClient, host: Pubkey) -> HostStatus:
    """How `host` stands. Network: 4 getProgramAccounts calls at most, and 3 calls."""
    earnings = await client.hosts.fetch_earnings(host=host)
    places = await client.hosts.find_places(host=host)
    return HostStatus(
        host=host,
        stake=await _if_any(client.stakes.fetch_stake(authority=host)),
        node=await _if_any(client.nodes.fetch_node(host=host)),
        places=tuple(places),
        earnings=earnings,
    )


async def _if_any(looking: Awaitable[Found]) -> Found | None:
    try:
        return await looking
    except NotFoundError:
        return None


def status_record(status: HostStatus) -> dict[str, Any]:
    """For programs."""
    earnings = status.earnings
    return {
        "host": str(status.host),
        "state": status.state,
        "stake_units": None if status.stake is None else status.stake.amount,
        "xnos_units": None if status.stake is None else status.stake.xnos,
        "node": None if status.node is None else _node_record(status.node),
        "places": [
            {"market": str(place.market), "position": place.position, "waiting": place.waiting}
            for place in status.places
        ],
        "running": [
            {
                "job": str(job.address),
                "run": None if job.run is None else str(job.run.address),
                "market": str(job.market),
                "elapsed_seconds": elapsed(job, now=earnings.now),
                "timeout_seconds": job.timeout,
            }
            for job in earnings.running
        ],
        "paid_units": earnings.paid,
        "accruing_units": earnings.accruing,
        "finished": len(earnings.finished),
        "now_unix": earnings.now,
    }


def _node_record(node: Node) -> dict[str, Any]:
    return {"audited": node.audited, "endpoint": node.endpoint, "gpu": node.gpu, "version": node.version}
