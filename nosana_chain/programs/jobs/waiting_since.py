"""Who waits in a market's queue, and since when, as far as the market's own transactions tell."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from solders.pubkey import Pubkey

from nosana_chain.models.job import Job
from nosana_chain.models.market import Market, QueueKind
from nosana_chain.one_line import one_line
from nosana_chain.programs.jobs.formulas import QueuePlace
from nosana_chain.programs.jobs.market_events import MarketEvent, MarketEventKind, market_events
from nosana_chain.programs.jobs.queries import JOB, MARKET
from nosana_chain.units import UnixSeconds
from nosana_chain.wire.connection import Connection
from nosana_chain.wire.gathering import gathered
from nosana_chain.wire.signatures import Listed, fetch_signatures
from nosana_chain.wire.transactions import fetch_transaction

MOST_READ = 100  #: transactions of a market that are looked at for who joined when, unless it is said otherwise
_AT_ONCE = 8
_JOINS = {MarketEventKind.JOB_QUEUED: "job", MarketEventKind.HOST_JOINED: "host"}


@one_line
@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """A job or a host that waits in a market's queue.

    Attributes:
        place: where it stands.
        kind: whether it is a job or a host.
        since: when it joined; None where the transactions that were read don't tell.
        job: its account, of a job.
    """

    place: QueuePlace
    kind: QueueKind
    since: UnixSeconds | None
    job: Job | None


async def fetch_queue(connection: Connection, market: Pubkey, *, most_read: int) -> list[Waiting]:
    """Everybody in a market's queue, first in line first.

    Raises:
        NotFoundError: no such market.
    """
    found = await MARKET.fetch(connection, market)
    jobs = await _jobs(connection, found)
    joined = await _joined(connection, found, most_read)
    places = (QueuePlace.of(found, address) for address in found.queue)
    return [
        Waiting(place=place, kind=found.queue_kind, since=joined.get(place.address), job=jobs.get(place.address))
        for place in places
        if place is not None
    ]


async def _jobs(connection: Connection, market: Market) -> dict[Pubkey, Job]:
    """The jobs that wait; one that waits has no run, so that none is looked for."""
    if not market.waiting_jobs:
        return {}
    accounts = (await connection.look(list(market.waiting_jobs))).accounts
    read = {at: JOB.read_if_mine(connection.network, at, account) for at, account in accounts.items()}
    return {at: job for at, job in read.items() if job is not None}


async def _joined(connection: Connection, market: Market, most_read: int) -> dict[Pubkey | None, UnixSeconds | None]:
    """When each joined the last time: transactions from the newest on, until everybody is found."""
    missing: set[Pubkey | None] = {*market.queue}
    found: dict[Pubkey | None, UnixSeconds | None] = {}
    if not missing or not most_read:
        return found
    listed = [entry for entry in await fetch_signatures(connection, market.address) if not entry.failed][:most_read]
    for first in range(0, len(listed), _AT_ONCE):
        if not missing:
            break
        some = listed[first : first + _AT_ONCE]
        for entry, events in zip(some, await gathered([_events(connection, entry) for entry in some]), strict=True):
            newest = {_who(event): _time(event, entry) for event in events if event.address == market.address}
            found.update({who: time for who, time in newest.items() if who in missing})
            missing -= newest.keys()
    return found


def _who(event: MarketEvent) -> Pubkey | None:
    """Who joins a queue by an event; None by every other one."""
    role = _JOINS.get(event.kind)
    return None if role is None else getattr(event, role)


def _time(event: MarketEvent, entry: Listed) -> UnixSeconds | None:
    """Endpoints tell a block's time with its transactions, or with their list, or with both."""
    return entry.block_time if event.time is None else event.time


async def _events(connection: Connection, entry: Listed) -> Sequence[MarketEvent]:
    landed = await fetch_transaction(connection, entry.signature)
    return () if landed is None else market_events(landed, network=connection.network)
