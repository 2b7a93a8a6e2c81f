"""What actions in the rewards pool give back."""

from __future__ import annotations

from dataclasses import dataclass

from nosana_chain.models.receipt import Receipt
from nosana_chain.units import NosUnits


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimedRewards:
    """Rewards that were claimed.

    Attributes:
        amount: NOS base units; None where nobody tells.
    """

    receipt: Receipt
    amount: NosUnits | None
