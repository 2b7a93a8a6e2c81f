"""A market's terms on the command line: options that set them, and how they are shown."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import click

from nosana_chain.cli.columns import Column, nos, span, text, xnos
from nosana_chain.cli.parsing import ADDRESS, DURATION, NOS
from nosana_chain.errors import InputError
from nosana_chain.units import HOUR, format_nos

if TYPE_CHECKING:
    from nosana_chain.models.market import Market
    from nosana_chain.web.markets import MarketListing, MarketListings

TYPES = ("default", "small", "medium", "large", "gpu", "unknown")

#: Of a market, or of anything that has its terms.
TERMS: tuple[Column, ...] = (
    nos("price_per_second", "job_price"),
    nos("price_per_hour", lambda row: row.job_price * HOUR),
    span("timeout", "job_timeout"),
    span("expiration", "job_expiration"),
    text("type", lambda row: type_name(row.job_type)),
    xnos("xnos_minimum", "node_xnos_minimum"),
    text("access_key", "node_access_key"),
)

_COLUMNS: Mapping[str, Column] = {
    "job_price": TERMS[0],
    "job_timeout": TERMS[2],
    "job_expiration": TERMS[3],
    "job_type": TERMS[4],
    "node_xnos_minimum": TERMS[5],
    "node_access_key": TERMS[6],
}

_OPTIONS = (
    click.option("--price", type=NOS, help="NOS a second, such as 0.000216; 0 for a free market."),
    click.option("--price-per-hour", type=NOS, help="In its place: NOS an hour, which the seconds divide exactly."),
    click.option("--timeout", type=DURATION, help="Longest time that a job is meant to run, such as 2h."),
    click.option("--expiration", type=DURATION, help="How long after its end a job may be cleaned away, such as 1d."),
    click.option("--type", "job_type", type=click.Choice(TYPES), help="Size class; in unknown, nothing ever queues."),
    click.option("--xnos-minimum", type=NOS, help="xNOS that a host's stake must weigh."),
    click.option("--access-key", type=ADDRESS, help="Collection whose NFT a host must hold."),
)


def with_terms(command: Callable[..., Any]) -> Callable[..., Any]:
    """The options of all terms, each of which may be left out."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def terms_of(given: Mapping[str, Any]) -> dict[str, Any]:
    """The terms that were given, by the names of the library.

    Raises:
        UsageError: a price a second and one an hour.
        InputError: the seconds don't divide a price an hour.
    """
    price, hourly, job_type = given["price"], given["price_per_hour"], given["job_type"]
    if price is not None and hourly is not None:
        raise click.UsageError("--price and --price-per-hour exclude each other")
    found = {
        "job_price": _per_second(hourly) if hourly is not None else price,
        "job_timeout": given["timeout"],
        "job_expiration": given["expiration"],
        "job_type": None if job_type is None else _type_number(job_type),
        "node_xnos_minimum": given["xnos_minimum"],
        "node_access_key": given["access_key"],
    }
    return {name: value for name, value in found.items() if value is not None}


def listing_columns(listings: MarketListings | None) -> tuple[Column, ...]:
    """What the markets API says of a market: none where it isn't asked."""
    if listings is None:
        return ()

    def of(market: Market) -> MarketListing | None:
        return listings.of(market.address)

    return (
        text("name", lambda market: ((listing := of(market)) and listing.slug) or None),
        text("gpu", lambda market: ((listing := of(market)) and ", ".join(listing.gpu_types)) or None),
        Column("usd_per_hour", "USD an hour", lambda market: _usd(of(market)), right=True),
    )


def _usd(listing: MarketListing | None) -> str | None:
    """A job's price an hour, as an exact decimal."""
    price = None if listing is None else listing.usd_price_per_hour
    return None if price is None else f"{price.normalize():f}"


def differences(market: Market, changes: Mapping[str, Any]) -> list[dict[str, Any]]:
    """What an update changes of a market: for each term its name, and the value before and after.

    What is set to what it is already is left out.
    """
    after = _Changed(market, changes)
    columns = (_COLUMNS[name] for name in changes if getattr(market, name) != changes[name])
    return [
        {
            "term": column.name,
            "old": column.value(market),
            "new": column.value(after),
            "shown": _shown(column, market, after),
        }
        for column in columns
    ]


def type_name(job_type: int) -> str:
    """What a size class is called; its number where it has no name."""
    from nosana_chain.models.market import JobType  # it imports solders

    return JobType(job_type).name.lower() if job_type in {*JobType} else str(job_type)


class _Changed:
    """A market with other terms, for columns to read."""

    def __init__(self, market: Market, changes: Mapping[str, Any]) -> None:
        self._market, self._changes = market, changes

    def __getattr__(self, name: str) -> Any:
        return self._changes[name] if name in self._changes else getattr(self._market, name)


def _shown(column: Column, before: Any, after: Any) -> str:
    return f"{column.heading}: {column.shown(before)} -> {column.shown(after)}"


def _type_number(name: str) -> int:
    from nosana_chain.models.market import JobType

    return JobType[name.upper()]


def _per_second(hourly: int) -> int:
    price, rest = divmod(hourly, HOUR)
    if rest:
        near = f"{format_nos(price * HOUR)} or {format_nos((price + 1) * HOUR)}"
        raise InputError(
            f"{format_nos(hourly)} NOS an hour is no whole number of base units a second; the nearest are {near}"
        )
    return price
