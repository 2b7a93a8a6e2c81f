"""A live view's course: looks and events in their order, and an end that isn't missed and doesn't hang."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import Any

import pytest

from nosana_chain.cli.following import Course, Turn
from nosana_chain.errors import NotFoundError, RpcError, RpcResponseError, RpcUnreachableError

QUICK = 0.01


@dataclass
class Events:
    """A watch that gives what it is told to, and then waits."""

    given: list[Any]
    calls: list[str] = field(default_factory=list)

    async def start(self) -> None:
        self.calls.append("start")

    async def __anext__(self) -> Any:
        if self.given:
            return self.given.pop(0)
        await asyncio.Event().wait()
        return None

    async def aclose(self) -> None:
        self.calls.append("close")


class Looks:
    """What each look shows, the last one again and again; errors are raised."""

    def __init__(self, *shown: Any) -> None:
        self._shown = [*shown]

    async def __call__(self) -> Any:
        found = self._shown.pop(0) if len(self._shown) > 1 else self._shown[0]
        if isinstance(found, Exception):
            raise found
        return found


async def turns(events: Events, course: Course[Any], most: int = 10) -> list[Turn[Any]]:
    found = []
    following = course.turns(events)  # type: ignore[arg-type]  it has a watch's methods
    async for turn in following:
        found.append(turn)
        if len(found) == most:
            break
    await following.aclose()  # type: ignore[attr-defined]  an asynchronous generator
    return found


async def test_it_listens_before_it_looks_and_closes() -> None:
    events = Events(["a", "b"])
    found = await turns(events, Course(look=Looks(1, 2, 3)), most=3)
    assert [(turn.event, turn.seen) for turn in found] == [(None, 1), ("a", 2), ("b", 3)]
    assert events.calls == ["start", "close"]


async def test_time_alone_brings_a_look() -> None:
    found = await turns(Events([]), Course(look=Looks(1, 2, 3), every=QUICK), most=3)
    assert [(turn.event, turn.seen) for turn in found] == [(None, 1), (None, 2), (None, 3)]


async def test_what_is_over_from_the_beginning_is_one_turn() -> None:
    found = await turns(Events(["late"]), Course(look=Looks("over"), is_over=lambda seen: seen == "over"))
    assert [(turn.event, turn.is_last) for turn in found] == [(None, True)]


async def test_the_event_that_ends_it_is_told() -> None:
    course: Course[Any] = Course(
        look=Looks(1, "over"), is_over=lambda seen: seen == "over", ends=lambda event: event == "end"
    )
    found = await turns(Events(["other", "end", "never"]), course)
    assert [(turn.event, turn.is_last) for turn in found] == [(None, False), ("other", False), ("end", True)]


async def test_an_end_that_no_event_tells_is_waited_for_and_then_believed() -> None:
    course: Course[Any] = Course(look=Looks(1, "over"), is_over=lambda seen: seen == "over", every=QUICK, grace=QUICK)
    found = await turns(Events([]), course)
    assert [turn.is_last for turn in found] == [False, False, True]


async def test_an_ending_event_before_the_look_knows_it_is_no_end() -> None:
    """A node behind the one that told: the next look decides."""
    course: Course[Any] = Course(
        look=Looks(1, 2, "over"),
        is_over=lambda seen: seen == "over",
        ends=lambda event: event == "end",
        every=QUICK,
        grace=QUICK,
    )
    found = await turns(Events(["end"]), course)
    assert [turn.is_last for turn in found] == [False, False, False, True]


def unreachable() -> RpcError:
    return RpcUnreachableError("down", endpoint="e", method="m")


async def test_an_endpoint_that_fails_for_now_is_told() -> None:
    found = await turns(Events([]), Course(look=Looks(1, unreachable(), 3), every=QUICK), most=3)
    assert [(turn.seen, turn.trouble) for turn in found] == [(1, None), (1, "down"), (3, None)]


FINAL = (
    NotFoundError("gone", address="a", kind="b"),
    RpcResponseError("no", endpoint="e", method="m", rpc_code=1),
)


@pytest.mark.parametrize("error", FINAL, ids=lambda error: type(error).__name__)
async def test_every_other_error_ends_it(error: Exception) -> None:
    with pytest.raises(type(error)):
        await turns(Events([]), Course(look=Looks(1, error), every=QUICK))
