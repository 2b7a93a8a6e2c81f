"""A node that keeps transactions and accounts, and refuses what a test wants it to refuse."""

import base64
import json
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

import base58
from behaviour.call import Account, State
from solders.pubkey import Pubkey
from solders.signature import Signature
from solders.transaction import VersionedTransaction

from nosana_chain.errors import RpcResponseError
from nosana_chain.models.landed_transaction import LandedTransaction
from nosana_chain.wire.transport import RpcRequest

GENESIS = "11111111111111111111111111111111"
PER_SLOT = 3  # transactions, so that slots have several


class Archive:
    """A transport in the place of an endpoint.

    Args:
        landed: all transactions, oldest first; their slots are given here.
        accounts: what is there.
        page: the most that one list of signatures has.
        lists: whether it lists the accounts of programs.

    Attributes:
        calls: how often each method was asked.
        hidden: signatures that are listed and not shown.
        ignores_until: as an endpoint that doesn't know the signature.
        hide_calls: it doesn't tell what instructions called.
    """

    endpoint = "http://archive"

    def __init__(
        self, landed: Iterable[LandedTransaction], accounts: State, *, page: int = 1000, lists: bool = False
    ) -> None:
        self.calls: Counter[str] = Counter()
        self.hidden: set[str] = set()
        self.ignores_until = False
        self.hide_calls = False
        self.genesis = GENESIS
        self.accounts: dict[Pubkey, Account] = dict(accounts)
        self._page = page
        self._lists = lists
        self._shown: dict[str, dict[str, Any]] = {}
        self._named: dict[str, list[dict[str, Any]]] = {}
        for one in landed:
            self.add(one)

    def add(self, landed: LandedTransaction, *, failed: bool = False) -> None:
        """One transaction more: the newest."""
        transaction = VersionedTransaction.from_bytes(landed.raw)
        # a chain's signatures are all different, and so are these
        signature = Signature(len(self._shown).to_bytes(64, "big"))
        signed = VersionedTransaction.populate(
            transaction.message, [signature] * transaction.message.header.num_required_signatures
        )
        slot = 10 + len(self._shown) // PER_SLOT
        error = {"InstructionError": [0, "Custom"]} if failed else None
        self._shown[str(signature)] = _as_answer(landed, bytes(signed), slot, error)
        entry = {"signature": str(signature), "slot": slot, "err": error, "confirmationStatus": "finalized"}
        for address in transaction.message.account_keys:
            self._named.setdefault(str(address), []).insert(0, entry)

    @property
    def signatures(self) -> list[str]:
        """All that there are, oldest first."""
        return list(self._shown)

    async def send(self, request: RpcRequest) -> bytes:
        self.calls[request.method] += 1
        body = json.loads(request.body)
        answer = getattr(self, request.method)(*body["params"])
        return json.dumps({"jsonrpc": "2.0", "id": body["id"], "result": answer}).encode()

    async def aclose(self) -> None:
        """Nothing is open."""

    def getGenesisHash(self) -> str:  # noqa: N802  the method's name
        return self.genesis

    def getSignaturesForAddress(self, address: str, options: Mapping[str, Any]) -> Any:  # noqa: N802
        entries = self._named.get(address, [])
        places = {entry["signature"]: at for at, entry in enumerate(entries)}
        start = places[options["before"]] + 1 if "before" in options else 0
        until = None if self.ignores_until else options.get("until")
        return entries[start : places.get(until, len(entries))][: min(self._page, options["limit"])]

    def getTransaction(self, signature: str, _options: Any) -> Any:  # noqa: N802
        shown = None if signature in self.hidden else self._shown.get(signature)
        return shown | {"meta": shown["meta"] | {"innerInstructions": None}} if shown and self.hide_calls else shown

    def getAccountInfo(self, address: str, _options: Any) -> Any:  # noqa: N802
        return _in_context(self._account(address))

    def getMultipleAccounts(self, addresses: list[str], _options: Any) -> Any:  # noqa: N802
        return _in_context([self._account(address) for address in addresses])

    def getProgramAccounts(self, program: str, options: Mapping[str, Any]) -> Any:  # noqa: N802
        if not self._lists:
            raise RpcResponseError("refused", endpoint=self.endpoint, method="getProgramAccounts", rpc_code=-32010)
        wanted = [(one["memcmp"]["offset"], bytes(one["memcmp"]["bytes"])) for one in options["filters"]]
        return [
            {"pubkey": str(address), "account": self._account(str(address))}
            for address, account in self.accounts.items()
            if str(account.owner) == program
            and all(account.data[offset:].startswith(value) for offset, value in wanted)
        ]

    def _account(self, address: str) -> dict[str, Any] | None:
        account = self.accounts.get(Pubkey.from_string(address))
        if account is None or not account.exists:
            return None
        data = base64.b64encode(account.data).decode()
        return {
            "lamports": account.lamports,
            "owner": str(account.owner),
            "data": [data, "base64"],
            "executable": False,
            "rentEpoch": 0,
        }


def _in_context(value: Any) -> dict[str, Any]:
    return {"context": {"slot": 2**40}, "value": value}


def _as_answer(landed: LandedTransaction, raw: bytes, slot: int, error: Any) -> dict[str, Any]:
    inner = [
        {
            "programIdIndex": call.program,
            "accounts": list(call.accounts),
            "data": base58.b58encode(call.data).decode(),
            "stackHeight": call.depth + 1,
        }
        for call in landed.inner
    ]
    return {
        "slot": slot,
        "blockTime": landed.block_time,
        "transaction": [base64.b64encode(raw).decode(), "base64"],
        "meta": {"err": error, "fee": 5000, "innerInstructions": [{"index": 0, "instructions": inner}]},
    }
