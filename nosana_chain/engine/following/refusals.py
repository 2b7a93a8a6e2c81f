"""What it means for a follower that an endpoint doesn't do something: what is impossible there, and what works."""

from __future__ import annotations

import logging
from typing import Any

from nosana_chain.engine.reads import Slot
from nosana_chain.errors import NoHistoryError, Retry, RpcEndpointError, RpcError
from nosana_chain.wire.connection import Connection
from nosana_chain.wire.signatures import METHOD, Listed

_log = logging.getLogger(__name__)
_SLOT: Any = Slot


def explained(connection: Connection, error: RpcError) -> RpcError:
    """A refusal to list as NoHistoryError; any other error as it is."""
    if error.facts.get("method") != METHOD or error.retry is Retry.SAME or isinstance(error, NoHistoryError):
        return error
    endpoint = connection.transport.endpoint
    return NoHistoryError(
        f"{endpoint} doesn't list the transactions of an address, so nothing can be followed there without loss; use "
        f"another endpoint. What looks at accounts works: every `fetch_`, and `jobs.wait_for` ({error})",
        endpoint=endpoint,
        method=METHOD,
        first_slot=None,
    )


async def require_history(connection: Connection, mark: int) -> None:
    """NoHistoryError where the endpoint doesn't go back to slot `mark`. Network: 1 call."""
    endpoint = connection.transport.endpoint
    try:
        first: int = await connection.call("getFirstAvailableBlock", answer=_SLOT)
    except RpcError as error:
        if error.retry is Retry.SAME:
            raise
        _log.warning("%s doesn't say how far back it knows: %s", endpoint, error)
        return
    if mark and first > mark + 1:
        raise NoHistoryError(
            f"{endpoint} knows transactions from slot {first} on, and the cursor stands at slot {mark}: what happened "
            "in between can't be told there. Use an endpoint with more history, or start without the cursor",
            endpoint=endpoint,
            method=METHOD,
            first_slot=first,
        )


def unshown(connection: Connection, entry: Listed) -> RpcEndpointError:
    """The error for a transaction that is on the chain, and that the endpoint lists and doesn't show."""
    endpoint = connection.transport.endpoint
    return RpcEndpointError(
        f"getTransaction: {endpoint} lists transaction {entry.signature} of slot {entry.slot} and doesn't show it",
        endpoint=endpoint,
        method="getTransaction",
        rpc_code=None,
    )


def unreadable_list(connection: Connection) -> RpcError:
    """The error for a list without an end."""
    return connection.unreadable(METHOD)
