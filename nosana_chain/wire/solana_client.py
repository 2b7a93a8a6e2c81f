"""solana-py's AsyncClient over a transport of ours."""

from __future__ import annotations

from solana.rpc.async_api import AsyncClient
from solana.rpc.commitment import Commitment

from nosana_chain.wire.provider import TransportProvider


class TransportClient(AsyncClient):
    """AsyncClient with every typed method, on a provider of ours: it opens no connection of its own."""

    def __init__(self, provider: TransportProvider, commitment: str) -> None:
        super(AsyncClient, self).__init__(Commitment(commitment))
        self._provider = provider  # type: ignore[assignment]  # the same methods on another wire
