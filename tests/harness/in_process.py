"""The real programs behind the seam of the wire, in this process: a client acts on LiteSVM, by a clock that stands.

Every transaction that arrives is carried out at once, and told of afterwards as nodes do. Nothing moves the time but
`at` and `wait`, so that what is said of a moment can be held against what the chain does at that very moment.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

import base58
from fault.chain import FakeChain
from fault.wire import as_shown
from solders.account import Account
from solders.hash import Hash
from solders.litesvm import LiteSVM
from solders.pubkey import Pubkey
from solders.system_program import ID as SYSTEM_PROGRAM
from solders.token import ID as TOKEN_PROGRAM
from solders.token.state import TokenAccount
from solders.transaction import VersionedTransaction
from solders.transaction_metadata import FailedTransactionMetadata, TransactionMetadata
from solders.transaction_status import TransactionErrorInstructionError

from nosana_chain.client import NosanaClient
from nosana_chain.errors import RpcResponseError
from nosana_chain.localnet.genesis import Genesis, standard_genesis
from nosana_chain.models.nonce import NONCE_BYTES
from nosana_chain.models.token_account import LENGTH
from nosana_chain.units import UnixSeconds
from nosana_chain.wallet import Wallet

START = UnixSeconds(1_767_225_600)  # 2026-01-01T00:00:00Z
_TOKEN_TRANSFER = 3
_FUNDING = {0: "createAccount", 2: "transfer"}  # instructions of the system program that take lamports


class InProcessChain(FakeChain):
    """A transport to LiteSVM.

    Attributes:
        refuses: methods that this endpoint doesn't serve.
        asked: how often each method was asked for.
    """

    endpoint = "http://in-process"

    def __init__(self, genesis: Genesis | None = None) -> None:
        super().__init__()
        self.genesis = (genesis or standard_genesis()).starting_at(START)
        self.network, self.wallets = self.genesis.network, self.genesis.wallets
        self.refuses: set[str] = set()
        self.svm = LiteSVM().with_sigverify(False).with_blockhash_check(False)
        for address, program in self.genesis.programs.items():
            self.svm.add_program(address, program)
        for address, account in self.genesis.accounts.items():
            self.svm.set_account(address, account)
        self.at(START)
        self._metas: dict[str, dict[str, Any]] = {}

    @property
    def now(self) -> UnixSeconds:
        return UnixSeconds(self.svm.get_clock().unix_timestamp)

    def at(self, moment: int) -> None:
        """Set the clock."""
        clock = self.svm.get_clock()
        clock.unix_timestamp = moment
        self.svm.set_clock(clock)

    def wait(self, seconds: int) -> None:
        self.at(self.now + seconds)

    def account(self, address: Pubkey) -> Account | None:
        found = self.svm.get_account(address)
        return found if found and found.lamports else None

    def owned_by(self, program: Pubkey) -> list[tuple[Pubkey, Account]]:
        """Every account of a program."""
        return [(address, found) for address, found in self.svm.get_program_accounts(program) if found.lamports]

    @asynccontextmanager
    async def client(self, wallet: Wallet | str | None, **options: Any) -> Any:
        """A client of a wallet, or of one of the genesis by its name."""
        chosen = self.wallets[wallet] if isinstance(wallet, str) else wallet
        async with NosanaClient(self.network, chosen, transport=self, journal=None, **options) as client:
            yield client

    async def send(self, request: Any) -> bytes:
        if request.method in self.refuses:
            raise RpcResponseError("not served here", endpoint=self.endpoint, method=request.method, rpc_code=-32601)
        self.slot += 1
        return await super().send(request)

    # ------------------------------------------------------------ methods

    def _getBalance(self, params: list[Any]) -> Any:  # noqa: N802
        found = self.account(Pubkey.from_string(params[0]))
        return self._dated(found.lamports if found else 0)

    def _getProgramAccounts(self, params: list[Any]) -> Any:  # noqa: N802  the method's name
        wanted = params[1].get("filters", [])
        found = self.owned_by(Pubkey.from_string(params[0]))
        return [_keyed(address, account) for address, account in found if all(_passes(account, one) for one in wanted)]

    def _getTokenAccountsByOwner(self, params: list[Any]) -> Any:  # noqa: N802
        owner = bytes(Pubkey.from_string(params[0]))
        found = self.owned_by(TOKEN_PROGRAM)
        return self._dated(
            [_keyed(*one) for one in found if len(one[1].data) == LENGTH and one[1].data[32:64] == owner]
        )

    def _getLatestBlockhash(self, _params: list[Any]) -> Any:  # noqa: N802
        answer = super()._getLatestBlockhash([])
        answer["value"]["blockhash"] = str(Hash(self.slot.to_bytes(32, "big")))
        return answer

    def _simulateTransaction(self, params: list[Any]) -> Any:  # noqa: N802
        transaction = VersionedTransaction.from_bytes(base64.b64decode(params[0]))
        tried = self.svm.simulate_transaction(transaction)
        failed = isinstance(tried, FailedTransactionMetadata)
        meta = tried.meta()
        after = {} if failed else dict(tried.post_accounts())
        watched = [Pubkey.from_string(one) for one in params[1].get("accounts", {"addresses": []})["addresses"]]
        shown = [after[one] if one in after else self.account(one) for one in watched]
        value = {
            "err": _error(tried.err()) if failed else None,
            "logs": meta.logs(),
            "unitsConsumed": meta.compute_units_consumed(),
            "innerInstructions": list(_in_words(meta, transaction)),
            "accounts": [as_shown(one) if one and one.lamports else None for one in shown],
        }
        return self._dated(value)

    def _getTransaction(self, params: list[Any]) -> Any:  # noqa: N802
        return self._metas.get(params[0])

    def _shown(self, address: str) -> Any:
        account = self.account(Pubkey.from_string(address))
        return account and as_shown(account)

    def _arrive(self, transaction: VersionedTransaction) -> None:
        signature = str(transaction.signatures[0])
        if signature in self._errors:
            return
        keys = list(transaction.message.account_keys)
        before = [self.account(key) for key in keys]
        done = self.svm.send_transaction(transaction)
        self._age_nonces(keys)
        failed = isinstance(done, FailedTransactionMetadata)
        self._errors[signature] = _error(done.err()) if failed else None
        meta = {
            "err": self._errors[signature],
            "fee": 0,  # the balances tell it
            **_told(done.meta() if failed else done),
            **_balances("pre", before),
            **_balances("post", [self.account(key) for key in keys]),
        }
        raw = base64.b64encode(bytes(transaction)).decode()
        told = {"slot": self.slot, "blockTime": self.now, "meta": meta, "transaction": [raw, "base64"]}
        self._metas[signature] = told

    def _age_nonces(self, keys: Sequence[Pubkey]) -> None:
        """All blocks have one blockhash here, and a nonce can't change twice in one: let each be of an earlier one."""
        for key in keys:
            found = self.account(key)
            if found and found.owner == SYSTEM_PROGRAM and len(found.data) == NONCE_BYTES:
                data = found.data[:40] + self.slot.to_bytes(32, "big") + found.data[72:]
                self.svm.set_account(key, Account(found.lamports, data, found.owner))


def _error(found: Any) -> Any:
    """A transaction's error as nodes write it; solders leaves the names of what has a value out."""
    told = json.loads(found.to_json())
    if not isinstance(found, TransactionErrorInstructionError):
        return told
    index, reason = told
    return {"InstructionError": [index, {"Custom": reason} if isinstance(reason, int) else reason]}


def _passes(account: Account, wanted: dict[str, Any]) -> bool:
    if "dataSize" in wanted:
        return len(account.data) == int(wanted["dataSize"])
    compared = wanted["memcmp"]
    sought = compared["bytes"]
    sought = bytes(sought) if isinstance(sought, list) else base58.b58decode(sought)
    return bytes(account.data[compared["offset"] :]).startswith(sought)


def _keyed(address: Pubkey, account: Account) -> dict[str, Any]:
    return {"pubkey": str(address), "account": as_shown(account)}


def _told(meta: TransactionMetadata) -> dict[str, Any]:
    return {
        "computeUnitsConsumed": meta.compute_units_consumed(),
        "logMessages": meta.logs(),
        "innerInstructions": list(_by_index(meta)),
        "loadedAddresses": {"writable": [], "readonly": []},
    }


def _by_index(meta: TransactionMetadata) -> Iterator[dict[str, Any]]:
    for index, calls in enumerate(meta.inner_instructions()):
        told = [
            {
                "programIdIndex": one.instruction().program_id_index,
                "accounts": list(one.instruction().accounts),
                "data": base58.b58encode(bytes(one.instruction().data)).decode(),
                "stackHeight": one.stack_height(),
            }
            for one in calls
        ]
        if told:
            yield {"index": index, "instructions": told}


def _in_words(meta: TransactionMetadata, transaction: VersionedTransaction) -> Iterator[dict[str, Any]]:
    """Inner instructions as a simulation tells them: parsed."""
    keys = transaction.message.account_keys
    for index, calls in enumerate(meta.inner_instructions()):
        told = [
            _parsed(
                keys[one.instruction().program_id_index],
                [keys[at] for at in one.instruction().accounts],
                bytes(one.instruction().data),
            )
            for one in calls
        ]
        if told:
            yield {"index": index, "instructions": told}


def _parsed(program: Pubkey, accounts: Sequence[Pubkey], data: bytes) -> dict[str, Any]:
    words: dict[str, Any] = {"type": "other", "info": {}}
    if program == TOKEN_PROGRAM and data[0] == _TOKEN_TRANSFER:
        names = dict(zip(("source", "destination", "authority"), map(str, accounts), strict=False))
        words = {"type": "transfer", "info": names | {"amount": str(int.from_bytes(data[1:9], "little"))}}
    if program == SYSTEM_PROGRAM and (kind := _FUNDING.get(data[0])):
        lamports = int.from_bytes(data[4:12], "little")
        words = {"type": kind, "info": {"source": str(accounts[0]), "lamports": lamports}}
    return {"programId": str(program), "parsed": words}


def _balances(when: str, accounts: Sequence[Account | None]) -> dict[str, Any]:
    tokens = []
    for index, account in enumerate(accounts):
        if account and account.owner == TOKEN_PROGRAM and len(account.data) == LENGTH:
            held = TokenAccount.from_bytes(account.data)
            amount = {"amount": str(held.amount)}
            tokens.append({"accountIndex": index, "mint": str(held.mint), "uiTokenAmount": amount})
    lamports = [account.lamports if account else 0 for account in accounts]
    return {f"{when}Balances": lamports, f"{when}TokenBalances": tokens}
