"""A movement of tokens, as a transaction's calls of the token program show it."""

from __future__ import annotations

from dataclasses import dataclass

from solders.pubkey import Pubkey

from nosana_chain.units import TokenUnits


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenTransfer:
    """One transfer of the token program.

    Attributes:
        source: token account that it leaves.
        destination: token account that it reaches.
        authority: who signed for it: the owner of the source, or its delegate.
        amount: base units of the accounts' mint.
    """

    source: Pubkey
    destination: Pubkey
    authority: Pubkey
    amount: TokenUnits
