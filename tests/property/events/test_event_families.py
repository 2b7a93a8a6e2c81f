"""Every instruction makes an event, or says why it makes none; and what it says is so in random lives."""

from collections.abc import Sequence

import pytest
from harness.landing import Landing

from nosana_chain.bindings.interfaces import PROGRAMS, instructions_of
from nosana_chain.networks import LOCALNET
from nosana_chain.programs.event_families import EVENT_FAMILIES, SILENT_PROGRAMS, EventFamily, all_events

families = pytest.mark.parametrize("name", EVENT_FAMILIES)
#: Instructions that make an event of this family only under a condition that the docs of the kinds tell.
SOMETIMES = {("jobs", "Work"), ("hosts", "List")}


@families
def test_each_instruction_makes_an_event_or_says_why_not(all_landings: Sequence[Landing], name: str) -> None:
    family = EVENT_FAMILIES[name]
    made = {_name(one, family): set[bool]() for one in _of(family, all_landings)}
    for one in _of(family, all_landings):
        made[_name(one, family)].add(bool(family.read(one.landed, network=LOCALNET)))
    speaking = {instruction for instruction, outcomes in made.items() if True in outcomes}
    everything = {interface.name for interface in instructions_of(family.program)}
    assert everything == speaking | set(family.silent)
    assert not speaking & set(family.silent)
    assert all((name, one) in SOMETIMES or made[one] == {True} for one in speaking)
    assert all(reason.strip() for reason in family.silent.values())


def test_every_program_is_told_of_or_says_why_not() -> None:
    told = {family.program for family in EVENT_FAMILIES.values()}
    assert told | set(SILENT_PROGRAMS) == set(PROGRAMS)
    assert not told & set(SILENT_PROGRAMS)


def test_all_events_are_those_of_the_families(all_landings: Sequence[Landing]) -> None:
    for one in all_landings[::7]:
        found = all_events(one.landed, network=LOCALNET)
        for name, family in EVENT_FAMILIES.items():
            assert found.get(name, ()) == family.read(one.landed, network=LOCALNET)


@families
def test_each_event_has_an_identity_of_its_own_and_stands_in_order(all_landings: Sequence[Landing], name: str) -> None:
    for one in all_landings:
        events = EVENT_FAMILIES[name].read(one.landed, network=LOCALNET)
        places = [event.place for event in events]
        assert places == sorted(set(places)), one.name
        assert {(event.slot, event.time) for event in events} <= {(one.landed.slot, one.landed.block_time)}


def _of(family: EventFamily, landings: Sequence[Landing]) -> list[Landing]:
    return [one for one in landings if one.program == f"nosana_{family.program}"]


def _name(landing: Landing, family: EventFamily) -> str:
    return next(
        interface.name
        for interface in instructions_of(family.program)
        if interface.function.rstrip("_") == landing.name
    )
