"""Ledgers in memory behind the seam of the wire: transactions of addresses in slots, with forks, lag and refusals."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from fault.wire import landed, result
from solders.pubkey import Pubkey
from solders.signature import Signature

from nosana_chain.wire.transport import RpcRequest


@dataclass(frozen=True)
class Entry:
    """A transaction in the ledger."""

    signature: Signature
    slot: int
    addresses: frozenset[Pubkey]
    failed: bool = False


@dataclass
class Ledger:
    """A transport to one node, or to several behind one URL.

    Attributes:
        entries: all transactions, the oldest first; those of one slot in the block's order.
        slot: of the newest block.
        final: up to this slot nothing changes any more.
        first: the oldest slot that is kept.
        seen: up to this slot the node that answers knows blocks; None for all. Called for each question.
        unlisted: signatures that lists leave out for now.
        unshown: signatures that getTransaction doesn't have for now.
        refusals: by method, what is answered in place of a result.
        asked: the methods, in their order.
    """

    entries: list[Entry] = field(default_factory=list)
    slot: int = 10
    final: int = 0
    first: int = 0
    seen: Callable[[], int | None] = lambda: None
    unlisted: set[Signature] = field(default_factory=set)
    unshown: set[Signature] = field(default_factory=set)
    refusals: dict[str, bytes | Exception] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    limits: list[int] = field(default_factory=list)
    endpoint: str = "http://ledger"
    _count: int = 0
    _index: dict[Signature, Entry] = field(default_factory=dict)

    def add(self, *addresses: Pubkey, slots: int = 1, failed: bool = False) -> Entry:
        """A new transaction, some slots after the last block."""
        self._count += 1
        self.slot += slots
        entry = Entry(Signature(self._count.to_bytes(64, "big")), self.slot, frozenset(addresses), failed)
        return self.put(entry)

    def put(self, entry: Entry) -> Entry:
        self.entries.append(entry)
        self._index[entry.signature] = entry
        return entry

    def drop(self, slot: int) -> list[Entry]:
        """A fork without the blocks from `slot` on wins: what was in them is gone."""
        assert slot > self.final
        gone = [entry for entry in self.entries if entry.slot >= slot]
        self.entries = [entry for entry in self.entries if entry.slot < slot]
        for entry in gone:
            del self._index[entry.signature]
        return gone

    def of(self, *addresses: Pubkey) -> list[Entry]:
        return [entry for entry in self.entries if entry.addresses.intersection(addresses)]

    async def send(self, request: RpcRequest) -> bytes:
        body = json.loads(request.body)
        method, params = body["method"], body["params"]
        self.asked.append(method)
        refusal = self.refusals.get(method)
        if isinstance(refusal, Exception):
            raise refusal
        return refusal or result(getattr(self, f"_{method}")(params))

    async def aclose(self) -> None:
        """Nothing is open."""

    def _tip(self) -> int:
        seen = self.seen()
        return self.slot if seen is None else min(seen, self.slot)

    def _getSignaturesForAddress(self, params: list[Any]) -> list[dict[str, Any]]:  # noqa: N802
        address, options = Pubkey.from_string(params[0]), params[1]
        self.limits.append(options["limit"])
        tip = self._tip()
        found = []
        is_open = "before" not in options or Signature.from_string(options["before"]) not in self._index
        for entry in reversed(self.entries):
            text = str(entry.signature)
            if text == options.get("until"):
                break
            if is_open and self.first <= entry.slot <= tip and address in entry.addresses:
                if entry.signature not in self.unlisted:
                    found.append(self._listed(entry, text))
                if len(found) == options["limit"]:
                    break
            is_open = is_open or text == options.get("before")
        return found

    def _listed(self, entry: Entry, text: str) -> dict[str, Any]:
        level = "finalized" if entry.slot <= self.final else "confirmed"
        error = {"InstructionError": [0, "InvalidArgument"]} if entry.failed else None
        return {"signature": text, "slot": entry.slot, "err": error, "confirmationStatus": level, "blockTime": 10**9}

    def _getTransaction(self, params: list[Any]) -> Any:  # noqa: N802
        entry = self._index.get(Signature.from_string(params[0]))
        if entry is None or entry.signature in self.unshown or entry.slot > self._tip():
            return None
        return _shown(entry.signature, entry.slot)

    def _getGenesisHash(self, _params: list[Any]) -> str:  # noqa: N802
        return str(Pubkey.default())

    def _getSlot(self, _params: list[Any]) -> int:  # noqa: N802
        return self._tip()

    def _getFirstAvailableBlock(self, _params: list[Any]) -> int:  # noqa: N802
        return self.first

    def _getSignatureStatuses(self, params: list[Any]) -> Any:  # noqa: N802
        tip = self._tip()
        return {"context": {"slot": tip}, "value": [self._status(text, tip) for text in params[0]]}

    def _status(self, text: str, tip: int) -> Any:
        entry = self._index.get(Signature.from_string(text))
        if entry is None or entry.slot > tip:
            return None
        return {"slot": entry.slot, "err": None, "confirmations": 0, "confirmationStatus": "confirmed"}

    def _getBlock(self, params: list[Any]) -> Any:  # noqa: N802
        return {"signatures": [str(entry.signature) for entry in self.entries if entry.slot == params[0]]}


class EndlessLedger:
    """A transport to a chain with one transaction of every address in each slot, of which nothing is stored.

    Attributes:
        slot: of the newest block; all but the last 32 are final.
    """

    endpoint = "http://endless"

    def __init__(self, slot: int) -> None:
        self.slot = slot

    async def send(self, request: RpcRequest) -> bytes:
        body = json.loads(request.body)
        return result(getattr(self, f"_{body['method']}")(body["params"]))

    async def aclose(self) -> None:
        """Nothing is open."""

    def _getSignaturesForAddress(self, params: list[Any]) -> list[dict[str, Any]]:  # noqa: N802
        options = params[1]
        newest = _slot_of(options["before"]) - 1 if "before" in options else self.slot
        oldest = _slot_of(options["until"]) if "until" in options else 0
        return [
            {
                "signature": str(Signature(slot.to_bytes(64, "big"))),
                "slot": slot,
                "err": None,
                "confirmationStatus": "finalized" if slot <= self.slot - 32 else "confirmed",
            }
            for slot in range(newest, max(oldest, newest - options["limit"]), -1)
        ]

    def _getTransaction(self, params: list[Any]) -> Any:  # noqa: N802
        signature = Signature.from_string(params[0])
        return _shown(signature, _slot_of(params[0]))

    def _getFirstAvailableBlock(self, _params: list[Any]) -> int:  # noqa: N802
        return 0

    def _getSlot(self, _params: list[Any]) -> int:  # noqa: N802
        return self.slot

    def _getGenesisHash(self, _params: list[Any]) -> str:  # noqa: N802
        return str(Pubkey.default())


def _slot_of(text: str) -> int:
    return int.from_bytes(bytes(Signature.from_string(text)), "big")


def _shown(signature: Signature, slot: int) -> Any:
    """A transaction whose bytes are its signature alone."""
    raw = base64.b64encode(bytes(signature)).decode()
    return landed(slot=slot) | {"transaction": [raw, "base64"]}
