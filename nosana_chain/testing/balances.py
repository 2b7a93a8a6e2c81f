"""Balances as the cluster reports them: of named accounts now, and around one transaction."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

from solders.account import Account
from solders.pubkey import Pubkey
from solders.signature import Signature
from solders.token import ID as TOKEN_PROGRAM

from nosana_chain.models.explanation import Address
from nosana_chain.models.landed_transaction import Unknown
from nosana_chain.models.token_account import token_balance
from nosana_chain.reading.explain_transaction import explain_transaction, parse_transaction
from nosana_chain.testing.ledger import Changes, LedgerError
from nosana_chain.wire.connection import Connection
from nosana_chain.wire.transactions import fetch_transaction

_NEEDED = {Unknown.BALANCES, Unknown.TOKEN_BALANCES}


async def fetch_changes(connection: Connection, signature: Signature, *, rows: Mapping[Pubkey, str]) -> Changes:
    """What a confirmed transaction did to balances, by row. Network: 1 call.

    Args:
        connection: the cluster.
        signature: the transaction.
        rows: the ledger's row of each address; several addresses may share one.

    Raises:
        LedgerError: the balance of an address without a row changed, or the transaction isn't known.
    """
    found = await fetch_transaction(connection, signature)
    if found is None:
        raise LedgerError(f"the endpoint doesn't know transaction {signature}", signature=str(signature))
    transaction = parse_transaction(found.raw)
    explained = explain_transaction(transaction, network=connection.network, landed=found)
    if explained.fee is None or _NEEDED & found.unknown:
        raise LedgerError(f"the endpoint doesn't tell what transaction {signature} moved", signature=str(signature))
    moved = explained.movements
    return Changes(
        nos=_by_row({movement.address: movement.nos for movement in moved}, rows),
        lamports=_by_row({movement.address: movement.lamports for movement in moved}, rows),
        fee=explained.fee,
        fee_payer=rows[transaction.message.account_keys[0]],
    )


async def fetch_balances(connection: Connection, rows: Mapping[Pubkey, str]) -> tuple[dict[str, int], dict[str, int]]:
    """NOS base units and lamports of every row now, read from its accounts. Network: 1 call per 100 addresses."""
    found = dict(zip(rows, await connection.fetch_accounts(list(rows)), strict=True))
    nos = ((rows[address], _nos_of(account)) for address, account in found.items())
    lamports = ((rows[address], account.lamports if account else 0) for address, account in found.items())
    return _summed(nos), _summed(lamports)


def _nos_of(account: Account | None) -> int:
    return token_balance(account) if account and account.owner == TOKEN_PROGRAM else 0


def _by_row(changes: Mapping[Address, int], rows: Mapping[Pubkey, str]) -> dict[str, int]:
    row_of = {str(address): row for address, row in rows.items()}
    moved = {str(address): amount for address, amount in changes.items() if amount}
    unknown = [address for address in moved if address not in row_of]
    if unknown:
        raise LedgerError(f"the balance of {', '.join(unknown)} changed, and the ledger has no row for it")
    return _summed((row_of[address], amount) for address, amount in moved.items())


def _summed(amounts: Iterable[tuple[str, int]]) -> dict[str, int]:
    sums: defaultdict[str, int] = defaultdict(int)
    for row, amount in amounts:
        sums[row] += amount
    return dict(sums)
