"""Columns of what happened on chain, for live views and for single transactions."""

from __future__ import annotations

from dataclasses import fields, replace
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
        Column("facts", "facts", facts_of, words=_facts_in_words),
        text("signature"),
        *(replace(column, wide=True) for column in (number("slot"), text("cursor"), text("retracts"))),
    )


def facts_of(event: Any) -> dict[str, Any]:
    """What an event tells beside what all have; nothing that it doesn't know."""
    return {column.name: column.value(event) for column in _known(event)}


def _facts_in_words(event: Any) -> str:
    return ", ".join(f"{column.heading} {column.shown(event)}" for column in _known(event))


def _known(event: Any) -> list[Column]:
    columns = columns_of(type(event), shown=(), without=_COMMON)
    return [column for column in columns if column.value(event) is not None]
