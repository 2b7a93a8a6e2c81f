"""What the generated classes stand on: a loop, and something asynchronous that lives in it."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from contextlib import AbstractAsyncContextManager
from types import TracebackType
from typing import Any, Generic, Self, TypeVar

from nosana_chain.engine.action import Action
from nosana_chain.sync.loop import BackgroundLoop

A = TypeVar("A")
R = TypeVar("R")
T = TypeVar("T")


class Facade(Generic[A]):
    """Something asynchronous, for code that isn't.

    Args:
        loop: where it lives.
        of: it.
    """

    def __init__(self, loop: BackgroundLoop, of: A) -> None:
        self._loop = loop
        self._of = of

    @property
    def asynchronous(self) -> A:
        """What this stands for, which belongs to the loop in the background: for what has no counterpart here."""
        return self._of

    def __repr__(self) -> str:
        """As what it stands for, by its own name."""
        return repr(self._of).replace(type(self._of).__name__, type(self).__name__, 1)

    def _run(self, coroutine: Coroutine[Any, Any, T]) -> T:
        return self._loop.run(coroutine)


class Owner(Facade[A]):
    """One that has a loop of its own, and closes what it stands for with it: a context manager."""

    def _open(self, make: Callable[[], AbstractAsyncContextManager[A]], *, name: str) -> None:
        """Begin, with what `make` makes in a loop whose thread has the name."""
        loop = BackgroundLoop(name)
        try:
            super().__init__(loop, loop.enter(loop.call(make)))
            self._attach()
        except BaseException:
            loop.close()
            raise

    def _attach(self) -> None:
        """Take over what it has."""

    def run(self, coroutine: Coroutine[Any, Any, T]) -> T:
        """What a coroutine of the asynchronous side returns, such as a method of `asynchronous`, or raises."""
        return self._run(coroutine)

    def enter(self, manager: AbstractAsyncContextManager[T]) -> T:
        """Enter an asynchronous context manager, as `Gateways([...])`; it is left when this closes."""
        return self._loop.enter(manager)

    def close(self) -> None:
        """Close it, and end its thread. Ends what is under way in other threads, too; again, it does nothing."""
        self._loop.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()


class KeptAction(Facade[Action[R]]):
    """An action that isn't done yet."""

    @property
    def name(self) -> str:
        """The verb."""
        return self._of.name

    @property
    def idempotency_key(self) -> str | None:
        """The key that it was given, or the random one under which the journal has it; None before that is known."""
        return self._of.idempotency_key

    def send(self) -> R:
        """Do it, once: again, it gives the same result and pays nothing more. Raises what the action itself raises."""
        return self._run(self._of.send())
