"""The derived keys of a wallet, once they are needed."""

from __future__ import annotations

import asyncio
import logging

from nosana_chain.engine.keys import AccountKeys, Seed, derive_keys
from nosana_chain.wallet import Signer

_LOG = logging.getLogger(__name__)


class Keyring:
    """Asks a wallet for its root once, when the first key is derived."""

    def __init__(self) -> None:
        self._keys: AccountKeys | None = None
        self._asked = False
        self._asking = asyncio.Lock()

    async def seed(self, signer: Signer, *, genesis_hash: str, verb: str, key: str, within: float) -> Seed | None:
        """The seed that belongs to an idempotency key; None for a wallet from which none can be derived.

        Raises:
            SignerError: the wallet is out of reach, or took longer than `within` seconds.
        """
        async with self._asking:  # twenty at once ask a remote signer once
            if not self._asked:
                await self._ask(signer, within)
        return self._keys.seed(genesis_hash=genesis_hash, verb=verb, key=key) if self._keys else None

    async def _ask(self, signer: Signer, within: float) -> None:
        self._keys = await derive_keys(signer, within=within)
        self._asked = True
        if self._keys is None:
            _LOG.warning(
                "the wallet %s can't sign messages the same way twice: its job keys are random, and only the journal "
                "knows which idempotency keys were used",
                signer.address,
            )
