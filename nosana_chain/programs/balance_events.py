"""Watching a balance: every transaction that changes what is in a wallet's NOS account."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from functools import partial

from solders.account import Account
from solders.pubkey import Pubkey

from nosana_chain.engine.engine import Engine
from nosana_chain.engine.following.watch import Watch
from nosana_chain.errors import InputError
from nosana_chain.models.event import RETRACTED, ChainEvent, Place
from nosana_chain.models.landed_transaction import LandedTransaction, Unknown
from nosana_chain.models.token_account import token_balance
from nosana_chain.one_line import one_line
from nosana_chain.pda import nos_account_address
from nosana_chain.programs.account_events import AccountTeller, by, watch_account
from nosana_chain.reading.explain_transaction import parse_transaction
from nosana_chain.reading.message_accounts import account_uses
from nosana_chain.units import NosUnits, TokenUnits

_NOTHING = TokenUnits(0)


class BalanceEventKind(StrEnum):
    """What can happen to a balance."""

    CHANGED = "changed"  #: a transaction brought or took something
    RETRACTED = RETRACTED  #: no transaction: what the event `retracts` told didn't happen, its slot was reorganised


@one_line
@dataclass(frozen=True, slots=True, kw_only=True)
class BalanceEvent(ChainEvent):
    """A transaction changed what is in a NOS account, all that it did there taken together.

    Attributes:
        kind: what happened.
        address: the NOS account.
        gained: base units that came; negative for those that went.
        old: NOS base units before, as far as that is known.
        new: NOS base units after, likewise.
    """

    kind: BalanceEventKind
    gained: TokenUnits = _NOTHING
    old: NosUnits | None = field(default=None, compare=False)
    new: NosUnits | None = field(default=None, compare=False)


def balance_events(landed: LandedTransaction, *, account: Pubkey) -> tuple[BalanceEvent, ...]:
    """What a landed transaction did to the balance of a token account: one event, or none.

    Raises:
        InputError: the endpoint left out the balances of token accounts, or what lookup tables held.
    """
    if landed.outcome_known and landed.error is not None:
        return ()
    if landed.unknown & {Unknown.OUTCOME, Unknown.BALANCES, Unknown.TOKEN_BALANCES}:
        raise InputError("the endpoint leaves out the balances of token accounts; use another endpoint")
    transaction = parse_transaction(landed.raw)
    addresses = [use.address for use in account_uses(transaction.message, landed.loaded)]
    if len(landed.changes) != len(addresses):
        raise InputError("the endpoint gives the balances of other accounts; use another endpoint")
    gained = sum(change.tokens for change in landed.changes if addresses[change.account] == account)
    if not gained:
        return ()
    event = BalanceEvent(
        kind=BalanceEventKind.CHANGED,
        address=account,
        slot=landed.slot,
        time=landed.block_time,
        signature=transaction.signatures[0],
        place=Place(0),
        gained=TokenUnits(gained),
    )
    return (event,)


def watch_nos_balance(engine: Engine, owner: Pubkey, *, since: str | None) -> Watch[BalanceEvent]:
    """The changes of a wallet's NOS balance, from now on or from a cursor on."""
    account = nos_account_address(owner, network=engine.network)
    teller = AccountTeller(
        engine.connection,
        account,
        look=_balance,
        read=partial(balance_events, account=account),
        after=by(_after),
        made=partial(BalanceEvent, kind=BalanceEventKind.RETRACTED),
    )
    return watch_account(engine, teller, family="balances", since=since)


def _balance(account: Account | None) -> NosUnits | None:
    return token_balance(account)


def _after(old: NosUnits | None, event: BalanceEvent) -> NosUnits | None:
    return None if old is None else NosUnits(old + event.gained)
