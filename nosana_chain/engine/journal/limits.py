"""What the intents of one wallet may take together."""

from __future__ import annotations

from dataclasses import dataclass, field

from nosana_chain.engine.journal.checks import checked_amount
from nosana_chain.errors import AmountError
from nosana_chain.units import Lamports, NosUnits, Seconds, seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class Balance:
    """What a wallet has, as it was read.

    Attributes:
        nos: NOS base units.
        lamports: of which fees and rent are paid.
        slot: of the read. What landed in a later slot isn't taken off yet, so the journal still counts it; None
            trusts that the read is newer than everything that landed.
    """

    nos: NosUnits
    lamports: Lamports
    slot: int | None = None

    def __post_init__(self) -> None:
        checked_amount("nos", self.nos)
        checked_amount("lamports", self.lamports)
        if self.slot is not None:
            checked_amount("slot", self.slot)


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
