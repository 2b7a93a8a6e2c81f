"""Writes of a facade: done at once where they are called, or kept."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from functools import update_wrapper
from typing import Any, Concatenate, Generic, ParamSpec, Self, TypeVar, cast, overload

from nosana_chain.engine.action import Action
from nosana_chain.sync.base import Facade
from nosana_chain.sync.generated.action import SyncAction
from nosana_chain.sync.loop import BackgroundLoop

P = ParamSpec("P")
R = TypeVar("R")

_KEPT = "Action["


class Verb(Generic[P, R]):
    """A write, as a method of a facade: called, it is done at once; its `action` is called with the same to keep it.

    Args:
        make: makes the asynchronous action.
    """

    def __init__(self, make: Callable[Concatenate[Any, P], Action[R]]) -> None:
        self._make = make
        update_wrapper(cast("Callable[..., Any]", self), make)
        self.__signature__ = _signature(make)

    @overload
    def __get__(self, facade: None, owner: type) -> Self: ...

    @overload
    def __get__(self, facade: Facade[Any], owner: type) -> BoundVerb[P, R]: ...

    def __get__(self, facade: Facade[Any] | None, owner: type) -> Self | BoundVerb[P, R]:
        return self if facade is None else BoundVerb(facade._loop, self._make, facade)  # noqa: SLF001  its own part


class BoundVerb(Generic[P, R]):
    """A write of one client."""

    def __init__(
        self, loop: BackgroundLoop, make: Callable[Concatenate[Any, P], Action[R]], facade: Facade[Any]
    ) -> None:
        self._loop = loop
        self._make = make
        self._facade = facade
        update_wrapper(self, make)
        whole = _signature(make)
        self.__signature__ = whole.replace(parameters=list(whole.parameters.values())[1:])

    def __get__(self, _instance: object, _owner: type) -> Self:
        """Itself: by this `help()` knows a method."""
        return self

    def __repr__(self) -> str:
        return f"<{self._make.__qualname__} of {self._facade!r}>"

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> R:
        """Do it, and return the result."""
        return self.action(*args, **kwargs).send()

    def action(self, *args: P.args, **kwargs: P.kwargs) -> SyncAction[R]:
        """Keep it: of what this returns nothing has happened yet, and it can be quoted, tried, exported and sent."""
        return SyncAction(self._loop, self._make(self._facade, *args, **kwargs))


def _signature(make: Callable[..., Any]) -> inspect.Signature:
    """That of what is done: an action's result in place of the action."""
    whole = inspect.signature(make)
    told = str(whole.return_annotation)
    return whole.replace(return_annotation=told.removeprefix(_KEPT).removesuffix("]"))
