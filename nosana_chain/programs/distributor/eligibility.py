"""What a claimant can have from a distributor now."""

from __future__ import annotations

from dataclasses import dataclass

from nosana_chain.models.distributor import ClaimStatus, Distributor
from nosana_chain.programs.distributor.formulas import locked_vested, locked_withdrawable, unlocked_claimable
from nosana_chain.programs.distributor.merkle import Proof
from nosana_chain.units import TokenUnits, UnixSeconds


def is_enabled(distributor: Distributor, *, slot: int) -> bool:
    """Whether a distributor takes claims at `slot`, but for its start: it is enabled, and was not clawed back."""
    return slot >= distributor.enable_slot and not distributor.clawed_back


@dataclass(frozen=True, slots=True, kw_only=True)
class Eligibility:
    """A claimant's leaf in a distributor at a moment. All amounts are base units of the distributor's mint.

    Attributes:
        distributor: the distributor.
        proof: the leaf, and its way to the distributor's root.
        status: what was claimed; None until the unlocked part has been.
        now: the moment, by the chain's clock.
        slot: the slot (not block height) of the moment.
    """

    distributor: Distributor
    proof: Proof
    status: ClaimStatus | None
    now: UnixSeconds
    slot: int

    @property
    def is_open(self) -> bool:
        """Whether the distributor takes claims: it has started, is enabled, and was not clawed back."""
        return self.now >= self.distributor.start_ts and is_enabled(self.distributor, slot=self.slot)

    @property
    def unlocked(self) -> TokenUnits:
        """What claiming the unlocked part would pay now; 0 once it was claimed."""
        if self.status or not self.is_open:
            return TokenUnits(0)
        return unlocked_claimable(self.distributor, self.proof.leaf.unlocked_amount, now=self.now)

    @property
    def forgone(self) -> TokenUnits:
        """What claiming the unlocked part now would lose for good, by coming before the end."""
        if self.status or not self.is_open:
            return TokenUnits(0)
        return TokenUnits(self.proof.leaf.unlocked_amount - self.unlocked)

    @property
    def locked(self) -> TokenUnits:
        """What has vested of the locked part and was not paid yet; the unlocked part must be claimed first."""
        if not self.is_open:
            return TokenUnits(0)
        if self.status:
            return locked_withdrawable(self.distributor, self.status, now=self.now)
        return locked_vested(self.distributor, self.proof.leaf.locked_amount, now=self.now)
