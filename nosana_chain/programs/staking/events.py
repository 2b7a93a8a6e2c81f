"""What happened to stakes, as the transactions that did it tell. Pure: no network."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from solders.pubkey import Pubkey

from nosana_chain.models.event import RETRACTED, ChainEvent
from nosana_chain.models.landed_transaction import LandedTransaction
from nosana_chain.models.stake import Stake
from nosana_chain.networks import Network
from nosana_chain.one_line import one_line
from nosana_chain.programs.staking.formulas import xnos
from nosana_chain.reading.folds import Fold, as_before, folded, gone
from nosana_chain.reading.program_calls import ProgramCall
from nosana_chain.reading.program_events import Facts, Rule, events_by, moved
from nosana_chain.units import NosUnits, Seconds, XNos


class StakeEventKind(StrEnum):
    """What can happen to a stake. Each is made by the instruction of the staking program that is named here."""

    CREATED = "created"  #: `stake`
    TOPPED_UP = "topped_up"  #: `topup`: more NOS
    EXTENDED = "extended"  #: `extend`: a longer duration
    UNSTAKED = "unstaked"  #: `unstake`: it weighs nothing any more, and is paid out over its duration
    RESTAKED = "restaked"  #: `restake`: what its vault holds counts again
    WITHDRAWN = "withdrawn"  #: `withdraw`: what was free was paid out, which may be nothing
    CLOSED = "closed"  #: `close`: the stake and its empty vault are gone
    SLASHED = "slashed"  #: `slash`: the staking authority took some of it
    RETRACTED = RETRACTED  #: no instruction: what the event `retracts` told didn't happen, its slot was reorganised


@one_line
@dataclass(frozen=True, slots=True, kw_only=True)
class StakeEvent(ChainEvent):
    """Something that happened to a stake. What doesn't belong to the kind of event is None.

    Attributes:
        kind: what happened.
        address: the stake.
        authority: whose stake it is; None for SLASHED, whose transaction doesn't say.
        vault: token account with its tokens; None for EXTENDED and UNSTAKED.
        amount: NOS base units that went in, of CREATED and TOPPED_UP; that came out, of WITHDRAWN and SLASHED.
        duration: seconds of lock, of CREATED; seconds that were added, of EXTENDED.
        old: the stake before, as far as it is known.
        new: the stake after; None where it is gone, and where the transaction can't tell.
    """

    kind: StakeEventKind
    authority: Pubkey | None = None
    vault: Pubkey | None = None
    amount: NosUnits | None = None
    duration: Seconds | None = None
    old: Stake | None = field(default=None, compare=False)
    new: Stake | None = field(default=None, compare=False)


def stake_events(landed: LandedTransaction, *, network: Network) -> tuple[StakeEvent, ...]:
    """What a landed transaction did to stakes, in order; nothing where it failed. `old` and `new` are left open.

    Args:
        landed: as `fetch_transaction` gives it.
        network: whose staking program it is.

    Raises:
        InputError: the endpoint left out whether it succeeded or what it called, or contradicts itself.
    """
    return events_by(_RULES, StakeEvent, landed, program="staking", network=network)


#: Instructions that make no event of a stake, each with its reason.
NO_STAKE_EVENT: Mapping[str, str] = {
    "Init": "it makes the program's settings",
    "UpdateSettings": "it changes the program's settings",
}


def stake_after(old: Stake | None, event: StakeEvent) -> Stake | None:
    """The stake after `event`.

    Args:
        old: the stake just before; None where nothing is known, or it wasn't there.
        event: of this stake.

    Returns:
        The stake as its account has it; None where it is gone, where `old` isn't known but would have to be, and for
        RESTAKED: what the vault held then, no transaction tells.
    """
    return folded(_FOLDS, old, event)


def _rule(kind: StakeEventKind, *facts: Callable[[ProgramCall], dict[str, Any]]) -> Rule:
    def rule(call: ProgramCall) -> Iterator[Facts]:
        owner = {} if kind is StakeEventKind.SLASHED else {"authority": call.accounts["authority"]}
        told = {"address": call.accounts["stake"], "vault": call.accounts.get("vault")} | owner
        for more in facts:
            told |= more(call)
        yield kind, told

    return rule


def _amount(call: ProgramCall) -> dict[str, Any]:
    return {"amount": NosUnits(call.arguments["amount"])}


def _duration(call: ProgramCall) -> dict[str, Any]:
    return {"duration": Seconds(call.arguments["duration"])}


def _moved(call: ProgramCall) -> dict[str, Any]:
    return {"amount": NosUnits(moved(call)[0])}


_RULES: Mapping[str, Rule] = {
    "Stake": _rule(StakeEventKind.CREATED, _amount, _duration),
    "Topup": _rule(StakeEventKind.TOPPED_UP, _amount),
    "Extend": _rule(StakeEventKind.EXTENDED, _duration),
    "Unstake": _rule(StakeEventKind.UNSTAKED),
    "Restake": _rule(StakeEventKind.RESTAKED),
    "Withdraw": _rule(StakeEventKind.WITHDRAWN, _moved),
    "Close": _rule(StakeEventKind.CLOSED),
    "Slash": _rule(StakeEventKind.SLASHED, _amount),
}


def _created(_old: Stake | None, event: StakeEvent) -> Stake | None:
    if event.address is None or event.authority is None or event.vault is None:
        return None
    if event.amount is None or event.duration is None:
        return None
    return Stake(
        address=event.address,
        authority=event.authority,
        amount=event.amount,
        duration=event.duration,
        time_unstake=None,
        vault=event.vault,
        xnos=xnos(event.amount, duration=event.duration),
    )


def _topped_up(old: Stake | None, event: StakeEvent) -> Stake | None:
    return _weighed(old, amount=event.amount or 0)


def _extended(old: Stake | None, event: StakeEvent) -> Stake | None:
    return _weighed(old, duration=event.duration or 0)


def _slashed(old: Stake | None, event: StakeEvent) -> Stake | None:
    return _weighed(old, amount=-(event.amount or 0))


def _unstaked(old: Stake | None, event: StakeEvent) -> Stake | None:
    if event.time is None or old is None:
        return None
    return (
        replace(old, time_unstake=event.time, xnos=XNos(0)) if event.time else old
    )  # at 0 it is not unstaked after all


def _weighed(old: Stake | None, *, amount: int = 0, duration: int = 0) -> Stake | None:
    """The stake with that much more, and its weight: none while it is unstaked."""
    if old is None:
        return None
    more = replace(old, amount=NosUnits(old.amount + amount), duration=Seconds(old.duration + duration))
    return replace(more, xnos=xnos(more.amount, duration=more.duration) if more.time_unstake is None else XNos(0))


_FOLDS: Mapping[StakeEventKind, Fold[Stake, StakeEvent]] = {
    StakeEventKind.CREATED: _created,
    StakeEventKind.TOPPED_UP: _topped_up,
    StakeEventKind.EXTENDED: _extended,
    StakeEventKind.UNSTAKED: _unstaked,
    StakeEventKind.RESTAKED: gone,
    StakeEventKind.WITHDRAWN: as_before,
    StakeEventKind.CLOSED: gone,
    StakeEventKind.SLASHED: _slashed,
}
