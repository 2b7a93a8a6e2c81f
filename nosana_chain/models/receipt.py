"""What a transaction leaves behind: progress while it is under way, and a receipt once it is on chain."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum

from solders.signature import Signature

from nosana_chain.models.explanation import Movement
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
        fee: lamports that the fee payer paid, priority fee included; None where the endpoint keeps no transactions.
        compute_units: what it used; None likewise.
        logs: what the programs logged; long logs are cut by the runtime.
        movements: NOS, SOL and other tokens that it moved, account by account; empty where nobody tells.
    """

    signature: Signature
    slot: int
    fee: Lamports | None
    compute_units: int | None
    logs: tuple[str, ...] = field(repr=False)
    movements: tuple[Movement, ...] = field(default=(), repr=False)
