"""What a stake would weigh and earn, before it is there. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from nosana_chain.programs.staking.formulas import xnos
from nosana_chain.programs.staking.terms import StakeTerms
from nosana_chain.units import NosUnits, Seconds, XNos

_BASIS_POINTS = 10_000  # of 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """A stake that could be.

    Attributes:
        amount: NOS base units.
        duration: seconds.
        xnos: its weight.
        rewards: NOS base units of a year's fees, with the others' weight as it is; None where that isn't known.
        apr_basis_points: rewards over the amount, in hundredths of a percent, rounded down.
        share_basis_points: its part of all weight.
    """

    amount: NosUnits
    duration: Seconds
    xnos: XNos
    rewards: NosUnits | None
    apr_basis_points: int | None
    share_basis_points: int | None


def estimate(amount: int, *, duration: int, fees: int | None, pool_xnos: int | None) -> Estimate:
    """The weight, and the yield where fees and the pool are given.

    Args:
        amount: NOS base units, 1 or more.
        duration: seconds, 14 to 365 days.
        fees: NOS base units that stakers share in a year.
        pool_xnos: weight of everybody else in the rewards pool.

    Raises:
        AmountError: amount or duration out of range.
    """
    StakeTerms(amount=amount, duration=duration)
    weight = xnos(amount, duration=duration)
    known = fees is not None and pool_xnos is not None
    rewards = fees * weight // (pool_xnos + weight) if fees is not None and pool_xnos is not None else None
    return Estimate(
        amount=NosUnits(amount),
        duration=Seconds(duration),
        xnos=weight,
        rewards=None if rewards is None else NosUnits(rewards),
        apr_basis_points=None if rewards is None else rewards * _BASIS_POINTS // amount,
        share_basis_points=weight * _BASIS_POINTS // ((pool_xnos or 0) + weight) if known else None,
    )
