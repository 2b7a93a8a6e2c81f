"""What the intents of one wallet may take together."""

from __future__ import annotations

from dataclasses import dataclass, field

from nosana_chain.engine.journal.checks import checked_amount
from nosana_chain.errors import AmountError
from nosana_chain.units import Lamports, NosUnits, Seconds, seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class Balance:
    """What a payer has, as it was read; what is None isn't known, and not asked for.

    Attributes:
        nos: NOS base units.
        lamports: of which rent is paid, and fees unless somebody else pays those.
        fee_lamports: what that other one has: the fee payer.
        slot: of the read. What landed in a later slot isn't taken off yet, so the journal still counts it; None
            trusts that the read is newer than everything that landed.
    """

    nos: NosUnits | None = None
    lamports: Lamports | None = None
    fee_lamports: Lamports | None = None
    slot: int | None = None

    def __post_init__(self) -> None:
        for name in ("nos", "lamports", "fee_lamports", "slot"):
            if getattr(self, name) is not None:
                checked_amount(name, getattr(self, name))


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """The most NOS that a payer may spend in any span of time, over all processes that share its journal.

    Attributes:
        nos: NOS base units.
        per: the sliding window, in seconds or as a person writes it ("90s", "12h", "1d"). What is open counts with its
            bound, what landed within the window with what it took.
        seconds: the window in seconds.

    Raises:
        AmountError: a part is out of its range, or the window is no duration or empty.
    """

    nos: NosUnits
    per: Seconds | str
    seconds: Seconds = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        checked_amount("nos", self.nos)
        window = seconds(self.per) if isinstance(self.per, str) else Seconds(checked_amount("per", self.per))
        if not window:
            raise AmountError("a budget's window can't be empty: write for example per='1d'")
        object.__setattr__(self, "seconds", window)
