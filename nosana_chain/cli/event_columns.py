"""What programs are told of each thing that happens: the columns of events."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from nosana_chain.cli.columns import Column, moment, nos, number, span, text

_COMMON: tuple[Column, ...] = (moment("time"), text("event", "kind"))
_ORIGIN: tuple[Column, ...] = (
    text("retracts"),
    number("slot"),
    text("signature"),
    text("cursor"),
)

JOB_EVENTS: tuple[Column, ...] = (
    *_COMMON,
    text("job", "address"),
    text("market"),
    text("project"),
    text("payer"),
    text("host"),
    text("run"),
    span("timeout"),
    nos("price"),
    nos("deposit"),
    nos("paid"),
    nos("refunded"),
    nos("network_fee"),
    text("definition_cid"),
    text("result_cid"),
    *_ORIGIN,
)

MARKET_EVENTS: tuple[Column, ...] = (
    *_COMMON,
    text("market", "address"),
    text("job"),
    text("host"),
    number("position", lambda event: None if event.position is None else event.position + 1),  # as people count
    text("run"),
    nos("price_per_second", "job_price"),
    span("timeout", "job_timeout"),
    span("expiration", "job_expiration"),
    text("authority"),
    nos("withdrawn"),
    *_ORIGIN,
)

HOST_EVENTS: tuple[Column, ...] = (
    *_COMMON,
    text("host", "address"),
    text("market"),
    text("job"),
    text("run"),
    nos("paid"),
    *_ORIGIN,
)


def clock_time(unix: int | None) -> str:
    """The time of day of an event, UTC."""
    from nosana_chain.cli.columns import format_moment

    return "--:--:--" if unix is None else format_moment(unix)[11:19]


def line_of(event: Any, detail: Callable[[Any], str]) -> str:
    """An event on a line of 80 letters: time, kind, and what matters of it."""
    kind = f"{event.kind.value}: {event.retracts.value}" if event.retracts else event.kind.value
    return f"{clock_time(event.time)}  {kind.replace('_', ' '):<12}  {detail(event)}".rstrip()
