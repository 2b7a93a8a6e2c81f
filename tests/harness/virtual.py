"""A cluster in this process behind the seam of the wire: the local network's genesis on LiteSVM, asked over JSON-RPC.

It answers what the client asks for, at once and in one slot a transaction; simulations tell of calls as nodes do, those
of the token and system programs in words.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from typing import Any

import base58
from fault.wire import as_shown, epoch, result, status
from solders.account import Account
from solders.hash import Hash
from solders.message import MessageV0
from solders.pubkey import Pubkey
from solders.system_program import ID as SYSTEM_PROGRAM
from solders.token import ID as TOKEN_PROGRAM
from solders.transaction import VersionedTransaction
from solders.transaction_metadata import FailedTransactionMetadata

from nosana_chain.localnet.genesis import Genesis
from nosana_chain.localnet.inprocess import InProcess
from nosana_chain.wire.transport import RpcRequest

_TRANSFER, _TRANSFER_CHECKED = 3, 12  # of the token program
_CREATE_ACCOUNT, _SYSTEM_TRANSFER = 0, 2
_HEIGHT = 100  # of every block: nothing expires


class VirtualCluster(InProcess):
    """A transport to a chain of its own."""

    endpoint = "http://virtual"

    def __init__(self, genesis: Genesis | None = None) -> None:
        super().__init__(genesis)
        self._svm = self._svm.with_sigverify(False)  # simulations are unsigned; what is sent is verified here
        self._slot = 10
        self._landed: dict[str, dict[str, Any]] = {}

    async def send(self, request: RpcRequest) -> bytes:  # type: ignore[override]  # the transport's, not InProcess's
        body = json.loads(request.body)
        return result(getattr(self, f"_{body['method']}")(*body["params"]))

    async def aclose(self) -> None:
        """Nothing is open."""

    def holds(self, owner: Pubkey, purse: Pubkey) -> tuple[int, int]:
        """NOS base units in a token account, and lamports of its owner."""
        account, wallet = self.account(purse), self.account(owner)
        nos = int.from_bytes(account.data[64:72], "little") if account else 0
        return nos, wallet.lamports if wallet else 0

    def owned_by(self, program: Pubkey, *, length: int) -> list[tuple[Pubkey, Account]]:
        """Every account of a program that has so many bytes."""
        return [found for found in self._svm.get_program_accounts(program) if len(found[1].data) == length]

    # ------------------------------------------------------------ what is asked

    def _getGenesisHash(self) -> str:  # noqa: N802  the method's name
        return str(Hash(b"v" * 32))

    def _getAccountInfo(self, address: str, _config: Any) -> Any:  # noqa: N802
        return self._dated(self._shown(Pubkey.from_string(address)))

    def _getMultipleAccounts(self, addresses: list[str], _config: Any) -> Any:  # noqa: N802
        return self._dated([self._shown(Pubkey.from_string(address)) for address in addresses])

    def _getProgramAccounts(self, program: str, config: Any) -> Any:  # noqa: N802
        filters = [(one["memcmp"]["offset"], bytes(one["memcmp"]["bytes"])) for one in config["filters"]]
        return [
            {"pubkey": str(address), "account": as_shown(account)}
            for address, account in self._svm.get_program_accounts(Pubkey.from_string(program))
            if all(account.data[offset:].startswith(wanted) for offset, wanted in filters)
        ]

    def _getBalance(self, address: str, _config: Any) -> Any:  # noqa: N802
        return self._dated(self._svm.get_balance(Pubkey.from_string(address)) or 0)

    def _getRecentPrioritizationFees(self, _addresses: list[str]) -> Any:  # noqa: N802
        return [{"slot": 1, "prioritizationFee": 1_000}]

    def _getLatestBlockhash(self, _config: Any) -> Any:  # noqa: N802
        hashed = str(self._svm.latest_blockhash())
        return self._dated({"blockhash": hashed, "lastValidBlockHeight": _HEIGHT + 150})

    def _getEpochInfo(self, _config: Any) -> Any:  # noqa: N802
        return epoch(height=_HEIGHT, slot=self._slot)

    def _getSignatureStatuses(self, signatures: list[str], _config: Any) -> Any:  # noqa: N802
        landed = [self._landed.get(signature) for signature in signatures]
        return self._dated([one and status(slot=one["slot"], err=one["meta"]["err"]) for one in landed])

    def _getTransaction(self, signature: str, _config: Any) -> Any:  # noqa: N802
        return self._landed.get(signature)

    def _simulateTransaction(self, encoded: str, config: Any) -> Any:  # noqa: N802
        transaction = VersionedTransaction.from_bytes(base64.b64decode(encoded))
        trial = VersionedTransaction.populate(self._recent(transaction.message), transaction.signatures)
        simulated = self._svm.simulate_transaction(trial)
        failed = isinstance(simulated, FailedTransactionMetadata)
        meta, after = simulated.meta(), {} if failed else dict(simulated.post_accounts())
        watched = map(Pubkey.from_string, config.get("accounts", {"addresses": []})["addresses"])
        keys = trial.message.account_keys
        return self._dated(
            {
                "err": json.loads(simulated.err().to_json()) if failed else None,
                "logs": meta.logs(),
                "unitsConsumed": meta.compute_units_consumed(),
                "innerInstructions": [
                    {"index": index, "instructions": [_in_words(keys, call.instruction()) for call in calls]}
                    for index, calls in enumerate(meta.inner_instructions())
                ],
                "accounts": [None if failed else self._after(after, address) for address in watched],
            }
        )

    def _sendTransaction(self, encoded: str, _config: Any) -> str:  # noqa: N802
        transaction = VersionedTransaction.from_bytes(base64.b64decode(encoded))
        assert all(transaction.verify_with_results()), "a signature is missing"
        keys, signature = transaction.message.account_keys, str(transaction.signatures[0])
        if signature in self._landed:
            return signature
        before = [self._svm.get_balance(key) or 0 for key in keys]
        outcome = self._svm.send_transaction(transaction)
        failed = isinstance(outcome, FailedTransactionMetadata)
        meta = outcome.meta() if failed else outcome
        self._slot += 1
        self._landed[signature] = {
            "slot": self._slot,
            "transaction": [encoded, "base64"],
            "meta": {
                "err": json.loads(outcome.err().to_json()) if failed else None,
                "fee": meta.fee(),
                "computeUnitsConsumed": meta.compute_units_consumed(),
                "logMessages": meta.logs(),
                "innerInstructions": [
                    {"index": index, "instructions": [_in_bytes(call) for call in calls]}
                    for index, calls in enumerate(meta.inner_instructions())
                ],
                "preBalances": before,
                "postBalances": [self._svm.get_balance(key) or 0 for key in keys],
            },
        }
        return signature

    def _recent(self, message: Any) -> MessageV0:
        return MessageV0(
            message.header,
            message.account_keys,
            self._svm.latest_blockhash(),
            message.instructions,
            message.address_table_lookups,
        )

    def _after(self, after: dict[Pubkey, Account], address: Pubkey) -> Any:
        account = after.get(address, self._svm.get_account(address))
        return as_shown(account) if account and account.lamports else None

    def _shown(self, address: Pubkey) -> Any:
        account = self.account(address)
        return account and as_shown(account)

    def _dated(self, value: Any) -> dict[str, Any]:
        return {"context": {"slot": self._slot}, "value": value}


def _in_bytes(call: Any) -> dict[str, Any]:
    """A call as getTransaction has it."""
    made = call.instruction()
    return {
        "programIdIndex": made.program_id_index,
        "accounts": list(bytes(made.accounts)),
        "data": base58.b58encode(bytes(made.data)).decode(),
        "stackHeight": call.stack_height(),
    }


def _in_words(keys: Sequence[Pubkey], made: Any) -> dict[str, Any]:
    """A call as simulateTransaction has it."""
    program, data = keys[made.program_id_index], bytes(made.data)
    accounts = [str(keys[index]) for index in bytes(made.accounts)]
    if program == TOKEN_PROGRAM:
        return {"programId": str(program), "parsed": _token_call(data, accounts)}
    if program == SYSTEM_PROGRAM:
        return {"programId": str(program), "parsed": _system_call(data, accounts)}
    return {"programId": str(program), "accounts": accounts, "data": base58.b58encode(data).decode()}


def _token_call(data: bytes, accounts: Sequence[str]) -> dict[str, Any]:
    amount = str(int.from_bytes(data[1:9], "little"))
    if data[0] == _TRANSFER:
        source, destination, authority = accounts[:3]
        info = {"source": source, "destination": destination, "authority": authority, "amount": amount}
        return {"type": "transfer", "info": info}
    assert data[0] != _TRANSFER_CHECKED, "no program here makes one"
    return {"type": "another", "info": {}}


def _system_call(data: bytes, accounts: Sequence[str]) -> dict[str, Any]:
    kind, lamports = int.from_bytes(data[:4], "little"), int.from_bytes(data[4:12], "little")
    names = {_CREATE_ACCOUNT: ("createAccount", "newAccount"), _SYSTEM_TRANSFER: ("transfer", "destination")}
    if kind not in names:
        return {"type": "another", "info": {}}
    name, second = names[kind]
    return {"type": name, "info": {"source": accounts[0], second: accounts[1], "lamports": lamports}}
