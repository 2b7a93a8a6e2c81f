"""A local network that outlives a test's event loop, and people who use the command line on it."""

from __future__ import annotations

import asyncio
import json
import os
import select
import shlex
import signal
import subprocess
import sys
import threading
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from click.testing import CliRunner, Result
from harness.forked_command import Ended, ForkedCommands
from harness.networks import local_network
from harness.terminal import Terminal, terminal

from nosana_chain.cli.main import app
from nosana_chain.client import NosanaClient
from nosana_chain.localnet import Localnet
from nosana_chain.wallet import Wallet

T = TypeVar("T")
_PATIENCE = 60.0
_KEPT = ("PATH", "LANG", "LC_ALL", "VIRTUAL_ENV", "PYTHONPATH")  # of this process's environment


@dataclass
class LocalWorld:
    """A local network in a thread of its own."""

    net: Localnet
    loop: asyncio.AbstractEventLoop

    @property
    def url(self) -> str:
        return str(self.net.network.rpc_url)

    def run(self, work: Awaitable[T]) -> T:
        """Do something on the network, such as moving its clock."""

        async def awaited() -> T:
            return await work

        return asyncio.run_coroutine_threadsafe(awaited(), self.loop).result(_PATIENCE)

    def act(self, name: str, act: Callable[[NosanaClient], Awaitable[T]]) -> T:
        """What the wallet called `name` does, by the library."""

        async def acting() -> T:
            async with NosanaClient(self.net.network, self.net.wallets[name]) as client:
                return await act(client)

        return self.run(acting())


@contextmanager
def local_world(**settings: Any) -> Iterator[LocalWorld]:
    started: list[LocalWorld] = []
    ready, over = threading.Event(), asyncio.Event()

    async def live() -> None:
        async with local_network(**settings) as net:
            started.append(LocalWorld(net, asyncio.get_running_loop()))
            ready.set()
            await over.wait()

    def run() -> None:
        try:
            asyncio.run(live())
        finally:
            ready.set()

    thread = threading.Thread(target=run)
    thread.start()
    ready.wait(_PATIENCE)
    try:
        yield started[0]
    finally:
        if started:
            started[0].loop.call_soon_threadsafe(over.set)
        thread.join(_PATIENCE)


def write_key(path: Path, wallet: Wallet) -> Path:
    """A key file, as solana-keygen writes it."""
    path.touch(0o600)
    path.write_text(wallet._keypair.reveal().to_json())  # noqa: SLF001  a test's own key
    return path


class Following:
    """The lines of a live view, as they come."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self._output = process.stdout
        self._read = b""

    def next_within(self, seconds: float) -> Any:
        """The next line, as JSON; None if none came."""
        assert self._output is not None
        while b"\n" not in self._read:
            if not select.select([self._output], [], [], seconds)[0]:
                return None
            self._read += os.read(self._output.fileno(), 65536)
        line, _, self._read = self._read.partition(b"\n")
        return json.loads(line)


@dataclass
class Home:
    """Somebody's home folder: key, configuration, journal; and his command line."""

    folder: Path
    world: LocalWorld
    name: str
    more: Mapping[str, str] = field(default_factory=dict)

    @property
    def wallet(self) -> Wallet:
        return self.world.net.wallets[self.name]

    @property
    def environ(self) -> dict[str, str]:
        key = self.folder / f"{self.name}.json"
        if not key.exists():
            write_key(key, self.wallet)
        own = {"HOME": str(self.folder), "NOSANA_WALLET": str(key), "NOSANA_NETWORK": self.world.url}
        return {**own, "XDG_STATE_HOME": str(self.folder / "state"), **self.more}

    def run(self, line: str, *, input: str | None = None) -> Result:  # noqa: A002  as CliRunner has it
        """In this process, as in a pipe."""
        cleared = {name: None for name in os.environ if name.startswith(("NOSANA_", "XDG_"))}
        return CliRunner(env={**cleared, **self.environ}).invoke(app, shlex.split(line), input=input)

    def call(self, line: str, *, code: int = 0, input: str | None = None) -> Result:  # noqa: A002  likewise
        """The same; it must end with `code`."""
        result = self.run(line, input=input)
        assert result.exit_code == code, (line, result.output)
        return result

    def json(self, line: str) -> Any:
        """What it answers."""
        return json.loads(self.call(line).stdout)

    def rows(self, line: str) -> list[Any]:
        """The JSON lines that it answers."""
        return [json.loads(one) for one in self.call(line).stdout.splitlines()]

    @contextmanager
    def following(self, line: str) -> Iterator[Following]:
        """A live view in a pipe, ended with the block as by Ctrl-C."""
        command = [sys.executable, "-m", "nosana_chain", *shlex.split(line)]
        with subprocess.Popen(command, env=self.process_environ, stdout=subprocess.PIPE) as process:
            try:
                yield Following(process)
            finally:
                process.send_signal(signal.SIGINT)
                process.wait(_PATIENCE)

    def process(self, line: str, **settings: Any) -> subprocess.CompletedProcess[str]:
        """In a process of its own, in a pipe."""
        command = [sys.executable, "-m", "nosana_chain", *shlex.split(line)]
        return subprocess.run(
            command,
            env=self.process_environ,
            capture_output=True,
            text=True,
            check=False,
            timeout=_PATIENCE,
            **settings,
        )

    def forked(self, processes: ForkedCommands, line: str, where: str) -> Ended:
        """Likewise, started at once, with its folder around it; `where` is "pipe" or "terminal"."""
        run = processes.run if where == "pipe" else processes.run_in_terminal
        return run(shlex.split(line), self.process_environ, self.folder)

    def terminal(self, line: str, **settings: Any) -> AbstractContextManager[Terminal]:
        """In a terminal of its own."""
        return terminal(shlex.split(line), env=self.process_environ, **settings)

    @property
    def process_environ(self) -> dict[str, str]:
        return {**{name: os.environ[name] for name in _KEPT if name in os.environ}, **self.environ}
