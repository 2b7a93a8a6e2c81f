"""The official SDK, asked from Python with the names that it has in TypeScript."""

from __future__ import annotations

from typing import Any

from node_process import NodeProcess
from solders.pubkey import Pubkey


class Sdk:
    """The SDK's `Client` with one wallet. Amounts come back in base 16: they are big numbers there."""

    def __init__(self, process: NodeProcess, wallet: str) -> None:
        self._process = process
        self._wallet = wallet

    def call(self, path: str, *args: Any) -> Any:
        """The result of a method: `call("jobs.list", definition, 600, market)`."""
        part, method = path.split(".")
        told = [{"key": str(arg)} if isinstance(arg, Pubkey) else arg for arg in args]
        return self._process.ask("call", wallet=self._wallet, part=part, method=method, args=told)
