"""Finding nonces."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from solders.account import Account
from solders.pubkey import Pubkey
from solders.rpc.filter import Memcmp
from solders.system_program import ID as SYSTEM_PROGRAM

from nosana_chain.engine.looking import Looking, look, search
from nosana_chain.errors import NotFoundError
from nosana_chain.models.nonce import AUTHORITY_OFFSET, NONCE_BYTES, Nonce


def search_nonces(authority: Pubkey) -> Looking[list[Nonce]]:
    """The nonces of an authority. One that was never initialized has none."""
    found = yield from search(SYSTEM_PROGRAM, NONCE_BYTES, Memcmp(AUTHORITY_OFFSET, bytes(authority)))
    return [Nonce.read(address, account) for address, account in found]


def look_at_nonces(addresses: Iterable[Pubkey], *, authority: Pubkey) -> Looking[list[Nonce]]:
    """Those nonces of an authority that are at `addresses`; where something else is, or nothing, it is left out."""
    seen = yield from look(*addresses)
    found = (one for address, account in seen.items() for one in _nonce(address, account))
    return [nonce for nonce in found if nonce.authority == authority]


def _nonce(address: Pubkey, account: Account | None) -> Iterator[Nonce]:
    try:
        yield Nonce.read(address, account)
    except NotFoundError:
        return
