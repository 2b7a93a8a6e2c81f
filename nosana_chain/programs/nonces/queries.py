"""Finding nonces."""

from __future__ import annotations

from solders.pubkey import Pubkey
from solders.rpc.filter import Memcmp
from solders.system_program import ID as SYSTEM_PROGRAM

from nosana_chain.engine.looking import Looking, search
from nosana_chain.models.nonce import AUTHORITY_OFFSET, NONCE_BYTES, Nonce


def search_nonces(authority: Pubkey) -> Looking[list[Nonce]]:
    """The nonces of an authority. One that was never initialized has none."""
    found = yield from search(SYSTEM_PROGRAM, NONCE_BYTES, Memcmp(AUTHORITY_OFFSET, bytes(authority)))
    return [Nonce.read(address, account) for address, account in found]
