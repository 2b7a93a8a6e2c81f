"""Whether a wallet's balance and budget have room for what is about to begin."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from nosana_chain.engine.journal.database import Database
from nosana_chain.engine.journal.intent import Amount, Intent
from nosana_chain.engine.journal.limits import Balance, Budget
from nosana_chain.engine.journal.moments import in_seconds, moment
from nosana_chain.errors import BudgetExceededError, InputError, ReservedFundsError

# What an entry took: as it was told, else its bound; what failed took the fee alone.
_TAKEN_NOS = "COALESCE(spent_nos, CASE WHEN state = 'failed' THEN 0 ELSE nos END)"
_TAKEN_LAMPORTS = "COALESCE(spent_lamports, lamports)"
_OPEN = "nos", "lamports", "payer = ? AND state = 'open'"
_AFTER_SLOT = _TAKEN_NOS, _TAKEN_LAMPORTS, "payer = ? AND state <> 'open' AND slot > ?"
_SINCE = _TAKEN_NOS, _TAKEN_LAMPORTS, "payer = ? AND landed_at > ?"
# What the same one may lose, or has lost, by the fees of others' actions.
_OPEN_FEES = "0", "fee_lamports", "fee_payer = ? AND state = 'open'"
_FEES_AFTER_SLOT = "0", "fee_lamports", "fee_payer = ? AND state <> 'open' AND slot > ?"


class Payer(NamedTuple):
    """Who pays, where: what reservations are counted by."""

    scope: str
    address: str


class Sum(NamedTuple):
    """NOS base units and lamports; beyond 64 bits if need be."""

    nos: int
    lamports: int

    def plus(self, other: Sum | Amount) -> Sum:
        """Both together."""
        return Sum(self.nos + other.nos, self.lamports + other.lamports)


def payer_of(intents: Sequence[Intent]) -> Payer:
    """The one payer in one scope that all of them have.

    Raises:
        InputError: they differ, so that one balance or budget can't be meant for them.
    """
    payers = {Payer(intent.scope, str(intent.payer)) for intent in intents}
    if len(payers) != 1:
        raise InputError("a balance or a budget is of one payer on one network: begin each payer's intents apart")
    return payers.pop()


def fee_payer_of(intents: Sequence[Intent]) -> Payer | None:
    """The one fee payer in one scope that all of them have beside their payer; None where they have none.

    Raises:
        InputError: they differ.
    """
    payers = {(intent.scope, intent.fee_payer and str(intent.fee_payer)) for intent in intents}
    if len(payers) != 1:
        raise InputError("a balance is of one fee payer on one network: begin each fee payer's intents apart")
    scope, address = payers.pop()
    return Payer(scope, address) if address else None


class Reservations:
    """What is taken and may be taken, within one transaction: each sum is asked for once, and kept up to date."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._now = database.now()
        self._asked: dict[tuple[object, ...], Sum] = {}
        self._begun: dict[Payer, Sum] = {}

    def add(self, intents: Sequence[Intent]) -> None:
        """Count intents that begin in this transaction."""
        for intent in intents:
            payer = Payer(intent.scope, str(intent.payer))
            self._begun[payer] = self._begun.get(payer, Sum(0, 0)).plus(intent.bound)
            if intent.fee_payer is not None:
                payer = Payer(intent.scope, str(intent.fee_payer))
                self._begun[payer] = self._begun.get(payer, Sum(0, 0)).plus(Sum(0, intent.fee_lamports))

    def check_balance(self, intents: Sequence[Intent], balance: Balance) -> None:
        """Make sure that the balance covers everything that is open and the new intents.

        Raises:
            ReservedFundsError: it doesn't.
        """
        payer, asked = payer_of(intents), _total(intents)
        if balance.nos is not None or balance.lamports is not None:
            reserved = self._reserved(payer, balance.slot)
            _require_room(payer, "NOS base units", asked.nos, reserved.nos, balance.nos)
            _require_room(payer, "lamports", asked.lamports, reserved.lamports, balance.lamports)
        fee_payer = fee_payer_of(intents) if balance.fee_lamports is not None else None
        if fee_payer is not None:
            fees = sum(intent.fee_lamports for intent in intents)
            reserved = self._reserved(fee_payer, balance.slot)
            _require_room(fee_payer, "lamports", fees, reserved.lamports, balance.fee_lamports)

    def check_budget(self, intents: Sequence[Intent], budget: Budget) -> None:
        """Make sure that the budget has room for the new intents, after all that is open or landed within its window.

        Raises:
            BudgetExceededError: it hasn't.
        """
        payer, asked = payer_of(intents), _total(intents).nos
        since = self._now - moment(budget.seconds)
        spent = self._open(payer).nos + self._sum(_SINCE, payer, since).nos
        if not asked or asked + spent <= budget.nos:
            return
        fits_at = self._fits_at(payer, asked + spent - budget.nos, budget) if asked <= budget.nos else None
        raise BudgetExceededError(
            f"{asked} NOS base units don't fit: {spent} of {budget.nos} per {budget.seconds} s are spent or begun; "
            f"{_when(fits_at, in_seconds(self._now))}; nothing was signed",
            asked=asked,
            spent=spent,
            limit=budget.nos,
            fits_at=fits_at,
        )

    def _fits_at(self, payer: Payer, excess: int, budget: Budget) -> float | None:
        """When enough has left the window, if what is open lands now."""
        landed = self._database.execute(
            f"SELECT landed_at, {_TAKEN_NOS} FROM nosana_entries "  # noqa: S608  ours
            "WHERE scope = ? AND payer = ? AND landed_at > ? ORDER BY landed_at",
            (*payer, self._now - moment(budget.seconds)),
        )
        for landed_at, nos in [*landed, (self._now, self._open(payer).nos)]:
            excess -= nos
            if excess <= 0:
                return in_seconds(landed_at) + budget.seconds
        return None

    def _reserved(self, payer: Payer, slot: int | None) -> Sum:
        """What may be taken by what is open, for fees too, and is not taken off a balance as of `slot` yet."""
        reserved = self._open(payer).plus(self._sum(_OPEN_FEES, payer))
        if slot is None:
            return reserved
        # landed after the read: the balance still has what it took
        return reserved.plus(self._sum(_AFTER_SLOT, payer, slot)).plus(self._sum(_FEES_AFTER_SLOT, payer, slot))

    def _open(self, payer: Payer) -> Sum:
        return self._sum(_OPEN, payer).plus(self._begun.get(payer, Sum(0, 0)))

    def _sum(self, what: tuple[str, str, str], payer: Payer, *more: int) -> Sum:
        """The sum in the journal as it was at the beginning of the transaction."""
        name = (what, payer, *more)
        if name not in self._asked:
            self._asked[name] = self._select(what, payer, *more)
        return self._asked[name]

    def _select(self, what: tuple[str, str, str], payer: Payer, *more: int) -> Sum:
        nos, lamports, condition = what
        # In halves, since SQLite's SUM fails beyond 2**63-1, where amounts of an intent may already be.
        halves = ", ".join(f"SUM({part} >> 32), SUM({part} & 4294967295)" for part in (nos, lamports))
        sql = f"SELECT {halves} FROM nosana_entries WHERE scope = ? AND {condition}"  # noqa: S608  ours
        high, low, high_lamports, low_lamports = (
            int(half or 0) for half in self._database.execute(sql, (*payer, *more))[0]
        )
        return Sum((high << 32) + low, (high_lamports << 32) + low_lamports)


def _require_room(payer: Payer, unit: str, new: int, taken: int, limit: int | None) -> None:
    if limit is None or not new or new + taken <= limit:
        return
    raise ReservedFundsError(
        f"{payer.address} has {limit} {unit}; {taken} may be taken by what was begun and isn't finished, so {new} more "
        "don't fit: wait for the others, or add funds; nothing was signed",
        wallet=payer.address,
        unit=unit,
        asked=new,
        reserved=taken,
        balance=limit,
    )


def _total(intents: Sequence[Intent]) -> Sum:
    return Sum(sum(intent.bound.nos for intent in intents), sum(intent.bound.lamports for intent in intents))


def _when(fits_at: float | None, now: float) -> str:
    if fits_at is None:
        return "it never will: raise the budget or ask for less"
    return f"it fits in {max(0, round(fits_at - now))} s (Unix time {fits_at:.0f}) if what is begun lands now"
