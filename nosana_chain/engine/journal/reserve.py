"""Whether a wallet's balance and budget have room for what is about to begin."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from nosana_chain.engine.journal.database import Database, Row
from nosana_chain.engine.journal.intent import Intent
from nosana_chain.engine.journal.limits import Balance, Budget
from nosana_chain.errors import BudgetExceededError, InputError, ReservedFundsError

# What an entry took: as it was told, else its bound; what failed took the fee alone.
_TAKEN_NOS = "COALESCE(spent_nos, CASE WHEN state = 'failed' THEN 0 ELSE nos END)"


class Payer(NamedTuple):
    """Who pays, where: what reservations are counted by."""

    scope: str
    wallet: str


def payer_of(intents: Sequence[Intent]) -> Payer:
    """The one wallet in one scope that all of them have.

    Raises:
        InputError: they differ, so that one balance or budget can't be meant for them.
    """
    payers = {Payer(intent.scope, str(intent.wallet)) for intent in intents}
    if len(payers) != 1:
        raise InputError("a balance or a budget is of one wallet on one network: begin each wallet's intents apart")
    return payers.pop()


def check_balance(database: Database, intents: Sequence[Intent], balance: Balance) -> None:
    """Make sure that the balance covers everything that is open and the new intents.

    Raises:
        ReservedFundsError: it doesn't.
    """
    payer = payer_of(intents)
    reserved = _sums(database, "nos", "lamports", "state = 'open'", payer)
    if balance.slot is not None:  # landed after the read: the balance still has what it took
        later = _TAKEN_NOS, "COALESCE(spent_lamports, lamports)", "state <> 'open' AND slot > ?"
        reserved = tuple(map(sum, zip(reserved, _sums(database, *later, payer, balance.slot), strict=True)))
    asked = sum(intent.bound.nos for intent in intents), sum(intent.bound.lamports for intent in intents)
    had = balance.nos, balance.lamports
    for unit, new, taken, limit in zip(("NOS base units", "lamports"), asked, reserved, had, strict=True):
        if new and new + taken > limit:
            raise ReservedFundsError(
                f"{payer.wallet} has {limit} {unit}; {taken} may be taken by what it began and hasn't finished, so "
                f"{new} more don't fit: wait for the others, or add funds; nothing was signed",
                wallet=payer.wallet,
                unit=unit,
                asked=new,
                reserved=taken,
                balance=limit,
            )


def check_budget(database: Database, intents: Sequence[Intent], budget: Budget) -> None:
    """Make sure that the budget has room for the new intents, after all that is open or landed within its window.

    Raises:
        BudgetExceededError: it hasn't.
    """
    payer, now = payer_of(intents), database.now()
    since = now - budget.per
    open_nos, _ = _sums(database, "nos", "lamports", "state = 'open'", payer)
    landed_nos, _ = _sums(database, _TAKEN_NOS, "lamports", "landed_at > ?", payer, since)
    asked, spent = sum(intent.bound.nos for intent in intents), open_nos + landed_nos
    if not asked or asked + spent <= budget.nos:
        return
    landed = database.execute(
        f"SELECT landed_at, {_TAKEN_NOS} FROM nosana_entries "  # noqa: S608  ours
        "WHERE scope = ? AND wallet = ? AND landed_at > ? ORDER BY landed_at",
        (*payer, since),
    )
    fits_at = _fits_at([*landed, (now, open_nos)], asked + spent - budget.nos, budget) if asked <= budget.nos else None
    raise BudgetExceededError(
        f"{asked} NOS base units don't fit: {spent} of {budget.nos} per {budget.per} s are spent or begun; "
        + _when(fits_at, now)
        + "; nothing was signed",
        asked=asked,
        spent=spent,
        limit=budget.nos,
        fits_at=fits_at,
    )


def _fits_at(landed: Sequence[Row], excess: int, budget: Budget) -> float | None:
    for moment, nos in landed:
        excess -= nos
        if excess <= 0:
            return float(moment + budget.per)
    return None


def _when(fits_at: float | None, now: float) -> str:
    if fits_at is None:
        return "it never will: raise the budget or ask for less"
    return f"it fits in {max(0, round(fits_at - now))} s (Unix time {fits_at:.0f}) if what is begun lands now"


def _sums(database: Database, nos: str, lamports: str, condition: str, payer: Payer, *more: float) -> tuple[int, ...]:
    # In halves, since SQLite's SUM fails beyond 2**63-1, where amounts of an intent may already be.
    halves = ", ".join(f"SUM({part} >> 32), SUM({part} & 4294967295)" for part in (nos, lamports))
    sql = f"SELECT {halves} FROM nosana_entries WHERE scope = ? AND wallet = ? AND {condition}"  # noqa: S608  ours
    high_nos, low_nos, high_lamports, low_lamports = (
        int(part or 0) for part in database.execute(sql, (*payer, *more))[0]
    )
    return (high_nos << 32) + low_nos, (high_lamports << 32) + low_lamports
