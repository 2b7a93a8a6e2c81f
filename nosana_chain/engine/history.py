"""Whether an account was made before, and is gone again: by the history of its address."""

from __future__ import annotations

from dataclasses import dataclass
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
EVER = 10**10  #: seconds; three hundred years, which no cluster has been there
_GENESIS_BLOCK = 0
_PAGE = 1000  # the most that getSignaturesForAddress gives at once
_MOST_SEEN = 1_000_000  # an endpoint that never comes to an end is not to be believed


class _Seen(msgspec.Struct):
    signature: str
    slot: int = 0
    err: Any = None


@dataclass(frozen=True, slots=True)
class Making:
    """What the history of an address says of its account's making.

    Attributes:
        signature: of the transaction that made it; None where none is known.
        slot: in which that landed, by the endpoint's word; 0 where none is known.
        unread: a successful transaction with the address that the endpoint names and doesn't show; None for none.
    """

    signature: str | None = None
    slot: int = 0
    unread: str | None = None


async def find_making(connection: Connection, address: Pubkey) -> Making:
    """The successful transaction that made the account at `address`, as far as the endpoint knows.

    Only who has the key of the address can sign with it, and it signs nothing but its account's making; that others
    sent lamports there proves nothing. Network: 1 call for each 1000 transactions that name the address, and 1 for each
    successful one.

    Raises:
        RpcError: the endpoint doesn't tell.
    """
    unread = None
    for seen in reversed(await _fetch_successes(connection, address)):  # the making is the first that succeeded
        signed = await _is_signed_by(connection, address, seen.signature)
        if signed:
            return Making(seen.signature, seen.slot)
        unread = seen.signature if signed is None else unread
    return Making(unread=unread)


async def _fetch_successes(connection: Connection, address: Pubkey) -> list[_Seen]:
    """All successful transactions with an address, newest first."""
    found: list[_Seen] = []
    while len(found) % _PAGE == 0:
        before = {"before": found[-1].signature} if found else {}
        options = connection.options(limit=_PAGE, **before)
        page = await connection.call("getSignaturesForAddress", str(address), options, answer=list[_Seen])
        if not page:
            break
        if len(found) >= _MOST_SEEN:
            raise connection.unreadable("getSignaturesForAddress")
        found += page
    return [one for one in found if one.err is None]


async def _is_signed_by(connection: Connection, address: Pubkey, signature: str) -> bool | None:
    """Whether the key of an address signed a transaction; None where the endpoint doesn't show it."""
    try:
        found = await fetch_transaction(connection, Signature.from_string(signature))
        message = parse_transaction(found.raw).message if found else None
    except (ValueError, InputError):
        return None
    return None if message is None else address in message.account_keys[: message.header.num_required_signatures]


async def fetch_horizon(connection: Connection, *, now: float) -> int | None:
    """How many seconds back the endpoint's history leaves nothing out; None where it doesn't say.

    Where it begins with the first block of a cluster of one's own, nothing was before, however young that is: `EVER`.
    Network: 1 call then, else 2.
    """
    try:
        first = await connection.call("getFirstAvailableBlock", answer=int)
        if first == _GENESIS_BLOCK and connection.network.genesis_hash is None:  # the others are older than that
            return EVER
        made = await connection.call("getBlockTime", first, answer=int)
    except RpcError:
        return None
    return max(0, int(now) - made)
