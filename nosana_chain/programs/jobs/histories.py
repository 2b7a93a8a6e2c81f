"""What the transactions of a run, or of a job, tell of it after it is gone."""

from __future__ import annotations

from collections.abc import AsyncIterator, MutableMapping, Sequence
from typing import TypeAlias

from solders.pubkey import Pubkey
from solders.signature import Signature

from nosana_chain.programs.jobs.events import JobEvent, JobEventKind, job_events
from nosana_chain.wire.connection import Connection
from nosana_chain.wire.signatures import Listed, fetch_signatures
from nosana_chain.wire.transactions import fetch_transaction

#: What transactions did that were read already.
Kept: TypeAlias = MutableMapping[Signature, Sequence[JobEvent]]

_MOST_REPLAYED = 256  # transactions of a market
_MOST_READ = 16  # transactions of a run or a job that are looked at: one has a handful, unless somebody plays with it


async def find_job_of_run(connection: Connection, run: Pubkey, *, kept: Kept) -> Pubkey | None:
    """The job of a run that is gone; None where the endpoint doesn't know enough.

    What is read goes into `kept`, so that a search which failed on its way goes on where it was.

    Where no transaction names both, since the host was evicted, its market's queue is played through from where it was
    empty. Network: 1 call and 1 for each transaction of the run, and then 1 for up to 256 of its market.
    """
    started = None
    async for event in _told(connection, await _successes(connection, run), kept):
        if event.run == run and event.address is not None:
            return event.address
        if event.run == run and event.kind is JobEventKind.STARTED:
            started = event
    return await _find_first_in_line(connection, started, kept) if started else None


async def _find_first_in_line(connection: Connection, started: JobEvent, kept: Kept) -> Pubkey | None:
    """The job that `work` took off a queue."""
    assert started.market is not None  # noqa: S101  `work` names it
    before: list[Sequence[JobEvent]] = []
    found = await fetch_signatures(connection, started.market, before=started.signature)
    read = [entry for entry in found if not entry.failed and entry.slot <= started.slot][:_MOST_REPLAYED]
    is_whole = False
    for entry in read:
        events = await _events(connection, entry, kept)
        before.append(events)
        is_whole = any(event.kind is JobEventKind.STARTED and event.address is not None for event in events)
        if is_whole:  # it met a waiting host: no job waited then
            break
    line: list[Pubkey | None] = []
    if not is_whole and len(read) == _MOST_REPLAYED:
        return None
    for event in (event for events in reversed(before) for event in events):
        if event.kind is JobEventKind.QUEUED:
            line.append(event.address)
        elif event.kind is JobEventKind.DELISTED and event.address in line:
            line.remove(event.address)
        elif event.kind is JobEventKind.STARTED and event.address is None and line:
            line.pop(0)
    return line[0] if line else None


async def find_posted(connection: Connection, job: Pubkey) -> JobEvent | None:
    """The event of a job's posting; None where the endpoint knows none. Network: 1 call or more for its list, and 1."""
    async for event in _told(connection, (await _successes(connection, job))[::-1], {}):
        if event.kind is JobEventKind.POSTED and event.address == job:
            return event
    return None


async def find_last(connection: Connection, job: Pubkey) -> JobEvent | None:
    """The last thing that happened to a job by a transaction that names it. Network: 1 call or more, and 1."""
    last = None
    async for event in _told(connection, await _successes(connection, job), {}):
        if event.address == job and event.kind is not JobEventKind.MARKET_CLOSED:
            if last is not None and event.signature != last.signature:
                return last
            last = event
    return last


async def _successes(connection: Connection, address: Pubkey) -> list[Listed]:
    """Successful transactions that name an address, the newest first."""
    return [entry for entry in await fetch_signatures(connection, address) if not entry.failed]


async def _told(connection: Connection, listed: list[Listed], kept: Kept) -> AsyncIterator[JobEvent]:
    for entry in listed[:_MOST_READ]:
        for event in await _events(connection, entry, kept):
            yield event


async def _events(connection: Connection, entry: Listed, kept: Kept) -> Sequence[JobEvent]:
    """What a transaction did. Network: 1 call, the first time."""
    if entry.signature not in kept:
        landed = await fetch_transaction(connection, entry.signature)
        if landed is None:  # the endpoint is behind its own list
            return ()
        kept[entry.signature] = job_events(landed, network=connection.network)
    return kept[entry.signature]
