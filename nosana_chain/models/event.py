"""What every event on chain has: what happened, to which account, and where it stands."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any, NamedTuple, TypeVar

from solders.pubkey import Pubkey
from solders.signature import Signature

from nosana_chain.one_line import one_line
from nosana_chain.units import UnixSeconds

#: The kind that every sort of event has for what is taken back: never of a transaction, only of one that is undone.
RETRACTED = "retracted"


class Place(NamedTuple):
    """Where in its transaction an event stands. In order: what happened first is less.

    Attributes:
        instruction: which instruction of the transaction, from 0.
        call: 0 for that instruction itself; 1 for the first call that was carried out on its behalf, and so on.
        number: which event of that call, from 0: one instruction may make several.
    """

    instruction: int
    call: int = 0
    number: int = 0


Event = TypeVar("Event", bound="ChainEvent")


@one_line
@dataclass(frozen=True, slots=True, kw_only=True)
class ChainEvent:
    """Something that an instruction did. `signature` and `place` are its identity: equal ones are the same event.

    Attributes:
        kind: what happened.
        address: of the account that it happened to; None where the transaction doesn't name it.
        slot: in which it happened.
        time: of its block, which is the time that the program saw; None where the endpoint doesn't tell it.
        signature: of its transaction.
        place: where in the transaction it stands.
        old: the account before, as far as it is known.
        new: the account after, as far as it is known; None also where the account is gone.
        cursor: where to go on after this event; None where nobody follows.
        retracts: of a RETRACTED event, the kind of the one that it takes back.
    """

    kind: StrEnum
    address: Pubkey | None
    slot: int
    time: UnixSeconds | None
    signature: Signature
    place: Place
    old: Any = field(default=None, compare=False)
    new: Any = field(default=None, compare=False)
    cursor: str | None = field(default=None, compare=False)
    retracts: StrEnum | None = None

    @property
    def identity(self) -> tuple[Signature, Place]:
        """What tells this event, and what takes it back, from every other one of its kind of accounts."""
        return self.signature, self.place


def retracted(event: Event) -> Event:
    """The event that takes `event` back: its slot was reorganised away, and the account is again as it was before.

    Of the same identity, kind RETRACTED, and with what `event` had but for `old` and `new`, which change places.
    """
    return replace(
        event,
        kind=type(event.kind)(RETRACTED),
        retracts=event.kind,
        old=event.new,
        new=event.old,
        cursor=None,
    )
