"""Amounts: what an argument may be, and what a landed transaction moved. Pure."""

from __future__ import annotations

from solders.pubkey import Pubkey

from nosana_chain.engine.plan import Landed
from nosana_chain.errors import AmountError
from nosana_chain.units import NosUnits, TokenUnits, u64


def something(amount: int, nothing: str) -> int:
    """`amount` if it is 1 to 2**64-1; AmountError otherwise, which says `nothing` of 0."""
    if not u64(amount, "amount"):
        raise AmountError(nothing, name="amount", value=amount)
    return amount


def tokens_moved(landed: Landed, *, source: Pubkey, destination: Pubkey | None = None) -> TokenUnits | None:
    """Base units that a transaction moved out of the token account `source`, or from there to `destination`.

    None where nobody tells.
    """
    if landed.transfers is None:
        return None
    moved = (one.amount for one in landed.transfers if one.source == source and destination in (None, one.destination))
    return TokenUnits(sum(moved))


def nos_moved(landed: Landed, *, source: Pubkey, destination: Pubkey | None = None) -> NosUnits | None:
    """The same of NOS accounts."""
    moved = tokens_moved(landed, source=source, destination=destination)
    return None if moved is None else NosUnits(moved)
