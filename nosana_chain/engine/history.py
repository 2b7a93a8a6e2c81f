"""Whether an account was made before, and is gone again: by the history of its address."""

from __future__ import annotations

from typing import Any

import msgspec
from solders.pubkey import Pubkey
from solders.signature import Signature

from nosana_chain.errors import InputError, RpcError
from nosana_chain.reading.explain_transaction import parse_transaction
from nosana_chain.wire.connection import Connection
from nosana_chain.wire.transactions import fetch_transaction

DAY_SECONDS = 86_400
#: A history that goes back so far is taken for all of it: nobody repeats an order after a month.
LONG_ENOUGH_SECONDS = 30 * DAY_SECONDS
_PAGE = 1000  # the most that getSignaturesForAddress gives at once
_MOST_PAGES = 1000  # a million transactions; an endpoint that never comes to an end is not to be believed


class _Seen(msgspec.Struct):
    signature: str
    err: Any = None


async def find_making(connection: Connection, address: Pubkey) -> str | None:
    """The signature of the successful transaction that made the account at `address`, as far as the endpoint knows.

    Only who has the key of the address can sign with it, and it signs nothing but its account's making; that others
    sent lamports there proves nothing. Network: 1 call for each 1,000
    transactions that name the address, and 1 for each that succeeded, up to its making.

    Raises:
        RpcError: the endpoint doesn't tell.
    """
    for one in reversed(await _history(connection, address)):  # the oldest first
        if one.err is None and await _signed_by(connection, address, one.signature):
            return one.signature
    return None


async def _history(connection: Connection, address: Pubkey) -> list[_Seen]:
    """Every transaction that names an address, the newest first; a market has thousands."""
    found: list[_Seen] = []
    options = connection.options(limit=_PAGE)
    for _ in range(_MOST_PAGES):
        page = await connection.call("getSignaturesForAddress", str(address), options, answer=list[_Seen])
        found += page
        if len(page) < _PAGE:
            return found
        options["before"] = page[-1].signature
    raise connection.unreadable("getSignaturesForAddress")


async def _signed_by(connection: Connection, address: Pubkey, signature: str) -> bool:
    try:
        found = await fetch_transaction(connection, Signature.from_string(signature))
        message = parse_transaction(found.raw).message if found else None
    except (ValueError, InputError):
        return False
    return message is not None and address in message.account_keys[: message.header.num_required_signatures]


async def fetch_horizon(connection: Connection, *, now: float) -> int | None:
    """How many seconds back the endpoint knows transactions; None where it doesn't say. Network: 2 calls."""
    try:
        first = await connection.call("getFirstAvailableBlock", answer=int)
        made = await connection.call("getBlockTime", first, answer=int)
    except RpcError:
        return None
    return max(0, int(now) - made)
