"""The local IPFS as the official SDK's pinning service, in a thread of its own: asking the SDK blocks the loop."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from queue import Queue
from threading import Thread
from typing import Any

from nosana_chain.localnet.ipfs import LocalIpfs


class Pinning:
    """What has been pinned, and where to pin more."""

    def __init__(self, ipfs: LocalIpfs) -> None:
        self._ipfs = ipfs

    @property
    def settings(self) -> dict[str, str]:
        """The SDK's settings for it. The token is no secret: nobody looks at it."""
        return {"api": self._ipfs.url, "gateway": self._ipfs.gateway_url, "jwt": "a-token-of-nobody"}

    @property
    def pinned(self) -> dict[str, bytes | None]:
        """Contents by their CID."""
        return {cid: self._ipfs.get(cid) for cid in self._ipfs.pins}


@contextmanager
def pinning_service() -> Iterator[Pinning]:
    started: Queue[tuple[LocalIpfs, Any]] = Queue()

    async def serve() -> None:
        end = asyncio.Event()
        async with LocalIpfs.start() as ipfs:
            loop = asyncio.get_running_loop()
            started.put((ipfs, lambda: loop.call_soon_threadsafe(end.set)))
            await end.wait()

    serving = Thread(target=asyncio.run, args=[serve()])
    serving.start()
    ipfs, stop = started.get(timeout=30)
    try:
        yield Pinning(ipfs)
    finally:
        stop()
        serving.join()
