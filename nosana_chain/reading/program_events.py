"""From the calls of a program to events: what every sort of event is made by. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from enum import StrEnum
from typing import Any, TypeAlias

from nosana_chain.models.event import Event
from nosana_chain.models.landed_transaction import LandedTransaction
from nosana_chain.networks import Network
from nosana_chain.reading.movements import token_transfers
from nosana_chain.reading.program_calls import ProgramCall, program_calls
from nosana_chain.units import TokenUnits

#: The kind of an event, and its fields but for those that say where it stands.
Facts: TypeAlias = tuple[StrEnum, dict[str, Any]]
#: What a call did, in order.
Rule: TypeAlias = Callable[[ProgramCall], Iterable[Facts]]


def events_by(
    rules: Mapping[str, Rule], make: type[Event], landed: LandedTransaction, *, program: str, network: Network
) -> tuple[Event, ...]:
    """The events of every call of a program that has a rule, in order.

    Args:
        rules: by the PascalCase name of the instruction.
        make: the class of the events.
        landed: as the endpoint told it.
        program: whose calls count.
        network: whose program ids are known.

    Raises:
        InputError: as `program_calls`.
    """
    calls = program_calls(landed, program, network=network)
    return tuple(event for call in calls if call.name in rules for event in _events(rules[call.name], make, call))


def moved(call: ProgramCall) -> tuple[TokenUnits, TokenUnits]:
    """What the first and the second token transfer moved that the call made itself; 0 where there is none."""
    amounts = [transfer.amount for transfer in token_transfers(call.called)]
    first, second = [*amounts, TokenUnits(0), TokenUnits(0)][:2]
    return first, second


def has_moved(call: ProgramCall) -> bool:
    """Whether the call made a token transfer itself, be it of 0."""
    return bool(token_transfers(call.called))


def fee_added(call: ProgramCall) -> TokenUnits | None:
    """What the call had the rewards program take: `add_fee` of an amount. None where it didn't call that."""
    program = call.accounts["rewards_program"]
    amounts = [int.from_bytes(made.data[_AMOUNT], "little") for made in call.called if made.program_id == program]
    return TokenUnits(sum(amounts)) if amounts else None


_AMOUNT = slice(8, 16)  # u64 behind a discriminator


def _events(rule: Rule, make: type[Event], call: ProgramCall) -> Iterator[Event]:
    for number, (kind, facts) in enumerate(rule(call)):
        place = call.place._replace(number=number)
        yield make(kind=kind, slot=call.slot, time=call.time, signature=call.signature, place=place, **facts)
