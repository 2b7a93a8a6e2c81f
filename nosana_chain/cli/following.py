"""A live view's course: a new look whenever something happens or some time has passed, until it is over."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from nosana_chain.errors import Retry, RpcError

if TYPE_CHECKING:
    from nosana_chain.engine.following.watch import Watch

Seen = TypeVar("Seen")

LOOK_SECONDS = 10.0  #: between two looks where nothing happens
GRACE_SECONDS = 10.0  #: for the event that tells of an end which a look has seen already


def _never(_it: Any) -> bool:
    return False


@dataclass(frozen=True, slots=True)
class Turn(Generic[Seen]):
    """Something that happened, or a new look.

    Attributes:
        event: what happened; None where only time has passed.
        seen: what a look showed after it.
        is_last: whether it is over.
        trouble: why that is older than it should be; None while all is well.
    """

    event: Any
    seen: Seen
    is_last: bool = False
    trouble: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Course(Generic[Seen]):
    """How something is followed.

    Attributes:
        look: how it stands.
        is_over: whether nothing more is to come. Where it is so from the beginning, the first turn is the last; else
            the event that tells it is waited for.
        ends: whether an event tells that.
        every: seconds between two looks.
        grace: seconds for which that event is waited for.
    """

    look: Callable[[], Awaitable[Seen]]
    is_over: Callable[[Seen], bool] = _never
    ends: Callable[[Any], bool] = _never
    every: float = LOOK_SECONDS
    grace: float = GRACE_SECONDS

    async def turns(self, watch: Watch[Any]) -> AsyncIterator[Turn[Seen]]:
        """What happens, each with how it stands then; the first one is how it stands now.

        The events are listened to before the first look, so that nothing is missed in between.
        """
        await watch.start()
        turn = Turn(None, seen := await self.look(), is_last=self.is_over(seen))
        yield turn
        coming = asyncio.ensure_future(anext(watch))
        try:
            while not turn.is_last:
                was_over = self.is_over(turn.seen)
                await asyncio.wait([coming], timeout=self.grace if was_over else self.every)
                event = None
                if coming.done():
                    event, coming = coming.result(), asyncio.ensure_future(anext(watch))
                is_told = was_over if event is None else self.ends(event)  # or nobody tells it within the time
                turn = await self._turn(event, turn)
                turn = replace(turn, is_last=is_told and self.is_over(turn.seen))
                yield turn
        finally:
            coming.cancel()
            with suppress(asyncio.CancelledError):
                await asyncio.gather(coming, return_exceptions=True)
            await watch.aclose()

    async def _turn(self, event: Any, before: Turn[Seen]) -> Turn[Seen]:
        """A new look; the old one where the endpoint fails for now."""
        try:
            return Turn(event, await self.look())
        except RpcError as error:
            if error.retry is not Retry.SAME:
                raise
            return Turn(event, before.seen, trouble=error.message)
