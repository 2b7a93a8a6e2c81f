"""What happened to markets and their queues, as the transactions that did it tell. Pure: no network."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from solders.pubkey import Pubkey

from nosana_chain.models.event import RETRACTED, ChainEvent
from nosana_chain.models.landed_transaction import LandedTransaction
from nosana_chain.models.market import KEY_LENGTH, QUEUE_OFFSET, JobType, Market
from nosana_chain.networks import Network
from nosana_chain.one_line import one_line
from nosana_chain.reading.program_calls import ProgramCall, created_space, creates
from nosana_chain.reading.program_events import Facts, Rule, events_by, moved
from nosana_chain.units import NosUnits, Seconds, XNos


class MarketEventKind(StrEnum):
    """What can happen to a market. Each is made by an instruction of the jobs program, named here, or by a part."""

    OPENED = "opened"  #: `open`: the market is there
    UPDATED = "updated"  #: `update`: new terms, the price among them
    CLOSED = "closed"  #: `close` or `close_admin`: the market is gone, and what was in its vault
    JOB_QUEUED = "job_queued"  #: `list` that met no waiting host: a job waits, last in line
    JOB_DELISTED = "job_delisted"  #: `delist`: a job was taken out of the queue
    JOB_TAKEN = "job_taken"  #: `work` that met a waiting job: a host took the first in line
    HOST_JOINED = "host_joined"  #: `work` that met no waiting job: a host waits, last in line
    HOST_LEFT = "host_left"  #: `stop` by the host itself
    HOST_EVICTED = "host_evicted"  #: `stop` by the market's operator
    HOST_TAKEN = "host_taken"  #: `list` that met a waiting host, the first in line; `assign`, which names one
    RETRACTED = RETRACTED  #: no instruction: what the event `retracts` told didn't happen, its slot was reorganised


@one_line
@dataclass(frozen=True, slots=True, kw_only=True)
class MarketEvent(ChainEvent):
    """Something that happened to a market or its queue.

    What the transaction doesn't tell is None, and so is what doesn't belong to the kind of event. `work` doesn't name
    the job that it takes, nor `list` the host: `market_after` and `with_place` know them where they know the market.

    Attributes:
        kind: what happened.
        address: the market.
        authority: who operates it, of OPENED, UPDATED and HOST_EVICTED; who closed it, of CLOSED.
        job: that was queued, delisted or taken, or that took a host.
        host: that joined, left, was evicted or was taken, or that took a job.
        position: place in line, from 0, of the job or host that joined, or that it had when it left the queue; None
            until `with_place` fills it in from the market.
        run: address of the run account that was made, of JOB_TAKEN and HOST_TAKEN.
        job_price: NOS base units per second; this and the next five are of OPENED and UPDATED.
        job_timeout: seconds, as stored: nothing keeps an operator from a negative one.
        job_expiration: seconds, likewise.
        job_type: size class, as stored.
        node_xnos_minimum: what a host's stake must weigh.
        node_access_key: collection whose NFT a host must hold; None for a market open to all.
        vault: of OPENED and CLOSED.
        queue_capacity: of OPENED, how many keys the new account has room for.
        withdrawn: NOS base units that were in the vault, of CLOSED.
        old: the market before, as far as it is known.
        new: the market after; None where it is gone, and where the transaction can't tell.
    """

    kind: MarketEventKind
    authority: Pubkey | None = None
    job: Pubkey | None = None
    host: Pubkey | None = None
    position: int | None = None
    run: Pubkey | None = None
    job_price: NosUnits | None = None
    job_timeout: Seconds | None = None
    job_expiration: Seconds | None = None
    job_type: int | None = None
    node_xnos_minimum: XNos | None = None
    node_access_key: Pubkey | None = None
    vault: Pubkey | None = None
    queue_capacity: int | None = None
    withdrawn: NosUnits | None = None
    old: Market | None = field(default=None, compare=False)
    new: Market | None = field(default=None, compare=False)


def market_events(landed: LandedTransaction, *, network: Network) -> tuple[MarketEvent, ...]:
    """What a landed transaction did to markets, in order; nothing where it failed. `old` and `new` are left open.

    In a market of `JobType.UNKNOWN` nothing is ever queued, and no transaction says of which type a market is: a
    JOB_QUEUED or HOST_JOINED there changes nothing, as `market_after` knows.

    Args:
        landed: as `fetch_transaction` gives it.
        network: whose jobs program it is.

    Raises:
        InputError: the endpoint left out whether it succeeded or what it called, or contradicts itself.
    """
    return events_by(_RULES, MarketEvent, landed, program="jobs", network=network)


#: Instructions that make no event of a market, each with its reason.
NO_MARKET_EVENT: Mapping[str, str] = {
    "Recover": "a job that stands still is in no queue",
    "Extend": "a job keeps its place in the queue",
    "End": "a job that runs is in no queue",
    "Claim": "a job that stands still is in no queue",
    "Complete": "a job that is done is in no queue",
    "Finish": "a job that runs is in no queue",
    "Quit": "a job that runs is in no queue",
    "QuitAdmin": "a job that runs is in no queue",
    "Clean": "a job that is done is in no queue",
    "CleanAdmin": "the key of a job that waited stays in the queue",
}


def _open(call: ProgramCall) -> Iterator[Facts]:
    facts = {name: call.accounts[name] for name in ("authority", "vault")} | _terms(call, "node_xnos_minimum")
    known = JobType.__members__.values()
    facts["job_type"] = facts["job_type"] if facts["job_type"] in known else int(JobType.UNKNOWN)
    room = created_space(call, "market") - QUEUE_OFFSET
    yield MarketEventKind.OPENED, _market(call) | facts | {"queue_capacity": room // KEY_LENGTH}


def _update(call: ProgramCall) -> Iterator[Facts]:
    facts = {"authority": call.accounts["authority"]} | _terms(call, "node_stake_minimum")
    yield MarketEventKind.UPDATED, _market(call) | facts


def _close(call: ProgramCall) -> Iterator[Facts]:
    facts = {name: call.accounts[name] for name in ("authority", "vault")}
    yield MarketEventKind.CLOSED, _market(call) | facts | {"withdrawn": moved(call)[0]}


def _list(call: ProgramCall) -> Iterator[Facts]:
    facts = _market(call) | {"job": call.accounts["job"]}
    if creates(call, "run"):
        yield MarketEventKind.HOST_TAKEN, facts | {"run": call.accounts["run"]}
    else:
        yield MarketEventKind.JOB_QUEUED, facts


def _assign(call: ProgramCall) -> Iterator[Facts]:
    facts = {name: call.accounts[name] for name in ("job", "run")} | {"host": call.accounts["node"]}
    yield MarketEventKind.HOST_TAKEN, _market(call) | facts


def _delist(call: ProgramCall) -> Iterator[Facts]:
    yield MarketEventKind.JOB_DELISTED, _market(call) | {"job": call.accounts["job"]}


def _work(call: ProgramCall) -> Iterator[Facts]:
    facts = _market(call) | {"host": call.accounts["authority"]}
    if creates(call, "run"):
        yield MarketEventKind.JOB_TAKEN, facts | {"run": call.accounts["run"]}
    else:
        yield MarketEventKind.HOST_JOINED, facts


def _stop(call: ProgramCall) -> Iterator[Facts]:
    facts, authority = _market(call) | {"host": call.accounts["node"]}, call.accounts["authority"]
    if authority == call.accounts["node"]:
        yield MarketEventKind.HOST_LEFT, facts
    else:
        yield MarketEventKind.HOST_EVICTED, facts | {"authority": authority}


_RULES: Mapping[str, Rule] = {
    "Open": _open,
    "Update": _update,
    "Close": _close,
    "CloseAdmin": _close,
    "List": _list,
    "Assign": _assign,
    "Delist": _delist,
    "Work": _work,
    "Stop": _stop,
}


def _market(call: ProgramCall) -> dict[str, Any]:
    return {"address": call.accounts["market"]}


def _terms(call: ProgramCall, minimum: str) -> dict[str, Any]:
    names = ("job_price", "job_timeout", "job_expiration", "job_type")
    key = call.accounts["access_key"]
    return {name: call.arguments[name] for name in names} | {
        "node_xnos_minimum": call.arguments[minimum],
        "node_access_key": None if key == Pubkey.default() else key,
    }
