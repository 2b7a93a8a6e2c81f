"""What an action will cost, before anything is signed."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from nosana_chain.one_line import one_line
from nosana_chain.units import Lamports, NosUnits, format_nos, format_sol


@one_line
@dataclass(frozen=True, slots=True, kw_only=True)
class Quote:
    """What an action would take now, as its simulation and the recent fees tell.

    Attributes:
        deposit: NOS base units that the action itself takes: what a job locks, what is staked, topped up, sent.
        network_fee: NOS base units that the program takes on top, and never gives back; 0 in most of its builds.
        received: NOS base units that come into the wallet's NOS account.
        max_nos: the most NOS base units that the transaction can take, enforced on chain; None where it moves exactly
            what it was told to.
        rent: lamports that new accounts lock, whichever signer pays them; negative where closed ones give back more.
        transaction_fee: lamports of the signatures, 5,000 each.
        priority_fee: lamports for being taken early, at most.
        nos_after: NOS base units in the NOS account that pays, or the wallet's, afterwards.
        lamports_after: lamports of the wallet, or its fee payer, afterwards.
    """

    deposit: NosUnits
    network_fee: NosUnits
    received: NosUnits
    max_nos: NosUnits | None
    rent: Lamports
    transaction_fee: Lamports
    priority_fee: Lamports
    nos_after: NosUnits
    lamports_after: Lamports

    @property
    def total_nos(self) -> NosUnits:
        """NOS base units that leave the wallet; negative where more comes in."""
        return NosUnits(self.deposit + self.network_fee - self.received)

    @property
    def total_lamports(self) -> Lamports:
        """Lamports that leave the wallet; negative where more comes in."""
        return Lamports(self.rent + self.transaction_fee + self.priority_fee)

    def as_json(self) -> dict[str, Any]:
        """The quote as plain JSON values, in base units."""
        return {**asdict(self), "total_nos": self.total_nos, "total_lamports": self.total_lamports}

    def __str__(self) -> str:
        """The quote in one line."""
        parts = [f"{format_nos(self.total_nos)} NOS"]
        if self.network_fee:
            parts.append(f"(network fee {format_nos(self.network_fee)})")
        parts.append(f"and {format_sol(self.total_lamports)} SOL (rent {format_sol(self.rent)})")
        return " ".join(parts)
