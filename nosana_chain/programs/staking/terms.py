"""What a staker sets: how much, and for how long."""

from __future__ import annotations

from dataclasses import dataclass

from nosana_chain.errors import AmountError
from nosana_chain.models.stake import Stake
from nosana_chain.programs.amounts import something
from nosana_chain.programs.staking.formulas import DURATION_MAX, DURATION_MIN
from nosana_chain.units import i64


@dataclass(frozen=True, slots=True, kw_only=True)
class StakeTerms:
    """The terms of a new stake.

    Attributes:
        amount: NOS base units to lock, 1 to 2**64-1.
        duration: how long they stay locked after unstaking, in seconds, 14 to 365 days.

    Raises:
        AmountError: a number out of its range.
    """

    amount: int
    duration: int

    def __post_init__(self) -> None:
        something(self.amount, "a stake of 0 NOS would weigh nothing; say how many base units to stake")
        require_duration(self.duration)

    def fit(self, stake: Stake) -> bool:
        """Whether a stake on chain is the one that was made on these terms."""
        return (stake.amount, stake.duration) == (self.amount, self.duration)


def require_duration(duration: int) -> None:
    """AmountError unless `duration` is one that a stake may have, in seconds."""
    if not DURATION_MIN <= i64(duration, "duration") <= DURATION_MAX:
        raise AmountError(
            f"a duration of {duration} s is out of range: {DURATION_MIN} to {DURATION_MAX} s (14 to 365 days)",
            name="duration",
            value=duration,
        )
