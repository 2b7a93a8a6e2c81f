"""The reads of an engine, shared by all that it does at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import inf
from typing import Annotated, Any

import msgspec
from solders.account import Account
from solders.pubkey import Pubkey
from solders.signature import Signature

from nosana_chain.bindings._runtime.accounts import MAX_ADDRESSES_PER_CALL
from nosana_chain.engine.fees import fetch_unit_prices
from nosana_chain.engine.sharing import Kept, Together
from nosana_chain.errors import RpcError
from nosana_chain.wire.connection import Blockhash, Commitment, Connection

#: Signatures that one getSignatureStatuses call takes (MAX_GET_SIGNATURE_STATUSES_QUERY_ITEMS of the validator).
MAX_STATUSES_PER_CALL = 256
#: Slots for which a blockhash is used again: of the 150 blocks that it is good for, nearly all are left.
_BLOCKHASH_SLOTS = 5
_FEES_SLOTS = 10

Slot = Annotated[int, msgspec.Meta(ge=0, le=2**63 - 1)]


class Status(msgspec.Struct, rename="camel"):
    """What a node says of a signature. Its slot may be any number: what landed is proven by other things."""

    slot: int
    err: Any = None
    confirmation_status: Commitment | None = None


class _Context(msgspec.Struct):
    slot: int


class _Statuses(msgspec.Struct):
    context: _Context
    value: list[Status | None]


@dataclass(frozen=True, slots=True)
class Looked:
    """A status, and as of which slot: None where the node knows none."""

    status: Status | None
    slot: int


class Reads:
    """What actions of one engine ask of its cluster.

    Args:
        connection: the cluster.
        clock: seconds that only go forward.
    """

    def __init__(self, connection: Connection, *, clock: Callable[[], float]) -> None:
        slot = connection.network.slot_seconds
        self._connection = connection
        self._statuses = Together(self._recent, most=MAX_STATUSES_PER_CALL)
        self._history = Together(self._ever, most=MAX_STATUSES_PER_CALL)
        self._accounts = Together(self._seen, most=MAX_ADDRESSES_PER_CALL, weight=len)
        self._blockhash = Kept(self._latest, seconds=_BLOCKHASH_SLOTS * slot, clock=clock)
        self._fees = Kept(self._paid, seconds=_FEES_SLOTS * slot, clock=clock)
        self._genesis = Kept(self._first, seconds=inf, clock=clock)

    async def genesis_hash(self) -> str:
        """The hash of the cluster's first block. Network: 1 call for all who ask, the first time."""
        return await self._genesis.ask(None)

    async def check_network(self) -> None:
        """As `Connection.check_network`. Network: 1 call for all who ask, the first time."""
        if self._connection.network.genesis_hash is not None:
            await self.genesis_hash()  # which the connection knows from then on
        await self._connection.check_network()

    async def status(self, signature: Signature, *, search_history: bool = False) -> Looked:
        """The status of a signature. Network: 1 call for up to 256 that are asked for at once."""
        return await (self._history if search_history else self._statuses).ask(signature)

    async def accounts(self, addresses: Sequence[Pubkey]) -> dict[Pubkey, Account | None]:
        """The accounts at `addresses`, of one moment if there are up to 100. Network: 1 call for 100."""
        if not addresses:
            return {}
        return await self._accounts.ask(tuple(dict.fromkeys(addresses)))

    async def blockhash(self) -> Blockhash:
        """A blockhash that is at most 5 slots old. Network: 1 call, or none."""
        return await self._blockhash.ask(None)

    async def unit_prices(self, addresses: Sequence[str]) -> list[int]:
        """What was paid of late for locking these accounts, in micro-lamports a unit. Network: 1 call, or none."""
        return await self._fees.ask(tuple(addresses))

    async def aclose(self) -> None:
        """End the calls that are under way."""
        for shared in (self._statuses, self._history, self._accounts, self._blockhash, self._fees, self._genesis):
            await shared.aclose()

    async def _first(self, _nothing: None) -> str:
        return await self._connection.fetch_genesis_hash()

    async def _recent(self, signatures: Sequence[Signature]) -> list[Looked]:
        texts = [str(signature) for signature in signatures]
        options = {"searchTransactionHistory": False}
        answer = await self._connection.call("getSignatureStatuses", texts, options, answer=_Statuses)
        return self._looked(texts, answer)

    async def _ever(self, signatures: Sequence[Signature]) -> list[Looked]:
        """What any endpoint knows: that a transaction isn't there is no single one's to say."""
        texts = [str(signature) for signature in signatures]
        options = {"searchTransactionHistory": True}
        answers = await self._connection.call_each("getSignatureStatuses", texts, options, answer=_Statuses)
        for answer in answers:
            if isinstance(answer, RpcError):
                raise answer
        each = [self._looked(texts, answer) for answer in answers if not isinstance(answer, RpcError)]
        return [_joined(told) for told in zip(*each, strict=True)]

    def _looked(self, texts: Sequence[str], answer: _Statuses) -> list[Looked]:
        if len(answer.value) != len(texts):
            raise self._connection.unreadable("getSignatureStatuses")
        return [Looked(status, answer.context.slot) for status in answer.value]

    async def _seen(self, wanted: Sequence[tuple[Pubkey, ...]]) -> list[dict[Pubkey, Account | None]]:
        addresses = list(dict.fromkeys(address for group in wanted for address in group))
        found = dict(zip(addresses, await self._connection.fetch_accounts(addresses), strict=True))
        return [{address: found[address] for address in group} for group in wanted]

    async def _latest(self, _nothing: None) -> Blockhash:
        return await self._connection.fetch_blockhash()

    async def _paid(self, addresses: tuple[str, ...]) -> list[int]:
        return await fetch_unit_prices(self._connection, addresses)


def _joined(told: Sequence[Looked]) -> Looked:
    """What several endpoints say of one signature: what one of them knows, or as of when none of them did."""
    known = next((looked for looked in told if looked.status is not None), None)
    return known or Looked(None, min(looked.slot for looked in told))
