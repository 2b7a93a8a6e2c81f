"""What live views draw, of every state, within 80 columns."""

from __future__ import annotations

from dataclasses import replace
from io import StringIO
from typing import Any

import pytest
from rich.console import Console
from solders.pubkey import Pubkey
from solders.signature import Signature

from nosana_chain.cli.host_status import HostStatus, status_record
from nosana_chain.cli.pictures import host_lines, host_view, job_view, market_view
from nosana_chain.models.event import Place
from nosana_chain.models.job import Job, JobState, Run
from nosana_chain.models.market import Market, QueueKind
from nosana_chain.models.node import Node
from nosana_chain.programs.jobs.balances import Earnings
from nosana_chain.programs.jobs.events import JobEvent, JobEventKind
from nosana_chain.programs.jobs.formulas import JobProgress, QueuePlace
from nosana_chain.programs.jobs.host_events import HostEvent, HostEventKind
from nosana_chain.programs.jobs.market_events import MarketEvent, MarketEventKind
from nosana_chain.units import NosUnits, Seconds, UnixSeconds, XNos

JOB, MARKET, HOST, OWNER, RUN = (Pubkey(bytes([number]) * 32) for number in range(1, 6))
NOW = UnixSeconds(1_800_000_000)
QUEUED = Job(
    address=JOB,
    definition_cid="Qm",
    result_cid=None,
    market=MARKET,
    payer=OWNER,
    project=OWNER,
    price=NosUnits(1000),
    timeout=Seconds(600),
    state=JobState.QUEUED,
    node=None,
    time_start=None,
    time_end=None,
    run=None,
)
RUNNING = QUEUED.with_run(Run(address=RUN, job=JOB, node=HOST, payer=HOST, time=UnixSeconds(NOW - 150)))
DONE = replace(
    QUEUED,
    state=JobState.DONE,
    node=HOST,
    time_start=UnixSeconds(NOW - 150),
    time_end=UnixSeconds(NOW - 50),
    result_cid="QmResult",
)
PLACE = QueuePlace(market=MARKET, address=JOB, position=2, waiting=7)


def drawn(view: Any, seen: Any, since: float = 0.0) -> str:
    written = StringIO()
    Console(file=written, width=80).print(view.draw(seen, since))
    text = written.getvalue()
    assert max(map(len, text.splitlines())) <= 80
    return "\n".join(line.rstrip() for line in text.splitlines())


def job(state: Job, place: QueuePlace | None = None, since: float = 0.0) -> str:
    return drawn(job_view(), JobProgress(job=state, now=NOW, place=place), since)


def test_a_job_that_waits() -> None:
    shown = job(QUEUED, PLACE)
    assert shown.startswith(f"queued  {JOB}")
    assert "  place   2 of 7 that wait" in shown
    assert "  time    10m at most" in shown
    assert "%" not in shown


def test_a_job_that_runs_goes_on_between_two_looks() -> None:
    shown = job(RUNNING)
    assert shown.startswith(f"running  {JOB}")
    assert f"  host    {HOST}" in shown
    assert "  25%" in shown
    assert "  time    2m30s of 10m, 7m30s left" in shown
    assert "  cost    0.150000 NOS, 0.450000 would come back" in shown
    assert "  time    2m40s of 10m, 7m20s left" in job(RUNNING, since=10.9)


def test_a_job_whose_time_is_over() -> None:
    shown = job(RUNNING, since=700)
    assert "its time is over" in shown
    assert "  100%" in shown
    assert "0.600000 NOS, 0.000000 would come back" in shown


def test_a_job_that_is_done() -> None:
    shown = job(DONE)
    assert shown.startswith(f"done  {JOB}")
    assert "1m40s of 10m, ended 2027-01-15 07:59:10Z" in shown
    assert "0.100000 NOS, 0.500000 came back" in shown
    assert "QmResult" in shown


@pytest.mark.parametrize(
    ("state", "told"),
    [(QUEUED, "stranded"), (replace(QUEUED, state=JobState.STOPPED), "stopped")],
    ids=["stranded", "stopped"],
)
def test_a_job_that_nothing_comes_of(state: Job, told: str) -> None:
    assert job(state).startswith(f"{told}  {JOB}")


def test_a_job_that_is_gone() -> None:
    assert "gone from the chain" in drawn(job_view(), None)


@pytest.mark.parametrize(
    ("kind", "count", "told"),
    [
        (QueueKind.EMPTY, 0, "nobody waits"),
        (QueueKind.NODES, 1, "1 host waits for a job"),
        (QueueKind.NODES, 2, "2 hosts wait for a job"),
        (QueueKind.JOBS, 1, "1 job waits for a host"),
        (QueueKind.JOBS, 9, "9 jobs wait for a host"),
    ],
)
def test_a_market(kind: QueueKind, count: int, told: str) -> None:
    market = Market(
        address=MARKET,
        authority=OWNER,
        job_expiration=Seconds(1),
        job_price=NosUnits(216),
        job_timeout=Seconds(7200),
        job_type=0,
        vault=OWNER,
        node_access_key=None,
        node_xnos_minimum=XNos(0),
        queue_kind=kind,
        queue=tuple(Pubkey(bytes([number]) * 32) for number in range(count)),
        queue_capacity=314,
    )
    shown = drawn(market_view(), market)
    assert told in shown
    assert "0.000216 NOS/s, 0.777600 NOS/h" in shown
    assert ("and 4 more" in shown) == (count == 9)


def status(running: tuple[Job, ...] = (), places: tuple[QueuePlace, ...] = (), node: Node | None = None) -> HostStatus:
    earnings = Earnings(host=HOST, now=NOW, finished=(DONE,), running=running)
    return HostStatus(host=HOST, stake=None, node=node, places=places, earnings=earnings)


def test_what_a_host_says_of_its_machine_sends_no_command() -> None:
    figures = dict.fromkeys(("architecture", "country", "cpu", "gpu", "memory", "iops", "storage"), 1)
    node = Node(address=RUN, authority=HOST, audited=False, endpoint="\x1b[2Jhost", icon="", version="1.2\n", **figures)
    shown = drawn(host_view(), status(node=node))
    assert "  node    not audited, \\x1b[2Jhost, 1.2\\n" in shown
    assert status_record(status(node=node))["node"]["audited"] is False


@pytest.mark.parametrize(
    ("running", "places", "told"),
    [
        ((), (), "idle"),
        ((), (PLACE,), f"2 of 7 in {MARKET}"),
        ((RUNNING,), (), "2m30s of 10m, 0.150000 NOS so far"),
    ],
    ids=["idle", "waits", "works"],
)
def test_a_host(running: tuple[Job, ...], places: tuple[QueuePlace, ...], told: str) -> None:
    at = status(running, places)
    shown = drawn(host_view(), at)
    assert told in shown
    assert "0.100000 NOS, of 1 finished job on chain" in shown
    assert shown.split() == "\n".join(host_lines(at)).split()
    record = status_record(at)
    assert record["state"] == shown.split()[0]
    assert (record["paid_units"], record["accruing_units"]) == (100_000, 150_000 if running else 0)


ORIGIN: dict[str, Any] = {"slot": 1, "time": NOW, "signature": Signature.default(), "place": Place(0)}


@pytest.mark.parametrize(
    ("view", "event", "line"),
    [
        (
            job_view(),
            JobEvent(kind=JobEventKind.STARTED, address=JOB, host=HOST, **ORIGIN),
            f"08:00:00  started       host {HOST}",
        ),
        (
            job_view(),
            JobEvent(kind=JobEventKind.DELISTED, address=JOB, refunded=NosUnits(5), **ORIGIN),
            "08:00:00  delisted      back came 0.000005 NOS",
        ),
        (
            job_view(),
            JobEvent(kind=JobEventKind.RETRACTED, retracts=JobEventKind.QUIT, address=JOB, **{**ORIGIN, "time": None}),
            "--:--:--  retracted: quit",
        ),
        (
            market_view(),
            MarketEvent(kind=MarketEventKind.HOST_JOINED, address=MARKET, host=HOST, position=0, **ORIGIN),
            f"08:00:00  host joined   {HOST}  place 1",
        ),
        (
            market_view(),
            MarketEvent(kind=MarketEventKind.UPDATED, address=MARKET, job_price=NosUnits(7), **ORIGIN),
            "08:00:00  updated       0.000007 NOS/s",
        ),
        (
            host_view(),
            HostEvent(kind=HostEventKind.FINISHED, address=HOST, job=JOB, paid=NosUnits(7), **ORIGIN),
            f"08:00:00  finished      {JOB}  0.000007 NOS",
        ),
    ],
    ids=lambda value: value[10:30] if isinstance(value, str) else "",
)
def test_an_event_is_a_line(view: Any, event: Any, line: str) -> None:
    assert view.line(event) == line
