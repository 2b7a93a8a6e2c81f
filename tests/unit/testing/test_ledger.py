"""The ledger must find money that came from nowhere, went nowhere, or moved without a reason."""

from __future__ import annotations

import pytest

from nosana_chain.testing.ledger import VALIDATORS, Asset, Book, Changes, Column, LedgerError, Role

ROLES = {
    "builder": Role.PAYER,
    "host": Role.HOST,
    "market vault": Role.MARKET_VAULT,
    "job": Role.STATE,
    "run": Role.STATE,
}


@pytest.fixture
def book() -> Book:
    book = Book()
    book.roles |= ROLES
    return book


def changes(nos: dict[str, int] | None = None, lamports: dict[str, int] | None = None, fee: int = 5000) -> Changes:
    return Changes(nos=nos or {}, lamports=lamports or {}, fee=fee, fee_payer="builder")


def test_changes_that_do_not_sum_to_zero(book: Book) -> None:
    with pytest.raises(LedgerError, match="sum to zero"):
        book.record(1, changes({"builder": -10, "market vault": 9}))


def test_money_from_several_to_several(book: Book) -> None:
    with pytest.raises(LedgerError, match="who paid whom"):
        book.record(1, changes({"builder": -10, "market vault": -5, "host": 8, "job": 7}))


def test_a_movement_without_a_reason(book: Book) -> None:
    with pytest.raises(LedgerError, match="no column"):
        book.record(1, changes({"builder": -10, "host": 10}))


def test_a_balance_that_the_postings_do_not_explain(book: Book) -> None:
    book.record(1, changes({"builder": -10, "market vault": 10}))
    sheet = book.sheet(Asset.NOS, before={"builder": 100}, after={"builder": 89, "market vault": 10})
    assert sheet.row_error("builder") == -1
    assert sheet.errors() == ["NOS of 'builder': -1 more than its columns explain"]


def test_a_fee_that_nobody_paid(book: Book) -> None:
    book.record(1, changes(fee=5000))
    sheet = book.sheet(Asset.SOL, before={"builder": 10_000}, after={"builder": 10_000})
    assert sheet.row_error("builder") == 5000


def test_payout_and_refund_out_of_one_vault(book: Book) -> None:
    book.record(1, changes({"builder": -10, "market vault": 10}))
    book.record(2, changes({"market vault": -10, "host": 7, "builder": 3}))
    sheet = book.sheet(Asset.NOS, before={"builder": 100}, after={"builder": 93, "host": 7})
    assert sheet.errors() == []
    assert sheet.columns == [Column.ESCROW, Column.PAYOUT, Column.REFUND]
    assert sheet.cell("host", Column.PAYOUT) == 7
    assert sheet.cell("builder", Column.REFUND) == 3
    assert sheet.cell("market vault", Column.PAYOUT) == -7


def test_rent_and_fees(book: Book) -> None:
    book.record(1, changes(lamports={"builder": -50, "job": 30, "run": 20}, fee=5))
    book.record(2, changes(lamports={"builder": 20, "run": -20}, fee=5))
    sheet = book.sheet(Asset.SOL, before={"builder": 100}, after={"builder": 60, "job": 30})
    assert sheet.errors() == []
    assert sheet.rows == ["builder", "job", "run", VALIDATORS]
    assert sheet.cell("builder", Column.RENT_PAID) == -50
    assert sheet.cell("builder", Column.RENT_RETURNED) == 20
    assert sheet.cell(VALIDATORS, Column.TRANSACTION_FEES) == 10
    assert all(sheet.column_sum(column) == 0 for column in Column)
