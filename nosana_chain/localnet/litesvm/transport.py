"""The seam of the wire to a chain in this process."""

from __future__ import annotations

import threading
from typing import Any

import msgspec

from nosana_chain.localnet.litesvm.chain import InProcessChain
from nosana_chain.localnet.litesvm.methods import METHODS, MethodError
from nosana_chain.wire.transport import RpcRequest

__all__ = ["METHODS", "InProcessTransport"]

_NO_METHOD = -32601
_BAD_PARAMS = -32602


class InProcessTransport:
    """A `Transport` to an `InProcessChain`: for `NosanaClient(..., transport=...)`. Any number of clients share it.

    What it serves is in `METHODS`, as nodes do; there are no subscriptions. Clients of several threads are served one
    after the other.
    """

    endpoint = "in-process"

    def __init__(self, chain: InProcessChain) -> None:
        self._chain = chain
        self._turn = threading.Lock()

    async def send(self, request: RpcRequest) -> bytes:
        """The answer, at once: nothing is waited for."""
        asked = msgspec.json.decode(request.body)
        with self._turn:
            told = self.answer(asked["method"], asked.get("params") or [])
        return msgspec.json.encode({"jsonrpc": "2.0", "id": asked.get("id"), **told})

    async def aclose(self) -> None:
        """Nothing is open: the chain outlives its clients."""

    def answer(self, method: str, params: list[Any]) -> dict[str, Any]:
        """`result` or `error` for a question."""
        handler = METHODS.get(method)
        if handler is None:
            return {"error": {"code": _NO_METHOD, "message": f"{method} is not among what a chain in process serves"}}
        try:
            return {"result": handler(self._chain, params)}
        except MethodError as error:
            return {"error": error.error}
        except (LookupError, TypeError, ValueError) as error:
            return {"error": {"code": _BAD_PARAMS, "message": f"{method} can't read its parameters: {error}"}}
