"""A pool: tokens that are released at a steady rate, to a wallet (vesting) or to all stakers (fees)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

from solders.pubkey import Pubkey

from nosana_chain.bindings._runtime.layout import key
from nosana_chain.bindings.layouts.pools import POOL_ACCOUNT
from nosana_chain.models.by_position import by_position
from nosana_chain.one_line import one_line
from nosana_chain.units import TokenUnits, UnixSeconds

_read = POOL_ACCOUNT.reader(
    "authority", "beneficiary", "claim_type", "claimed_tokens", "closeable", "emission", "start_time", "vault"
)


class ClaimType(IntEnum):
    """How a pool pays out. Nothing can be claimed from a pool of type UNKNOWN."""

    TRANSFER = 0  #: to the beneficiary's token account
    ADD_FEE = 1  #: into the rewards pool, as a fee that its members share
    UNKNOWN = 255

    @classmethod
    def _missing_(cls, value: object) -> ClaimType | None:
        return cls.UNKNOWN if isinstance(value, int) else None


@one_line
@dataclass(frozen=True, slots=True, kw_only=True)
class Pool:
    """A pool account.

    Attributes:
        authority: who may close the pool.
        beneficiary: token account that is paid; the rewards vault for a pool of fees.
        claim_type: how it is paid.
        claimed_tokens: base units of the pool's mint that count as claimed.
        closeable: whether the authority may close the pool, and take what is left, before the vault is empty.
        emission: base units that become due each second.
        start_time: when the emission starts.
        vault: token account with the pool's tokens; its mint is the pool's.
    """

    address: Pubkey
    authority: Pubkey
    beneficiary: Pubkey
    claim_type: ClaimType
    claimed_tokens: TokenUnits
    closeable: bool
    emission: TokenUnits
    start_time: UnixSeconds
    vault: Pubkey

    @classmethod
    def decode(cls, address: Pubkey, data: bytes) -> Pool:
        """Read a pool from the bytes of its account."""
        authority, beneficiary, claim_type, *terms, vault = _read(data)
        return _pool(address, key(authority), key(beneficiary), ClaimType(claim_type), *terms, key(vault))


_pool = by_position(Pool)
