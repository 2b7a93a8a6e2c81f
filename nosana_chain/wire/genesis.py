"""Which cluster an endpoint serves: told by the hash of its first block."""

from __future__ import annotations

import msgspec
from solders.hash import Hash

from nosana_chain.errors import WrongNetworkError
from nosana_chain.wire.transport import RpcRequest

_METHOD = "getGenesisHash"
#: What is answered and is no hash is no answer: it is neither kept nor compared, and the next one is asked for.
GENESIS_REQUEST = RpcRequest(
    _METHOD, msgspec.json.encode({"jsonrpc": "2.0", "id": 0, "method": _METHOD, "params": []}), Hash
)


def wrong_network(name: str, *, endpoint: str, expected: str | None, found: str) -> WrongNetworkError:
    """The error for an endpoint whose genesis hash is not the one of the network `name`."""
    return WrongNetworkError(
        f"{endpoint} does not serve {name}: its genesis hash is {found}, "
        f"not {expected}; give the endpoint of {name}, or another network",
        endpoint=endpoint,
        expected=expected,
        found=found,
    )
