"""What happened to hosts in their markets, as the transactions that did it tell. Pure: no network."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from solders.pubkey import Pubkey

from nosana_chain.models.event import RETRACTED, ChainEvent
from nosana_chain.models.landed_transaction import LandedTransaction
from nosana_chain.networks import Network
from nosana_chain.one_line import one_line
from nosana_chain.programs.jobs.events import JobEvent, JobEventKind, job_events
from nosana_chain.programs.jobs.market_events import MarketEvent, MarketEventKind, market_events
from nosana_chain.units import NosUnits


class HostEventKind(StrEnum):
    """What can happen to a host. Each is made by an instruction of the jobs program, named here, or by a part of it."""

    JOINED = "joined"  #: `work` that met no waiting job: it waits, last in line
    LEFT = "left"  #: `stop` by the host itself
    EVICTED = "evicted"  #: `stop` by the market's operator
    GOT_JOB = "got_job"  #: `work` that met a waiting job, `list` or `assign` that took the host, `claim`: it has a run
    FINISHED = "finished"  #: `finish`: it handed in the result and was paid
    STOPPED = "stopped"  #: `end`: the project stopped the job, and the host was paid for its seconds
    RESULT_SET = "result_set"  #: `complete`: it handed in the result of a job that was stopped
    QUIT = "quit"  #: `quit`: it gave its job up, and was paid nothing
    LOST_JOB = "lost_job"  #: `quit_admin`: the network's admin took its run away
    RETRACTED = RETRACTED  #: no instruction: what the event `retracts` told didn't happen, its slot was reorganised


@one_line
@dataclass(frozen=True, slots=True, kw_only=True)
class HostEvent(ChainEvent):
    """Something that happened to a host. What the transaction doesn't tell is None.

    `list` doesn't name the host that it takes, `end` and `quit_admin` don't name whose run they close: there `address`
    is None, and the run account, or the market's queue before, tells.

    Attributes:
        kind: what happened.
        address: the host's wallet. It has no account of its own: `old` and `new` are None.
        market: where; None for RESULT_SET, QUIT and LOST_JOB, whose transactions don't say.
        job: that it got, finished or lost; None where it isn't named.
        run: address of the run account that was made or closed.
        paid: NOS base units that it got, of FINISHED and STOPPED.
    """

    kind: HostEventKind
    market: Pubkey | None = None
    job: Pubkey | None = None
    run: Pubkey | None = None
    paid: NosUnits | None = None


def host_events(landed: LandedTransaction, *, network: Network) -> tuple[HostEvent, ...]:
    """What a landed transaction did to hosts, in order; nothing where it failed.

    Args:
        landed: as `fetch_transaction` gives it.
        network: whose jobs program it is.

    Raises:
        InputError: the endpoint left out whether it succeeded or what it called, or contradicts itself.
    """
    queues = (_of_queue(event) for event in market_events(landed, network=network) if event.kind in _QUEUE_KINDS)
    runs = (_of_run(event) for event in job_events(landed, network=network) if event.kind in _RUN_KINDS)
    return tuple(sorted((*queues, *runs), key=lambda event: event.place))


#: Instructions that make no event of a host, each with its reason.
NO_HOST_EVENT: Mapping[str, str] = {
    "Open": "a new market has no hosts",
    "Update": "hosts that wait keep their place, whatever the new terms ask for",
    "Close": "hosts that wait there are told nothing, and have lost nothing",
    "CloseAdmin": "hosts that wait there are told nothing, and have lost nothing",
    "Extend": "its host sees the longer timeout on the job",
    "Delist": "a job that waits has no host",
    "Recover": "a job that stands still has no host",
    "Clean": "a job that is done has no host any more",
    "CleanAdmin": "a job that is closed leaves its run as it is",
}

_QUEUE_KINDS = {
    MarketEventKind.HOST_JOINED: HostEventKind.JOINED,
    MarketEventKind.HOST_LEFT: HostEventKind.LEFT,
    MarketEventKind.HOST_EVICTED: HostEventKind.EVICTED,
}
_RUN_KINDS = {
    JobEventKind.STARTED: HostEventKind.GOT_JOB,
    JobEventKind.CLAIMED: HostEventKind.GOT_JOB,
    JobEventKind.FINISHED: HostEventKind.FINISHED,
    JobEventKind.ENDED: HostEventKind.STOPPED,
    JobEventKind.RESULT_SET: HostEventKind.RESULT_SET,
    JobEventKind.QUIT: HostEventKind.QUIT,
    JobEventKind.EVICTED: HostEventKind.LOST_JOB,
}


def _of_queue(event: MarketEvent) -> HostEvent:
    return HostEvent(
        kind=_QUEUE_KINDS[event.kind],
        address=event.host,
        slot=event.slot,
        time=event.time,
        signature=event.signature,
        place=event.place,
        market=event.address,
    )


def _of_run(event: JobEvent) -> HostEvent:
    return HostEvent(
        kind=_RUN_KINDS[event.kind],
        address=event.host,
        slot=event.slot,
        time=event.time,
        signature=event.signature,
        place=event.place,
        market=event.market,
        job=event.address,
        run=event.run,
        paid=event.paid,
    )
