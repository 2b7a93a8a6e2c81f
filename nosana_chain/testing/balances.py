"""Balances as the cluster reports them: of named accounts now, and around one transaction."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

import msgspec
from solders.account import Account
from solders.pubkey import Pubkey
from solders.signature import Signature
from solders.token import ID as TOKEN_PROGRAM

from nosana_chain.programs.nos_accounts import token_balance
from nosana_chain.rpc.connection import Connection
from nosana_chain.testing.ledger import Changes, LedgerError


class _Amount(msgspec.Struct):
    amount: str


class _TokenBalance(msgspec.Struct, rename="camel"):
    account_index: int
    ui_token_amount: _Amount


class _Meta(msgspec.Struct, rename="camel"):
    fee: int
    pre_balances: list[int]
    post_balances: list[int]
    pre_token_balances: list[_TokenBalance]
    post_token_balances: list[_TokenBalance]


class _Message(msgspec.Struct, rename="camel"):
    account_keys: list[str]


class _Transaction(msgspec.Struct):
    message: _Message


class _Confirmed(msgspec.Struct):
    meta: _Meta
    transaction: _Transaction


async def fetch_changes(connection: Connection, signature: Signature, *, rows: Mapping[Pubkey, str]) -> Changes:
    """What a confirmed transaction did to balances, by row. Network: 1 call.

    Args:
        connection: the cluster.
        signature: the transaction.
        rows: the ledger's row of each address; several addresses may share one.

    Raises:
        LedgerError: the balance of an address without a row changed, or the transaction isn't known.
    """
    settings: dict[str, Any] = connection.settings(encoding="json", maxSupportedTransactionVersion=0)
    found = await connection.call("getTransaction", str(signature), settings, answer=_Confirmed | None)
    if found is None:
        raise LedgerError(f"the endpoint doesn't know transaction {signature}", signature=str(signature))
    keys = [Pubkey.from_string(key) for key in found.transaction.message.account_keys]
    lamports = {key: found.meta.post_balances[i] - found.meta.pre_balances[i] for i, key in enumerate(keys)}
    lamports[keys[0]] += found.meta.fee
    return Changes(
        nos=_by_row(_token_changes(keys, found.meta), rows),
        lamports=_by_row(lamports, rows),
        fee=found.meta.fee,
        fee_payer=rows[keys[0]],
    )


async def fetch_balances(connection: Connection, rows: Mapping[Pubkey, str]) -> tuple[dict[str, int], dict[str, int]]:
    """NOS base units and lamports of every row now, read from its accounts. Network: 1 call per 100 addresses."""
    found = dict(zip(rows, await connection.fetch_accounts(list(rows)), strict=True))
    nos = {address: _nos_of(account) for address, account in found.items()}
    lamports = {address: account.lamports if account else 0 for address, account in found.items()}
    return _summed(nos.items(), rows), _summed(lamports.items(), rows)


def _nos_of(account: Account | None) -> int:
    return token_balance(account) if account and account.owner == TOKEN_PROGRAM else 0


def _token_changes(keys: list[Pubkey], meta: _Meta) -> dict[Pubkey, int]:
    changes: defaultdict[Pubkey, int] = defaultdict(int)
    for sign, balances in ((-1, meta.pre_token_balances), (1, meta.post_token_balances)):
        for balance in balances:
            changes[keys[balance.account_index]] += sign * int(balance.ui_token_amount.amount)
    return changes


def _by_row(changes: Mapping[Pubkey, int], rows: Mapping[Pubkey, str]) -> dict[str, int]:
    moved = {address: amount for address, amount in changes.items() if amount}
    unknown = [str(address) for address in moved if address not in rows]
    if unknown:
        raise LedgerError(f"the balance of {', '.join(unknown)} changed, and the ledger has no row for it")
    return _summed(moved.items(), rows)


def _summed(amounts: Iterable[tuple[Pubkey, int]], rows: Mapping[Pubkey, str]) -> dict[str, int]:
    sums: defaultdict[str, int] = defaultdict(int)
    for address, amount in amounts:
        sums[rows[address]] += amount
    return dict(sums)
