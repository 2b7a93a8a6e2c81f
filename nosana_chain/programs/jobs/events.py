"""What happened to jobs, as the transactions that did it tell. Pure: no network."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from solders.pubkey import Pubkey

from nosana_chain.cid import cid_from_digest
from nosana_chain.models.event import RETRACTED, ChainEvent
from nosana_chain.models.job import Job
from nosana_chain.models.landed_transaction import LandedTransaction
from nosana_chain.networks import Network
from nosana_chain.one_line import one_line
from nosana_chain.reading.program_calls import ProgramCall, creates
from nosana_chain.reading.program_events import Facts, Rule, events_by, fee_added, has_moved, moved
from nosana_chain.units import NosUnits, Seconds


class JobEventKind(StrEnum):
    """What can happen to a job. Each is made by an instruction of the jobs program, named here, or by a part of one."""

    POSTED = "posted"  #: `list` or `assign`: the job is there, and its deposit in the market's vault
    QUEUED = "queued"  #: `list` that met no waiting host: the job waits, last in line
    STARTED = "started"  #: `list` that met a waiting host, `assign`, or `work` that met a waiting job: it has a run
    EXTENDED = "extended"  #: `extend`: it may run longer, and more is locked for it
    DELISTED = "delisted"  #: `delist`: taken back while it waited; the job is gone, its deposit paid back
    QUIT = "quit"  #: `quit`: its host gave up; it stands still until somebody claims or recovers it
    EVICTED = "evicted"  #: `quit_admin`: the network's admin took its run away; it is queued, and in no queue
    CLAIMED = "claimed"  #: `claim`: another host took over a job whose host had given up
    RECOVERED = "recovered"  #: `recover`: taken back after its host gave up; the job is gone, its deposit paid back
    ENDED = "ended"  #: `end`: its project stopped it while it ran; the host was paid for its seconds
    FINISHED = "finished"  #: `finish`: its host handed in the result and was paid
    RESULT_SET = "result_set"  #: `complete`: its host handed in the result of a job that was ended
    CLEANED = "cleaned"  #: `clean`, or `clean_admin` by the network's admin: the job is gone
    MARKET_CLOSED = "market_closed"  #: `close` or `close_admin`: the market is gone, and all deposits in its vault
    RETRACTED = RETRACTED  #: no instruction: what the event `retracts` told didn't happen, its slot was reorganised


@one_line
@dataclass(frozen=True, slots=True, kw_only=True)
class JobEvent(ChainEvent):
    """Something that happened to a job.

    What the transaction doesn't tell is None, and so is what doesn't belong to the kind of event. `work` names no
    job: a job that it started has no `address` here, and `list` names no host. The market's queue as it was before
    tells both (`started_from`), and so does the run account while it is there.

    Attributes:
        kind: what happened.
        address: the job; the market for MARKET_CLOSED; None for STARTED by `work`, and for EVICTED.
        market: of the job.
        project: who may extend, stop and recover the job.
        payer: whose NOS and rent were locked.
        host: whose run it is: the node of the accounts.
        run: address of the run account that was made or closed.
        run_payer: who pays, or gets back, the rent of the run account.
        timeout: the longest time to run, in seconds: of POSTED and EXTENDED.
        price: NOS base units per second, of POSTED; None where the timeout is 0, since then nothing was paid.
        definition_cid: CIDv0 of the job definition, of POSTED.
        result_cid: CIDv0 of the result, of FINISHED and RESULT_SET.
        deposit: NOS base units that went into the vault, of POSTED and EXTENDED.
        paid: NOS base units that the host got, of FINISHED and ENDED.
        refunded: NOS base units that came back, of FINISHED, ENDED, DELISTED and RECOVERED; what the operator took
            from the vault, of MARKET_CLOSED.
        network_fee: NOS base units that the program took on top of the deposit.
        old: the job before, as far as it is known.
        new: the job after; None where it is gone, and where the transaction can't tell.
    """

    kind: JobEventKind
    market: Pubkey | None = None
    project: Pubkey | None = None
    payer: Pubkey | None = None
    host: Pubkey | None = None
    run: Pubkey | None = None
    run_payer: Pubkey | None = None
    timeout: Seconds | None = None
    price: NosUnits | None = None
    definition_cid: str | None = None
    result_cid: str | None = None
    deposit: NosUnits | None = None
    paid: NosUnits | None = None
    refunded: NosUnits | None = None
    network_fee: NosUnits | None = None
    old: Job | None = field(default=None, compare=False)
    new: Job | None = field(default=None, compare=False)


def job_events(landed: LandedTransaction, *, network: Network) -> tuple[JobEvent, ...]:
    """What a landed transaction did to jobs, in order; nothing where it failed. `old` and `new` are left open.

    Calls of the jobs program by other programs count too, and addresses out of lookup tables are read where the
    endpoint tells them.

    Args:
        landed: as `fetch_transaction` gives it.
        network: whose jobs program it is.

    Raises:
        InputError: the endpoint left out whether it succeeded or what it called, or contradicts itself.
    """
    return events_by(_RULES, JobEvent, landed, program="jobs", network=network)


#: Instructions that make no event of a job, each with its reason.
NO_JOB_EVENT: Mapping[str, str] = {
    "Open": "a new market has no jobs",
    "Update": "new terms hold for jobs that are posted later",
    "Stop": "it takes a host out of the queue, no job",
}


def _list(call: ProgramCall) -> Iterator[Facts]:
    job = _job(call)
    yield JobEventKind.POSTED, job | _posted(call)
    if creates(call, "run"):
        yield JobEventKind.STARTED, job | _new_run(call)
    else:
        yield JobEventKind.QUEUED, job


def _assign(call: ProgramCall) -> Iterator[Facts]:
    job = _job(call)
    yield JobEventKind.POSTED, job | _posted(call)
    yield JobEventKind.STARTED, job | _new_run(call) | {"host": call.accounts["node"]}


def _work(call: ProgramCall) -> Iterator[Facts]:
    """Only where a job was waiting: else a host joined the queue, which is nothing that happens to a job."""
    if creates(call, "run"):
        facts = {"address": None, "market": call.accounts["market"], "host": call.accounts["authority"]}
        yield JobEventKind.STARTED, facts | _new_run(call)


def _claim(call: ProgramCall) -> Iterator[Facts]:
    facts = {"address": call.accounts["job"], "market": call.accounts["market"]}
    yield JobEventKind.CLAIMED, facts | _new_run(call) | {"host": call.accounts["authority"]}


def _extend(call: ProgramCall) -> Iterator[Facts]:
    deposit = moved(call)[0]
    facts = {"timeout": Seconds(call.arguments["timeout"]), "deposit": deposit, "network_fee": fee_added(call) or 0}
    # anybody may sign as payer of a free job: only who pays for it is the job's
    yield JobEventKind.EXTENDED, _job(call) | facts | ({} if deposit else {"payer": None})


def _delist(call: ProgramCall) -> Iterator[Facts]:
    yield JobEventKind.DELISTED, _job(call) | {"refunded": moved(call)[0]}


def _recover(call: ProgramCall) -> Iterator[Facts]:
    yield JobEventKind.RECOVERED, _job(call) | {"refunded": moved(call)[0]}


def _end(call: ProgramCall) -> Iterator[Facts]:
    # its payer is the run's: that of the job isn't named
    yield JobEventKind.ENDED, _job(call) | {"payer": None} | _settled(call) | _old_run(call, "payer")


def _finish(call: ProgramCall) -> Iterator[Facts]:
    facts = {"address": call.accounts["job"], "market": call.accounts["market"]}
    who = {"payer": call.accounts["payer_job"], "host": call.accounts["authority"]}
    result = {"result_cid": _cid(call, "ipfs_result")}
    yield JobEventKind.FINISHED, facts | who | result | _settled(call) | _old_run(call, "payer_run")


def _complete(call: ProgramCall) -> Iterator[Facts]:
    facts = {"address": call.accounts["job"], "host": call.accounts["authority"]}
    yield JobEventKind.RESULT_SET, facts | {"result_cid": _cid(call, "ipfs_result")}


def _quit(call: ProgramCall) -> Iterator[Facts]:
    facts = {"address": call.accounts["job"], "host": call.accounts["authority"]}
    yield JobEventKind.QUIT, facts | _old_run(call, "payer")


def _quit_admin(call: ProgramCall) -> Iterator[Facts]:
    yield JobEventKind.EVICTED, {"address": None} | _old_run(call, "payer")


def _clean(call: ProgramCall) -> Iterator[Facts]:
    facts = {"address": call.accounts["job"], "payer": call.accounts["payer"]}
    yield JobEventKind.CLEANED, facts | {"market": call.accounts.get("market")}  # clean_admin names none


def _close(call: ProgramCall) -> Iterator[Facts]:
    market = call.accounts["market"]
    yield (
        JobEventKind.MARKET_CLOSED,
        {"address": market, "market": market, "refunded": moved(call)[0]},
    )


_RULES: Mapping[str, Rule] = {
    "List": _list,
    "Assign": _assign,
    "Work": _work,
    "Claim": _claim,
    "Extend": _extend,
    "Delist": _delist,
    "Recover": _recover,
    "End": _end,
    "Finish": _finish,
    "Complete": _complete,
    "Quit": _quit,
    "QuitAdmin": _quit_admin,
    "Clean": _clean,
    "CleanAdmin": _clean,
    "Close": _close,
    "CloseAdmin": _close,
}


def _job(call: ProgramCall) -> dict[str, Any]:
    """The job by whose owner the instruction is called: all but `end` name the job's payer."""
    named = {name: call.accounts[name] for name in ("market", "payer")}
    return named | {"address": call.accounts["job"], "project": call.accounts["authority"]}


def _posted(call: ProgramCall) -> dict[str, Any]:
    deposit, timeout = moved(call)[0], call.arguments["timeout"]
    price = deposit // timeout if deposit else 0
    return {
        "timeout": Seconds(timeout),
        "price": None if timeout == 0 and has_moved(call) else NosUnits(price),
        "definition_cid": _cid(call, "ipfs_job"),
        "deposit": deposit,
        "network_fee": fee_added(call) or 0,
    }


def _new_run(call: ProgramCall) -> dict[str, Any]:
    return {"run": call.accounts["run"], "run_payer": call.accounts["payer"]}


def _old_run(call: ProgramCall, payer: str) -> dict[str, Any]:
    return {"run": call.accounts["run"], "run_payer": call.accounts[payer]}


def _settled(call: ProgramCall) -> dict[str, Any]:
    """The host is paid first, then the rest comes back; of a free job nothing moves."""
    paid, refunded = moved(call)
    return {"paid": paid, "refunded": refunded}


def _cid(call: ProgramCall, argument: str) -> str:
    return cid_from_digest(bytes(call.arguments[argument])) or ""
