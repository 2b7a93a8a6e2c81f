"""How jobs are shown: columns of a job, and of how it stands at a moment."""

from __future__ import annotations

from typing import Any

from nosana_chain.cli.columns import Column, flag, moment, nos, number, span, text


def host_of(job: Any) -> Any:
    """Who runs a job, or ran it; None while nobody does."""
    return job.run.node if job.run else job.node


def started_at(job: Any) -> int | None:
    """When its host got it."""
    found: int | None = job.run.time if job.run else job.time_start
    return found


def state_of(progress: Any) -> str:
    """Where a job stands, for people and programs."""
    return "stranded" if progress.is_stranded else progress.job.state.name.lower()


LISTED: tuple[Column, ...] = (
    text("job", "address"),
    text("state", lambda job: job.state.name.lower()),
    span("timeout"),
    nos("deposit"),
    nos("reward"),
    text("market"),
    text("host", host_of),
    moment("started", started_at),
    moment("ended", "time_end"),
    text("project"),
    text("result_cid"),
)

#: Of a `JobProgress`.
SHOWN: tuple[Column, ...] = (
    text("job", "job.address"),
    text("state", state_of),
    text("market", "job.market"),
    text("project", "job.project"),
    text("payer", "job.payer"),
    text("host", lambda row: host_of(row.job)),
    text("run", lambda row: row.job.run and row.job.run.address),
    number("position", lambda row: row.place and row.place.position),
    number("waiting", lambda row: row.place and row.place.waiting),
    nos("price_per_second", "job.price"),
    span("timeout", "job.timeout"),
    span("elapsed"),
    span("time_left"),
    moment("started", lambda row: started_at(row.job)),
    moment("ends", "ends_at"),
    flag("overdue", "is_overdue"),
    nos("deposit", "job.deposit"),
    nos("cost"),
    nos("refund"),
    text("definition_cid", "job.definition_cid"),
    text("result_cid", "job.result_cid"),
)
