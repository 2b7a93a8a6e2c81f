"""Signed bytes, and how long they can land, as the journal keeps both."""

from __future__ import annotations

from solders.transaction import VersionedTransaction

from nosana_chain.engine.build import SignedTransaction
from nosana_chain.engine.engine import Engine
from nosana_chain.engine.journal import Lifetime as StoredLifetime
from nosana_chain.engine.journal import RecordedAttempt
from nosana_chain.engine.lifetime import Lifetime, NonceLifetime


def restored(attempt: RecordedAttempt, engine: Engine) -> SignedTransaction | None:
    """Signed bytes of another time, as they were."""
    if attempt.signed_bytes is None:
        return None
    signed_at = engine.clock() - max(0.0, engine.wall_clock() - attempt.signed_at)
    lifetime = _lifetime(attempt.lifetime, signed_at, engine.network.slot_seconds)
    return SignedTransaction(VersionedTransaction.from_bytes(attempt.signed_bytes), lifetime)


def _lifetime(stored: StoredLifetime, signed_at: float, slot_seconds: float) -> Lifetime | NonceLifetime:
    if stored.nonce is not None:
        value, seen = stored.nonce_value or "", stored.nonce_slot or 0
        return NonceLifetime(nonce=stored.nonce, value=value, seen=seen, signed_at=signed_at)
    height = stored.last_valid_block_height or 0  # a stored lifetime has one of the two
    return Lifetime(last_valid_block_height=height, signed_at=signed_at, slot_seconds=slot_seconds)


def stored_lifetime(lifetime: Lifetime | NonceLifetime) -> StoredLifetime:
    """A lifetime as the journal keeps it."""
    if isinstance(lifetime, NonceLifetime):
        return StoredLifetime(nonce=lifetime.nonce, nonce_value=lifetime.value, nonce_slot=lifetime.seen)
    return StoredLifetime(last_valid_block_height=lifetime.last_valid_block_height)
