"""A cluster in memory behind the seam of the wire: transactions land as they arrive, and a test bends what it likes."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from typing import Any

from solders.account import Account
from solders.hash import Hash
from solders.pubkey import Pubkey
from solders.transaction import VersionedTransaction

from fault.wire import as_shown, blockhash, epoch, result, simulated, status
from nosana_chain.networks import MAINNET
from nosana_chain.wire.transport import RpcRequest

Rule = Callable[[list[Any], Any], Any]


class FakeChain:
    """A transport to a chain on which every transaction lands and succeeds at once.

    Attributes:
        accounts: what is there; `lands` may change it.
        arrived: the transactions that were sent, each time that they were.
        lands: called with each transaction that arrives for the first time; what it returns is its error.
        rules: by method, what to answer instead: called with the parameters and the honest answer. An exception that it
            returns is raised, bytes are the whole body.
        before: called before anything is answered, with the method's name.
        swallows: what arrives is taken and never lands.
    """

    endpoint = "http://fake"

    def __init__(self, accounts: dict[Pubkey, Account] | None = None, **rules: Rule) -> None:
        self.accounts = dict(accounts or {})
        self.rules: dict[str, Rule] = rules
        self.arrived: list[VersionedTransaction] = []
        self.lands: Callable[[VersionedTransaction], Any] = lambda _transaction: None
        self.before: Callable[[str], None] = lambda _method: None
        self.swallows = False
        self.methods: list[str] = []
        self.slot = 10
        self.height = 100
        self.calls: list[dict[str, Any]] = []  # of the simulation
        self._errors: dict[str, Any] = {}

    async def send(self, request: RpcRequest) -> bytes:
        body = json.loads(request.body)
        method, params = body["method"], body["params"]
        self.methods.append(method)
        self.before(method)
        rule = self.rules.get(method)
        answer = getattr(self, f"_{method}")(params)
        if rule:
            answer = rule(params, answer)
        if isinstance(answer, Exception):
            raise answer
        return answer if isinstance(answer, bytes) else result(answer)

    async def aclose(self) -> None:
        """Nothing is open."""

    @property
    def signatures(self) -> list[str]:
        """Of what arrived, each once."""
        return list(dict.fromkeys(str(transaction.signatures[0]) for transaction in self.arrived))

    def _getAccountInfo(self, params: list[Any]) -> Any:  # noqa: N802  the method's name
        return self._dated(self._shown(params[0]))

    def _getMultipleAccounts(self, params: list[Any]) -> Any:  # noqa: N802
        return self._dated([self._shown(address) for address in params[0]])

    def _getProgramAccounts(self, _params: list[Any]) -> Any:  # noqa: N802
        return []

    def _simulateTransaction(self, params: list[Any]) -> Any:  # noqa: N802
        answer = simulated(units=1000)
        watched = params[1].get("accounts", {"addresses": []})["addresses"]
        answer["value"]["accounts"] = [self._shown(address) for address in watched]
        answer["value"]["innerInstructions"] = [{"index": 0, "instructions": self.calls}]
        return answer

    def _getRecentPrioritizationFees(self, _params: list[Any]) -> Any:  # noqa: N802
        return []

    def _getLatestBlockhash(self, _params: list[Any]) -> Any:  # noqa: N802
        answer = blockhash(self.height + 150)
        answer["value"]["blockhash"] = str(Hash(self.height.to_bytes(32, "big")))
        return answer

    def _isBlockhashValid(self, _params: list[Any]) -> Any:  # noqa: N802
        return self._dated(True)

    def _sendTransaction(self, params: list[Any]) -> str:  # noqa: N802
        transaction = VersionedTransaction.from_bytes(base64.b64decode(params[0]))
        self.arrived.append(transaction)
        self._arrive(transaction)
        return str(transaction.signatures[0])

    def _getSignatureStatuses(self, params: list[Any]) -> Any:  # noqa: N802
        return self._dated([self._status(signature) for signature in params[0]])

    def _getEpochInfo(self, _params: list[Any]) -> Any:  # noqa: N802
        return epoch(height=self.height, slot=self.slot)

    def _getTransaction(self, params: list[Any]) -> Any:  # noqa: N802
        found = next((one for one in self.arrived if str(one.signatures[0]) == params[0]), None)
        if found is None or params[0] not in self._errors:
            return None
        keys = len(found.message.account_keys)
        meta = {
            "fee": 5000,
            "err": self._errors[params[0]],
            "computeUnitsConsumed": 900,
            "logMessages": ["a", "b"],
            "innerInstructions": [],
            "preBalances": [10_000] + [0] * (keys - 1),
            "postBalances": [5_000] + [0] * (keys - 1),
            "preTokenBalances": [],
            "postTokenBalances": [],
            "loadedAddresses": {"writable": [], "readonly": []},
        }
        raw = base64.b64encode(bytes(found)).decode()
        return {"slot": 9, "blockTime": 1, "meta": meta, "transaction": [raw, "base64"]}

    def _getSignaturesForAddress(self, _params: list[Any]) -> Any:  # noqa: N802
        return []

    def _getFirstAvailableBlock(self, _params: list[Any]) -> int:  # noqa: N802
        return 0

    def _getBlockTime(self, _params: list[Any]) -> int:  # noqa: N802
        return 0

    def _getGenesisHash(self, _params: list[Any]) -> str:  # noqa: N802
        return MAINNET.genesis_hash or ""

    def _arrive(self, transaction: VersionedTransaction) -> None:
        signature = str(transaction.signatures[0])
        if not self.swallows and signature not in self._errors:
            self._errors[signature] = self.lands(transaction)

    def _status(self, signature: str) -> Any:
        return status(err=self._errors[signature]) if signature in self._errors else None

    def _dated(self, value: Any) -> Any:
        return {"context": {"slot": self.slot}, "value": value}

    def _shown(self, address: str) -> Any:
        account = self.accounts.get(Pubkey.from_string(address))
        return account and as_shown(account)
