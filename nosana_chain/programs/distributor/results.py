"""What actions on distributors give back."""

from __future__ import annotations

from dataclasses import dataclass

from solders.pubkey import Pubkey

from nosana_chain.models.receipt import Receipt
from nosana_chain.one_line import one_line
from nosana_chain.units import TokenUnits


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimedTokens:
    """Tokens that were claimed.

    Attributes:
        amount: base units of the distributor's mint that were paid; None where nobody tells.
    """

    receipt: Receipt
    amount: TokenUnits | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimedUnlocked(ClaimedTokens):
    """The unlocked part of a leaf, which is claimed once.

    Attributes:
        forgone: base units that were lost for good by claiming before the end; None where nobody tells.
    """

    forgone: TokenUnits | None


@one_line
@dataclass(frozen=True, slots=True, kw_only=True)
class CreatedDistributor:
    """A distributor that now exists."""

    receipt: Receipt
    distributor: Pubkey


@dataclass(frozen=True, slots=True, kw_only=True)
class EmptiedDistributor:
    """A distributor that was clawed back or closed.

    Attributes:
        amount: base units of its mint that were left, and went to the clawback receiver or to the admin; None where
            nobody tells.
    """

    receipt: Receipt
    amount: TokenUnits | None
