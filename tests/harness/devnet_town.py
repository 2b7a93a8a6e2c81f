"""A local network and a local IPFS, on which the programs of scripts/devnet run as a user starts them."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from harness.command_line import Home, LocalWorld, local_world

from nosana_chain.localnet.ipfs import LocalIpfs

FOLDER = Path(__file__).parents[2] / "scripts" / "devnet"
_PATIENCE = 90


@dataclass
class Town:
    """A network, an IPFS, and a home for everybody."""

    world: LocalWorld
    ipfs: LocalIpfs
    folder: Path

    def start(self, name: str, line: list[str]) -> subprocess.Popen[str]:
        """A program of scripts/devnet, started by the wallet called so."""
        home = Home(self.folder, self.world, name, {"NOSANA_KUBO_URL": self.ipfs.url})
        environ = home.process_environ | {"NOSANA_IPFS_GATEWAYS": self.ipfs.gateway_url, "PYTHONUNBUFFERED": "1"}
        where = ["--network", "localnet", "--rpc-url", self.world.url]
        command = [sys.executable, str(FOLDER / line[0]), *line[1:], *where]
        pipe = subprocess.PIPE
        return subprocess.Popen(command, env=os.environ | environ, stdout=pipe, stderr=pipe, text=True)

    def run(self, name: str, *line: str, code: int = 0) -> str:
        """What it says; it must end with `code`."""
        with self.start(name, list(line)) as running:
            out, err = running.communicate(timeout=_PATIENCE)
        assert running.returncode == code, err
        return out if code == 0 else err


@contextmanager
def town_in(folder: Path) -> Iterator[Town]:
    with local_world() as world, _local_ipfs() as ipfs:
        yield Town(world, ipfs, folder)


class _local_ipfs:  # noqa: N801  used as a function
    """A local IPFS in a thread of its own."""

    def __enter__(self) -> LocalIpfs:
        self._ready, self._over = threading.Event(), asyncio.Event()
        self._thread = threading.Thread(target=asyncio.run, args=(self._live(),))
        self._thread.start()
        self._ready.wait(_PATIENCE)
        return self._ipfs

    def __exit__(self, *_error: object) -> None:
        self._loop.call_soon_threadsafe(self._over.set)
        self._thread.join(_PATIENCE)

    async def _live(self) -> None:
        self._loop = asyncio.get_running_loop()
        async with LocalIpfs.start() as self._ipfs:
            self._ready.set()
            await self._over.wait()
