"""Columns of what happened on chain, for live views and for single transactions."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

from nosana_chain.cli.columns import Column, columns_of, moment, number, text
from nosana_chain.models.event import ChainEvent

_COMMON = frozenset(one.name for one in fields(ChainEvent))


def event_columns() -> tuple[Column, ...]:
    """Of events of any sort: when, what, to which account, and its facts, each named with its unit."""
    return (
        moment("time"),
        text("kind"),
        text("address"),
        Column("facts", "facts", facts_of, lambda facts: " ".join(f"{name}={value}" for name, value in facts.items())),
        number("slot"),
        text("signature"),
        text("cursor"),
        text("retracts"),
    )


def facts_of(event: Any) -> dict[str, Any]:
    """What an event tells beside what all have; nothing that it doesn't know."""
    columns = columns_of(type(event), shown=(), without=_COMMON)
    told = {column.name: column.value(event) for column in columns}
    return {name: value for name, value in told.items() if value is not None}
