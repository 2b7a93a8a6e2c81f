"""What tells events apart, and what takes one back."""

from dataclasses import replace

from solders.pubkey import Pubkey
from solders.signature import Signature

from nosana_chain.models.event import Place, retracted
from nosana_chain.programs.jobs.events import JobEvent, JobEventKind

JOB = Pubkey(bytes(range(32)))
POSTED = JobEvent(
    kind=JobEventKind.POSTED, address=JOB, slot=7, time=None, signature=Signature.default(), place=Place(2), cursor="c"
)


def test_an_event_is_the_same_whatever_is_known_around_it() -> None:
    assert replace(POSTED, cursor="other") == POSTED
    assert replace(POSTED, place=Place(2, 0, 1)) != POSTED


def test_places_are_in_the_order_in_which_things_happened() -> None:
    first, second, third, fourth = Place(0), Place(0, 0, 1), Place(0, 1), Place(1)
    assert sorted([fourth, second, first, third]) == [first, second, third, fourth]


def test_what_takes_an_event_back_has_its_identity_and_leads_back() -> None:
    old, new = object(), object()
    event = replace(POSTED, old=old, new=new)  # type: ignore[arg-type]
    back = retracted(event)
    assert (back.kind, back.retracts, back.identity) == (JobEventKind.RETRACTED, JobEventKind.POSTED, event.identity)
    assert (back.old, back.new, back.cursor) == (new, old, None)
    assert back != event


def test_an_event_is_shown_on_one_line_with_its_addresses() -> None:
    assert "\n" not in repr(POSTED)
    assert f"address={JOB}" in repr(POSTED)
