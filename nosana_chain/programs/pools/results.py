"""What actions on pools give back."""

from __future__ import annotations

from dataclasses import dataclass

from solders.pubkey import Pubkey

from nosana_chain.models.receipt import Receipt
from nosana_chain.one_line import one_line
from nosana_chain.units import TokenUnits


@one_line
@dataclass(frozen=True, slots=True, kw_only=True)
class OpenedPool:
    """A pool that now exists.

    Attributes:
        receipt: None where the pool was there already, opened by an earlier attempt of the same action.
        pool: its address.
    """

    receipt: Receipt | None
    pool: Pubkey


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimedPool:
    """A pool that paid what was due.

    Attributes:
        amount: base units of the pool's mint that it paid; 0 only for a claim that was forced, None where nobody tells.
    """

    receipt: Receipt
    amount: TokenUnits | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosedPool:
    """A pool that is gone.

    Attributes:
        amount: base units of the pool's mint that came back from its vault; None where nobody tells.
    """

    receipt: Receipt
    amount: TokenUnits | None
