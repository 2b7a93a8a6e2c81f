"""Watching a host: its place in queues, the jobs that it gets, and how they end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from solders.pubkey import Pubkey
from solders.signature import Signature

from nosana_chain.engine.engine import Engine
from nosana_chain.engine.following.starting import watch_of
from nosana_chain.engine.following.watch import Watch
from nosana_chain.models.event import Place
from nosana_chain.models.landed_transaction import LandedTransaction
from nosana_chain.programs.jobs.events import JobEvent, job_events
from nosana_chain.programs.jobs.host_events import HostEvent, HostEventKind, host_events
from nosana_chain.programs.jobs.job_teller import JobFilter, JobTeller
from nosana_chain.wire.connection import Connection


class HostTeller:
    """Tells the events of one host. `list` names no host that it takes, and `work` no job: the run tells both.

    Args:
        connection: the cluster.
        host: its wallet.
    """

    def __init__(self, connection: Connection, host: Pubkey) -> None:
        self._connection = connection
        self._host = host
        self._jobs = JobTeller(connection, JobFilter())
        self._of_jobs: dict[tuple[Signature, Place], JobEvent] = {}  # of the transactions that were read last

    def read(self, landed: LandedTransaction) -> Sequence[HostEvent]:
        """As `host_events`."""
        network = self._connection.network
        self._of_jobs |= {event.identity: event for event in job_events(landed, network=network)}
        return host_events(landed, network=network)

    async def begin(self, _followed: Sequence[Pubkey] | None, /) -> None:
        """Nothing must be known."""

    async def prepare(self, events: Sequence[HostEvent]) -> None:
        """Look at the runs that they leave open. Network: 2 calls, or none."""
        signatures = {event.signature for event in events}
        self._of_jobs = {identity: job for identity, job in self._of_jobs.items() if identity[0] in signatures}
        await self._jobs.prepare([*self._of_jobs.values()])

    def tell(self, event: HostEvent) -> HostEvent:
        """The event with all that is known of it."""
        job = self._of_jobs.pop(event.identity, None)
        if job is not None:
            full = self._jobs.known.tell(job)
            return replace(event, address=full.host, job=full.address, market=full.market)
        return event

    def wants(self, event: HostEvent) -> bool:
        """Whether it is the host's."""
        return event.address == self._host

    def take_back(self, event: HostEvent) -> None:
        """It didn't happen; of runs nothing has to be taken back."""

    def restart(self, slot: int) -> HostEvent:
        """The event that takes back whatever was told of the slots after this one."""
        return HostEvent(
            kind=HostEventKind.RETRACTED,
            address=self._host,
            slot=slot,
            time=None,
            signature=Signature.default(),
            place=Place(0),
        )

    def followed(self) -> Sequence[Pubkey]:
        """The jobs program: whoever takes a host off a queue names neither it nor its run."""
        return [self._connection.network.programs.jobs]


def watch_host(engine: Engine, host: Pubkey, *, since: str | None) -> Watch[HostEvent]:
    """The events of a host, from now on or from a cursor on."""
    teller = HostTeller(engine.connection, host)
    return watch_of(engine, teller, followed=("hosts", str(host)), since=since)
