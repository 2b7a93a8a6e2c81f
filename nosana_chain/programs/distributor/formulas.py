"""What the distributor computes, in exact integers.

Source: the distributor's public source, v0.0.2 (see idl/README.md).
"""

from __future__ import annotations

from nosana_chain.models.distributor import ClaimStatus, Distributor
from nosana_chain.units import TokenUnits, UnixSeconds

#: Millionths of the unlocked amount that can be claimed at the very start; the rest is added linearly until the end.
#: A constant of the build: the public source had none until March 2024, then 700,000, and 500,000 since April 2024.
#: That Nosana's own deployment has the last one is likely, but not known. From the end on it makes no difference.
START_SHARE, SHARE_SCALE = 500_000, 1_000_000


def unlocked_claimable(distributor: Distributor, amount: int, *, now: UnixSeconds) -> TokenUnits:
    """Base units that a claim at `now` pays of an unlocked `amount`; the rest is forgone, for good.

    Nothing before the start, when the program refuses; `START_SHARE` of it at the start, all of it from the end on.
    """
    if now < distributor.start_ts:
        return TokenUnits(0)
    at_start = amount * START_SHARE // SHARE_SCALE
    return TokenUnits(at_start + locked_vested(distributor, amount - at_start, now=now))


def locked_vested(distributor: Distributor, amount: int, *, now: UnixSeconds) -> TokenUnits:
    """Base units of a locked `amount` that have vested: none until the start, all from the end on, linear between."""
    duration = distributor.end_ts - distributor.start_ts
    elapsed = min(max(now - distributor.start_ts, 0), duration)
    return TokenUnits(elapsed * amount // duration)


def locked_withdrawable(distributor: Distributor, status: ClaimStatus, *, now: UnixSeconds) -> TokenUnits:
    """Base units that a claim of the locked part pays at `now`: what has vested, less what was paid already."""
    vested = locked_vested(distributor, status.locked_amount, now=now)
    return TokenUnits(max(0, vested - status.locked_amount_withdrawn))


def locked_due_from(distributor: Distributor, status: ClaimStatus) -> UnixSeconds | None:
    """The first moment at which more has vested than was paid of the locked part; None once all of it was paid."""
    amount, paid = status.locked_amount, status.locked_amount_withdrawn
    if paid >= amount:
        return None
    duration = distributor.end_ts - distributor.start_ts
    return UnixSeconds(distributor.start_ts + -(-(paid + 1) * duration // amount))
