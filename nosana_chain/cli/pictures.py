"""What live views draw: how a job, a market or a host stands, within 80 columns. Pure, but for rich, which draws it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from nosana_chain.cli.columns import format_moment, format_span
from nosana_chain.cli.event_columns import line_of
from nosana_chain.cli.live import View
from nosana_chain.cli.output import printable
from nosana_chain.units import HOUR, UnixSeconds, format_nos

if TYPE_CHECKING:
    from rich.console import RenderableType

    from nosana_chain.cli.host_status import HostStatus
    from nosana_chain.models.market import Market
    from nosana_chain.models.node import Node
    from nosana_chain.programs.jobs.formulas import JobProgress

BAR_LETTERS = 40
_FULL, _EMPTY = "━", "─"
_MOST_SHOWN = 5  # of a queue

Fact = tuple[str, str]


def job_view() -> View:
    """Of one job."""
    return View(job_picture, lambda event: line_of(event, _job_detail))


def market_view() -> View:
    """Of one market."""
    return View(market_picture, lambda event: line_of(event, _market_detail))


def host_view() -> View:
    """Of one host."""
    return View(host_picture, lambda event: line_of(event, _host_detail))


def _job_detail(event: Any) -> str:
    """What matters of an event, of one job."""
    for name in ("paid", "refunded", "deposit"):
        if getattr(event, name) is not None:
            return f"{_VERBS[name]} {format_nos(getattr(event, name))} NOS"
    return f"host {event.host}" if event.host else ""


def _market_detail(event: Any) -> str:
    who = event.host if event.kind.value.startswith("host") else event.job or event.host
    if event.job_price is not None:
        return f"{format_nos(event.job_price)} NOS/s"
    return f"{who or ''}" + (f"  place {event.position + 1}" if event.position is not None else "")


def _host_detail(event: Any) -> str:
    paid = f"  {format_nos(event.paid)} NOS" if event.paid is not None else ""
    return f"{event.job or event.market or ''}{paid}"


_VERBS = {"paid": "the host was paid", "refunded": "back came", "deposit": "locked"}


def job_picture(progress: JobProgress | None, since: float) -> RenderableType:
    """A job: where it stands, how far its time has gone, and what it costs.

    Args:
        progress: as it was looked at last; None for a job that is gone.
        since: seconds since then.
    """
    if progress is None:
        return _facts([("", "the job is gone from the chain")])
    from dataclasses import replace

    progress = replace(progress, now=UnixSeconds(progress.now + int(since)))
    job = progress.job
    state = "stranded" if progress.is_stranded else job.state.name.lower()
    return _facts([*_job_facts(progress)], state=state, address=job.address, bar=_job_bar(progress))


def _job_facts(progress: JobProgress) -> Iterator[Fact]:
    job = progress.job
    yield "market", str(job.market)
    if progress.place is not None:
        yield "place", f"{progress.place.position} of {progress.place.waiting} that wait"
    host = job.run.node if job.run else job.node
    if host is not None:
        yield "host", str(host)
    yield "time", _job_time(progress)
    comes_back = f", {format_nos(progress.refund)} {'came' if job.time_end else 'would come'} back"
    yield "cost", f"{format_nos(progress.cost)} NOS{comes_back if job.deposit else ''}"
    if job.result_cid is not None:
        yield "result", job.result_cid


def _job_time(progress: JobProgress) -> str:
    allowed = format_span(progress.job.timeout)
    if progress.time_left is None:
        return f"{allowed} at most"
    left = "its time is over" if progress.is_overdue else f"{format_span(progress.time_left)} left"
    ended = "" if progress.job.time_end is None else f", ended {format_moment(progress.job.time_end)}"
    return f"{format_span(progress.elapsed)} of {allowed}{ended or ', ' + left}"


def _job_bar(progress: JobProgress) -> float | None:
    if progress.job.run is None or not progress.job.timeout:
        return None
    return min(1.0, progress.elapsed / progress.job.timeout)


def market_picture(market: Market, _since: float) -> RenderableType:
    """A market: its price, and who is next in line."""
    facts = [
        ("price", f"{format_nos(market.job_price)} NOS/s, {format_nos(market.job_price * HOUR)} NOS/h"),
        ("time", f"{format_span(market.job_timeout)} at most"),
        ("queue", _queue_length(market)),
        *((f"{number:>5}", str(address)) for number, address in enumerate(market.queue[:_MOST_SHOWN], start=1)),
    ]
    more = len(market.queue) - _MOST_SHOWN
    if more > 0:
        facts.append(("", f"and {more} more"))
    return _facts(facts, state="market", address=market.address)


def _queue_length(market: Market) -> str:
    jobs, hosts = len(market.waiting_jobs), len(market.waiting_hosts)
    if jobs:
        return f"{jobs} {'job waits' if jobs == 1 else 'jobs wait'} for a host"
    return f"{hosts} {'host waits' if hosts == 1 else 'hosts wait'} for a job" if hosts else "nobody waits"


def host_picture(status: HostStatus, since: float) -> RenderableType:
    """A host: its stake, where it waits, what it works on, what it earns."""
    return _facts([*_host_facts(status, int(since))], state=status.state, address=status.host)


def host_lines(status: HostStatus) -> Iterator[str]:
    """The same as plain lines."""
    yield f"{status.state}  {status.host}"
    for name, value in _host_facts(status, 0):
        yield f"  {name:<7} {value}"


def _host_facts(status: HostStatus, since: int) -> Iterator[Fact]:
    earnings = status.earnings
    stake = status.stake
    yield "stake", "none" if stake is None else f"{format_nos(stake.amount)} NOS, {format_nos(stake.xnos)} xNOS"
    yield "node", "not in the registry" if status.node is None else _node_words(status.node)
    for place in status.places:
        yield "waits", f"{place.position} of {place.waiting} in {place.market}"
    for job in earnings.running:
        yield "job", str(job.address)
        yield "", _run_time(job, earnings.now + since)
    count = len(earnings.finished)
    jobs = "1 finished job" if count == 1 else f"{count} finished jobs"
    yield "earned", f"{format_nos(earnings.paid)} NOS, of {jobs} on chain"


def _node_words(node: Node) -> str:
    """Its host's own words, on one line and without what a terminal would take for a command."""
    said = printable(", ".join(word for word in (node.endpoint, node.version) if word))
    return f"{'audited' if node.audited else 'not audited'}{', ' if said else ''}{said}"


def _run_time(job: Any, now: int) -> str:
    passed = max(0, now - job.run.time)
    earns = min(passed, job.timeout) * job.price
    return f"{format_span(passed)} of {format_span(job.timeout)}, {format_nos(earns)} NOS so far"


#: What a state looks like: at a glance whether anything is to be done.
_STYLES = {
    "queued": "bold yellow",
    "waits": "bold yellow",
    "running": "bold green",
    "works": "bold green",
    "done": "bold green",
    "stopped": "bold red",
    "stranded": "bold red",
}


def _facts(facts: list[Fact], *, state: str = "", address: object = "", bar: float | None = None) -> RenderableType:
    from rich.console import Group
    from rich.table import Table
    from rich.text import Text

    grid = Table.grid(padding=(0, 2))
    grid.add_column(style="dim", no_wrap=True)
    grid.add_column(overflow="fold")
    for name, value in facts:
        grid.add_row(f"  {name}", value)
    head = Text.assemble((state, _STYLES.get(state, "bold")), f"  {address}") if state else Text("")
    return Group(head, *([_bar(bar)] if bar is not None else []), grid)


def _bar(part: float) -> RenderableType:
    from rich.text import Text

    full = round(part * BAR_LETTERS)
    return Text.assemble("  ", (_FULL * full, "green"), (_EMPTY * (BAR_LETTERS - full), "dim"), f"  {part:.0%}")
