"""What the pools program computes, in exact integers.

Source: the program's public source (idl/README.md says which).
"""

from __future__ import annotations

from dataclasses import dataclass

from nosana_chain.models.pool import ClaimType, Pool
from nosana_chain.units import U64_MAX, TokenUnits, UnixSeconds


@dataclass(frozen=True, slots=True, kw_only=True)
class PoolClaim:
    """What a claim from a pool would do at a moment. All amounts are base units of the pool's mint.

    Attributes:
        pool: the pool.
        vault_balance: what its vault holds.
        now: the moment, by the chain's clock.
    """

    pool: Pool
    vault_balance: TokenUnits
    now: UnixSeconds

    @property
    def due(self) -> TokenUnits:
        """(now - start) x emission, less what counts as claimed; 0 until the start has passed (NotStarted).

        Also 0 where the product leaves the program's 64 bits: it aborts then, and such a pool never pays again.
        """
        emitted = max(0, self.now - self.pool.start_time) * self.pool.emission
        return TokenUnits(max(0, emitted - self.pool.claimed_tokens) if emitted <= U64_MAX else 0)

    @property
    def amount(self) -> TokenUnits:
        """What a claim counts as claimed: all that is due, or all of the vault if it holds less."""
        return min(self.due, self.vault_balance)

    @property
    def paid(self) -> TokenUnits:
        """What a claim pays: `amount`, but nothing if that is less than one second's emission (Underfunded)."""
        pays = self.amount >= self.pool.emission and self.pool.claim_type is not ClaimType.UNKNOWN
        return self.amount if pays else TokenUnits(0)

    @property
    def due_at(self) -> UnixSeconds | None:
        """When a claim will pay, if nothing but time passes; None where it pays now, and where time alone won't do."""
        pool = self.pool
        if self.paid or not 0 < pool.emission <= self.vault_balance or pool.claim_type is ClaimType.UNKNOWN:
            return None
        seconds = -(-pool.claimed_tokens // pool.emission) + 1  # until a whole second's emission is due again
        moment = UnixSeconds(pool.start_time + seconds)
        return moment if moment > self.now and seconds * pool.emission <= U64_MAX else None

    @property
    def forfeited(self) -> TokenUnits:
        """What a claim of fees would count as claimed without paying it: the program ends without an error then.

        Always 0 for a transfer, which the program refuses instead.
        """
        return TokenUnits(self.amount - self.paid if self.pool.claim_type is ClaimType.ADD_FEE else 0)
