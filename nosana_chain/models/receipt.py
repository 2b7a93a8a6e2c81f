"""What a transaction leaves behind: progress while it is under way, and a receipt once it is on chain."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum

from solders.signature import Signature

from nosana_chain.units import Lamports


class Step(StrEnum):
    """How far a transaction has come."""

    BUILT = "built"
    SIMULATED = "simulated"
    SIGNED = "signed"  #: reported before the first byte is sent: from here on the signature is known
    SENT = "sent"
    CONFIRMED = "confirmed"


@dataclass(frozen=True, slots=True)
class Progress:
    """A step that a transaction has just made.

    Attributes:
        step: which one.
        signature: the transaction's signature; None before it is signed.
    """

    step: Step
    signature: Signature | None = None


ProgressCallback = Callable[[Progress], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """A transaction that is on chain and succeeded.

    Attributes:
        signature: its first signature, by which it is looked up.
        slot: the slot it landed in (not the block height).
        fee: lamports that the fee payer paid, priority fee included.
        compute_units: what it used.
        logs: what the programs logged; long logs are cut by the runtime.
    """

    signature: Signature
    slot: int
    fee: Lamports
    compute_units: int
    logs: tuple[str, ...] = field(repr=False)
