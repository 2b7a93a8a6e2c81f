"""What actions on nonces give back."""

from __future__ import annotations

from dataclasses import dataclass

from solders.pubkey import Pubkey

from nosana_chain.models.receipt import Receipt
from nosana_chain.one_line import one_line


@one_line
@dataclass(frozen=True, slots=True, kw_only=True)
class CreatedNonce:
    """A nonce that now exists.

    Attributes:
        receipt: None where an earlier call with the same key had created it.
        nonce: where it stands: for `unsigned(nonce=…)`.
    """

    receipt: Receipt | None
    nonce: Pubkey
