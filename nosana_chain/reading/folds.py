"""From an account before an event to the account after it: what every sort of event is folded by. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias, TypeVar

from nosana_chain.models.event import ChainEvent

Model = TypeVar("Model")
Event = TypeVar("Event", bound=ChainEvent)
#: What an event makes of an account: None for one that is gone, or that can't be told.
Fold: TypeAlias = Callable[[Model | None, Event], Model | None]


def folded(folds: Mapping[Any, Fold[Model, Event]], old: Model | None, event: Event) -> Model | None:
    """The account after an event: by the rule of its kind, or as it was before what the event takes back."""
    if event.retracts is not None:
        before: Model | None = event.new
        return before
    return folds[event.kind](old, event)


def as_before(old: Model | None, _event: Event) -> Model | None:
    """Of what leaves the account as it is."""
    return old


def gone(_old: Model | None, _event: Event) -> Model | None:
    """Of what closes the account, or makes of it what nobody can tell."""
    return None
