"""What a transaction leaves behind: progress while it is under way, and a receipt once it is on chain."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum

from solders.signature import Signature

from nosana_chain.models.explanation import Movement
from nosana_chain.one_line import one_line
from nosana_chain.units import Lamports, UnixSeconds


class Step(StrEnum):
    """How far a transaction has come."""

    BUILT = "built"
    SIMULATED = "simulated"
    SIGNED = "signed"  #: reported before the first byte is sent: from here on the signature is known
    SENT = "sent"
    CONFIRMED = "confirmed"


@one_line
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


@one_line
@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """A transaction that is on chain and succeeded.

    Attributes:
        signature: its first signature, by which it is looked up.
        slot: the slot it landed in (not the block height).
        fee: lamports that the fee payer lost to it, priority fee included; None where the endpoint tells neither
            balances nor a fee.
        compute_units: what it used; None where the endpoint doesn't tell.
        logs: what the programs logged; long logs are cut by the runtime. Empty where the endpoint doesn't tell.
        block_time: when its block was made; None where the endpoint doesn't tell.
        movements: what it did to balances, of every account that gained or lost, without the fee.
        unknown: what the endpoint left out, in words: "fee", "compute units", "logs", "balances", ...
    """

    signature: Signature
    slot: int
    fee: Lamports | None
    compute_units: int | None
    logs: tuple[str, ...] = field(repr=False)
    block_time: UnixSeconds | None = None
    movements: tuple[Movement, ...] = field(default=(), repr=False)
    unknown: tuple[str, ...] = field(default=(), compare=False)  # of the endpoint, not of the transaction
