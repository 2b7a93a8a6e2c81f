"""What the actions of all programs stand on."""

from __future__ import annotations

from solders.pubkey import Pubkey

from nosana_chain.addresses import AddressLike, as_address
from nosana_chain.engine.engine import Engine


class Actions:
    """What a client offers of one program: queries, which ask at once, and writes, which are an `Action` each."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def _or_own(self, address: AddressLike | None, name: str) -> Pubkey:
        """An address that was given, or the wallet's."""
        return self._engine.signer.address if address is None else as_address(address, name)
