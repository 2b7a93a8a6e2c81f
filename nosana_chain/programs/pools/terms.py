"""What is decided about a pool."""

from __future__ import annotations

from dataclasses import dataclass

from nosana_chain.models.pool import ClaimType, Pool
from nosana_chain.units import i64, u64


@dataclass(frozen=True, slots=True, kw_only=True)
class PoolTerms:
    """What is decided about a pool when it is opened; none of it can be changed later.

    Attributes:
        emission: base units that become due each second, 0 to 2**64-1. Emission times the seconds since the start must
            stay below 2**64, or the program aborts every claim from then on.
        start_time: Unix time at which the emission starts, 0 to 2**63-1; a past one makes tokens due at once.
        closeable: whether the authority may take back what is left at any time, rather than only an empty pool.

    Raises:
        AmountError: a number out of its range.
    """

    emission: int
    start_time: int
    closeable: bool

    def __post_init__(self) -> None:
        u64(self.emission, "emission")
        i64(self.start_time, "start_time")

    @classmethod
    def of(cls, pool: Pool) -> PoolTerms:
        """The terms that a pool was opened on."""
        return cls(emission=pool.emission, start_time=pool.start_time, closeable=pool.closeable)

    def fit(self, pool: Pool, *, claim_type: ClaimType) -> bool:
        """Whether a pool on chain is one of `claim_type` that was opened on these terms."""
        return (PoolTerms.of(pool), pool.claim_type) == (self, claim_type)
