"""A quote for people, and for programs. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from nosana_chain.units import format_nos, format_sol

if TYPE_CHECKING:
    from nosana_chain.models.quote import Quote


def quote_lines(quote: Quote) -> Iterator[str]:
    """What an action takes, brings, costs and leaves, a line each."""
    yield f"takes     {format_nos(quote.deposit)} NOS"
    if quote.network_fee:
        yield f"and       {format_nos(quote.network_fee)} NOS, the program's fee"
    if quote.received:
        yield f"brings    {format_nos(quote.received)} NOS"
    if quote.max_nos is not None:
        yield f"at most   {format_nos(quote.max_nos)} NOS, which the transaction itself holds"
    yield f"fee       {format_sol(quote.transaction_fee)} SOL, and up to {format_sol(quote.priority_fee)} for priority"
    yield f"rent      {format_sol(quote.rent)} SOL"
    yield f"leaves    {format_nos(quote.nos_after)} NOS and {format_sol(quote.lamports_after)} SOL"


def quote_json(quote: Quote) -> dict[str, Any]:
    """The same with its units in its names."""
    return {
        "deposit_units": quote.deposit,
        "network_fee_units": quote.network_fee,
        "received_units": quote.received,
        "max_nos_units": quote.max_nos,
        "rent_lamports": quote.rent,
        "transaction_fee_lamports": quote.transaction_fee,
        "priority_fee_lamports": quote.priority_fee,
        "nos_after_units": quote.nos_after,
        "lamports_after": quote.lamports_after,
    }
