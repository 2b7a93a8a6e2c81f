"""What actions on stakes give back."""

from __future__ import annotations

from dataclasses import dataclass

from nosana_chain.models.receipt import Receipt
from nosana_chain.units import NosUnits, UnixSeconds


@dataclass(frozen=True, slots=True, kw_only=True)
class Unstaked:
    """A stake that has begun to unlock.

    Attributes:
        claimed: NOS base units of rewards that were claimed on the way out of the pool; 0 for a wallet that wasn't in
            it, None where nobody tells.
        unlocks_at: when the whole stake can be withdrawn; None where nobody tells.
    """

    receipt: Receipt
    claimed: NosUnits | None
    unlocks_at: UnixSeconds | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Restaked:
    """A stake that is locked again.

    Attributes:
        amount: NOS base units in it, which is what its vault still held; None where nobody tells.
    """

    receipt: Receipt
    amount: NosUnits | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Withdrawn:
    """Tokens that came out of a stake.

    Attributes:
        amount: NOS base units; None where nobody tells.
    """

    receipt: Receipt
    amount: NosUnits | None
