"""Double-entry bookkeeping over real transactions: who got what from whom, to the last base unit.

Each transaction's balance changes, as the cluster reports them, become postings: an amount taken from one row and
given to another under one column. So every column sums to zero; and since the balances before and after are read from
the accounts themselves, so must every row come out. `Ledger.errors` says where one doesn't.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from nosana_chain.errors import NosanaError


class LedgerError(NosanaError):
    """Money moved in a way that the ledger has no column for, or its sums don't come out."""

    code = "ledger"


class Role(StrEnum):
    """What a row of the ledger is, which decides the columns of what moves between two rows."""

    PAYER = "payer"  #: a wallet that pays for jobs
    HOST = "host"  #: a wallet that runs jobs
    WALLET = "wallet"  #: any other wallet
    MARKET_VAULT = "market vault"
    STAKE_VAULT = "stake vault"
    REWARDS_VAULT = "rewards vault"
    STATE = "state"  #: an account that holds rent and no NOS


class Column(StrEnum):
    """Why money moved."""

    ESCROW = "escrow deposits"
    PAYOUT = "payouts"
    REFUND = "refunds"
    STAKED = "staked"
    WITHDRAWN = "withdrawn"
    FEES_ADDED = "fees added"
    REWARDS = "rewards"
    RENT_PAID = "rent paid"
    RENT_RETURNED = "rent returned"
    TRANSACTION_FEES = "transaction fees"


_WALLETS = (Role.PAYER, Role.HOST, Role.WALLET)

#: Column of NOS that move between two roles. A wallet's every move to or from a vault has a reason of its own.
_NOS_COLUMNS: dict[tuple[Role, Role], Column] = {
    (Role.PAYER, Role.MARKET_VAULT): Column.ESCROW,
    (Role.MARKET_VAULT, Role.HOST): Column.PAYOUT,
    (Role.MARKET_VAULT, Role.PAYER): Column.REFUND,
    **{(wallet, Role.STAKE_VAULT): Column.STAKED for wallet in _WALLETS},
    **{(Role.STAKE_VAULT, wallet): Column.WITHDRAWN for wallet in _WALLETS},
    **{(wallet, Role.REWARDS_VAULT): Column.FEES_ADDED for wallet in _WALLETS},
    **{(Role.REWARDS_VAULT, wallet): Column.REWARDS for wallet in _WALLETS},
}


class Asset(StrEnum):
    """What a posting counts: NOS base units or lamports."""

    NOS = "NOS"
    SOL = "SOL"


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """What one transaction did to balances.

    Attributes:
        nos: change of each row's NOS, in base units; they sum to zero.
        lamports: change of each row's lamports without the transaction fee; they sum to zero.
        fee: lamports that the first signer paid to the validators.
        fee_payer: row of the first signer.
    """

    nos: Mapping[str, int]
    lamports: Mapping[str, int]
    fee: int
    fee_payer: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Posting:
    """One side of a movement: `amount` (base units or lamports) given to `row`, or taken if it is negative."""

    step: int
    asset: Asset
    column: Column
    row: str
    amount: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """The ledger of one asset: before + the sum over its columns = after, for every row."""

    asset: Asset
    before: Mapping[str, int]
    after: Mapping[str, int]
    cells: Mapping[tuple[str, Column], int]

    @property
    def rows(self) -> list[str]:
        """Every row that ever held something, in the order in which they were named."""
        touched = {row for row, _ in self.cells}
        return [row for row in self.before if self.before[row] or self.after[row] or row in touched]

    @property
    def columns(self) -> list[Column]:
        """The columns under which something moved."""
        used = {column for _, column in self.cells}
        return [column for column in Column if column in used]

    def cell(self, row: str, column: Column) -> int:
        """What `row` got (or gave, if negative) under `column`."""
        return self.cells.get((row, column), 0)

    def column_sum(self, column: Column) -> int:
        """Sum of a column over all rows: 0 in a ledger that balances."""
        return sum(self.cell(row, column) for row in self.before)

    def row_error(self, row: str) -> int:
        """What the row has more than its postings explain: 0 in a ledger that balances."""
        explained = sum(self.cell(row, column) for column in Column)
        return self.after[row] - self.before[row] - explained

    def errors(self) -> list[str]:
        """A sentence for each column that doesn't sum to zero and each row that isn't explained."""
        columns = [
            f"{self.asset} column {column!r} sums to {self.column_sum(column)}, not 0"
            for column in self.columns
            if self.column_sum(column)
        ]
        rows = [
            f"{self.asset} of {row!r}: {self.row_error(row)} more than its columns explain"
            for row in self.rows
            if self.row_error(row)
        ]
        return columns + rows


#: The row of transaction fees; it has no account that could be read.
VALIDATORS = "validators"


@dataclass(slots=True)
class Book:
    """The postings of a series of transactions, by row."""

    roles: dict[str, Role] = field(default_factory=dict)
    postings: list[Posting] = field(default_factory=list)

    def record(self, step: int, changes: Changes) -> None:
        """Post the changes of one transaction.

        Raises:
            LedgerError: the changes don't sum to zero, or nobody can say who paid whom.
        """
        for giver, taker, amount in _movements(changes.nos):
            column = _NOS_COLUMNS.get((self.roles[giver], self.roles[taker]))
            if column is None:
                raise LedgerError(f"no column for {amount} NOS base units from {giver} to {taker}", step=step)
            self._post(step, Asset.NOS, column, {giver: -amount, taker: amount})
        for giver, taker, amount in _movements(changes.lamports):
            self._post(step, Asset.SOL, self._rent_column(taker), {giver: -amount, taker: amount})
        fee = {changes.fee_payer: -changes.fee, VALIDATORS: changes.fee}
        self._post(step, Asset.SOL, Column.TRANSACTION_FEES, fee)

    def sheet(self, asset: Asset, *, before: Mapping[str, int], after: Mapping[str, int]) -> Sheet:
        """The ledger of one asset between two readings of every row's balance."""
        cells: defaultdict[tuple[str, Column], int] = defaultdict(int)
        for posting in self.postings:
            if posting.asset is asset:
                cells[posting.row, posting.column] += posting.amount
        fees = sum(posting.amount for posting in self._fees(asset))
        return Sheet(
            asset=asset,
            before={row: before.get(row, 0) for row in self.roles} | {VALIDATORS: 0},
            after={row: after.get(row, 0) for row in self.roles} | {VALIDATORS: fees},
            cells=dict(cells),
        )

    def _fees(self, asset: Asset) -> Iterable[Posting]:
        return (posting for posting in self.postings if posting.asset is asset and posting.row == VALIDATORS)

    def _rent_column(self, taker: str) -> Column:
        return Column.RENT_RETURNED if self.roles[taker] in _WALLETS else Column.RENT_PAID

    def _post(self, step: int, asset: Asset, column: Column, amounts: Mapping[str, int]) -> None:
        for row, amount in amounts.items():
            self.postings.append(Posting(step=step, asset=asset, column=column, row=row, amount=amount))


def _movements(changes: Mapping[str, int]) -> list[tuple[str, str, int]]:
    """Who gave how much to whom, for changes with one giver or one taker."""
    givers = {row: -amount for row, amount in changes.items() if amount < 0}
    takers = {row: amount for row, amount in changes.items() if amount > 0}
    if sum(givers.values()) != sum(takers.values()):
        raise LedgerError(f"balance changes don't sum to zero: {dict(changes)}")
    if len(givers) > 1 and len(takers) > 1:
        raise LedgerError(f"several rows gave and several took: who paid whom can't be told from {dict(changes)}")
    return [(giver, taker, min(gave, took)) for giver, gave in givers.items() for taker, took in takers.items()]
