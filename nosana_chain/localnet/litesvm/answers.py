"""Accounts, errors and what transactions did, as nodes write them in JSON."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator, Sequence
from typing import Any

import base58
from solders.account import Account
from solders.pubkey import Pubkey
from solders.system_program import ID as SYSTEM_PROGRAM
from solders.token import ID as TOKEN_PROGRAM
from solders.token.state import TokenAccount
from solders.transaction import VersionedTransaction
from solders.transaction_metadata import TransactionMetadata
from solders.transaction_status import TransactionErrorFieldless, TransactionErrorInstructionError

from nosana_chain.models.token_account import LENGTH

_TOKEN_TRANSFER = 3
_FUNDING = {0: "createAccount", 2: "transfer"}  # instructions of the system program that take lamports


def account_shown(account: Account) -> dict[str, Any]:
    """An account, its data in base64."""
    return {
        "lamports": account.lamports,
        "owner": str(account.owner),
        "data": [base64.b64encode(account.data).decode(), "base64"],
        "executable": account.executable,
        "rentEpoch": 0,
        "space": len(account.data),
    }


def keyed(address: Pubkey, account: Account) -> dict[str, Any]:
    """An account with its address, as lists have it."""
    return {"pubkey": str(address), "account": account_shown(account)}


def error_shown(found: Any) -> Any:
    """A transaction's error; solders leaves the names of what has a value out."""
    if isinstance(found, TransactionErrorFieldless):
        return repr(found).rpartition(".")[2]
    told = json.loads(found.to_json())
    if not isinstance(found, TransactionErrorInstructionError):
        return told
    index, reason = told
    return {"InstructionError": [index, {"Custom": reason} if isinstance(reason, int) else reason]}


def passes(account: Account, wanted: dict[str, Any]) -> bool:
    """Whether an account passes a filter of getProgramAccounts."""
    if "dataSize" in wanted:
        return len(account.data) == int(wanted["dataSize"])
    compared = wanted["memcmp"]
    sought = compared["bytes"]
    sought = bytes(sought) if isinstance(sought, list) else _decoded(sought, compared.get("encoding", "base58"))
    return bytes(account.data[compared["offset"] :]).startswith(sought)


def meta_shown(
    meta: TransactionMetadata, *, error: Any, before: Sequence[Account | None], after: Sequence[Account | None]
) -> dict[str, Any]:
    """What a transaction did, as getTransaction tells it; `before` and `after` in the order of its accounts."""
    return {
        "err": error,
        "fee": meta.fee(),
        "computeUnitsConsumed": meta.compute_units_consumed(),
        "logMessages": meta.logs(),
        "innerInstructions": list(_by_index(meta)),
        "loadedAddresses": {"writable": [], "readonly": []},
        **_balances("pre", before),
        **_balances("post", after),
    }


def inner_in_words(meta: TransactionMetadata, transaction: VersionedTransaction) -> Iterator[dict[str, Any]]:
    """Inner instructions as a simulation tells them: parsed, as far as they move SOL or tokens."""
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


def _decoded(text: str, encoding: str) -> bytes:
    return base64.b64decode(text) if encoding == "base64" else base58.b58decode(text)


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
