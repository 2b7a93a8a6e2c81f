"""Signed bytes that may have left, and what became of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from solders.pubkey import Pubkey
from solders.signature import Signature

from nosana_chain.engine.journal.checks import as_reason, checked_amount
from nosana_chain.engine.journal.intent import MAX_ADDRESSES, Amount
from nosana_chain.engine.journal.lease import Lease
from nosana_chain.errors import InputError
from nosana_chain.one_line import one_line

MAX_TRANSACTION_BYTES = 1232  # what a Solana packet holds
_SIGNATURE_AT = slice(1, 65)  # after the number of signatures, which is one byte below 128


@one_line
@dataclass(frozen=True, slots=True, kw_only=True)
class Lifetime:
    """Until when a transaction can land: a blockhash's block height, or the value of a durable nonce.

    Attributes:
        last_valid_block_height: past this block height (not slot) it can't land; None under a nonce.
        nonce: the nonce account; None under a blockhash.
        nonce_value: the value it must have (base58); None under a blockhash.
        nonce_slot: as of which slot it had that value; None under a blockhash.

    Raises:
        InputError: it is neither of the two, or both.
    """

    last_valid_block_height: int | None = None
    nonce: Pubkey | None = None
    nonce_value: str | None = None
    nonce_slot: int | None = None

    def __post_init__(self) -> None:
        by_height = self.last_valid_block_height is not None
        if by_height == (self.nonce is not None) or (self.nonce is None) != (self.nonce_value is None):
            raise InputError("a transaction lives by a last valid block height or by a nonce and its value")
        if by_height:
            checked_amount("last_valid_block_height", self.last_valid_block_height)


@one_line
@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """A signed transaction that is about to be sent, for one entry or for a pack of them.

    Attributes:
        signature: its first signature.
        signed_bytes: the whole of it, to be sent again unchanged.
        lifetime: until when it can land.
        signed_at: wall time, Unix seconds.
        bound: the most that it may take; not more than its entries reserved.
        leases: the right to act for each entry, from `begin` or `claim`.
        addresses: accounts of this attempt alone, by role (a fresh run key).

    Raises:
        InputError: the bytes are no transaction with that signature, or there is no lease.
    """

    signature: Signature
    signed_bytes: bytes = field(repr=False)
    lifetime: Lifetime
    signed_at: float
    bound: Amount
    leases: tuple[Lease, ...]
    addresses: Mapping[str, Pubkey] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if len(self.signed_bytes) > MAX_TRANSACTION_BYTES or self.signed_bytes[_SIGNATURE_AT] != bytes(self.signature):
            raise InputError(f"these {len(self.signed_bytes)} bytes are no transaction signed as {self.signature}")
        if not self.leases or len(self.addresses) > MAX_ADDRESSES:
            raise InputError(f"an attempt has leases, and at most {MAX_ADDRESSES} addresses")


class AttemptState(StrEnum):
    """How far an attempt has come."""

    LIVE = "live"  #: it may land at any time
    LANDED = "landed"  #: it is on chain, but may be rolled back
    FINAL = "final"  #: it is on chain, finalized
    FAILED = "failed"  #: it is on chain, and took nothing but the fee
    EXPIRED = "expired"  #: it is not on chain and can never be


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """The verdict about an attempt. Made by `landed`, `failed`, `expired` and `unlanded`.

    Attributes:
        state: what the attempt is now.
        slot: where it landed or failed.
        reason: in words; control characters are removed.
        spent: what it took for each entry (by its id); its bound, where it isn't told.
        ends: whether an attempt that failed or expired ends its entries; False keeps them open for the next attempt.
    """

    state: AttemptState
    slot: int | None = None
    reason: str = ""
    spent: Mapping[str, Amount] = field(default_factory=dict)
    ends: bool = True

    @classmethod
    def landed(cls, slot: int, *, final: bool = False, spent: Mapping[str, Amount] | None = None) -> Outcome:
        """On chain and successful; provisional unless `final`. From whatever state: proof of landing beats all."""
        state = AttemptState.FINAL if final else AttemptState.LANDED
        return cls(state=state, slot=checked_amount("slot", slot), spent=dict(spent or {}))

    @classmethod
    def failed(
        cls, reason: str, *, slot: int | None = None, spent: Mapping[str, Amount] | None = None, ends: bool = True
    ) -> Outcome:
        """On chain and refused: only `spent`, the fee, is gone."""
        state = AttemptState.FAILED
        return cls(state=state, slot=slot, reason=as_reason(reason), spent=dict(spent or {}), ends=ends)

    @classmethod
    def expired(cls, reason: str = "", *, ends: bool = True) -> Outcome:
        """Proved not to be on chain, and never to be."""
        return cls(state=AttemptState.EXPIRED, reason=as_reason(reason), ends=ends)

    @classmethod
    def unlanded(cls) -> Outcome:
        """The fork that it had landed on is gone: it may land again."""
        return cls(state=AttemptState.LIVE)


@one_line
@dataclass(frozen=True, slots=True)
class Conclusion:
    """An outcome, and the attempt that it is of."""

    signature: Signature
    outcome: Outcome
