"""An event loop in a thread of its own, and waiting for what runs in it."""

from __future__ import annotations

import asyncio
import os
import threading
import weakref
from collections.abc import Callable, Coroutine
from contextlib import AbstractAsyncContextManager, AsyncExitStack, suppress
from typing import Any, Generic, TypeVar

from nosana_chain.errors import RpcClosedError, RpcError, RpcLoopError

T = TypeVar("T")

_LOOK_SECONDS = 1.0
_END_SECONDS = 10.0  # for what is open to be closed; a local network ends within 5


class BackgroundLoop:
    """Runs coroutines for threads that have no event loop, or whose own is busy, as a notebook's is.

    Its thread ends with `close`, when nothing refers to this any more, and with the process.

    Args:
        name: of the thread, for debuggers.
    """

    def __init__(self, name: str) -> None:
        self._life = _Life()
        self._process = os.getpid()
        self._thread = threading.Thread(target=_run, args=(self._life,), name=name, daemon=True)
        self._thread.start()
        self._life.begun.wait()
        self._end = weakref.finalize(self, _end, self._life, self._thread)

    @property
    def is_closed(self) -> bool:
        """Whether it has ended."""
        return not self._end.alive

    def run(self, coroutine: Coroutine[Any, Any, T]) -> T:
        """What `coroutine` returns, or raises. Ctrl-C cancels it, and is raised once it has ended.

        Raises:
            RpcClosedError: this was closed, before or meanwhile.
            RpcLoopError: the caller is a callback of this very loop, or a child of the process that made it.
        """
        try:
            self._require_open()
        except RpcError:
            coroutine.close()
            raise
        return _Running(coroutine, self._life).result()

    def call(self, function: Callable[[], T]) -> T:
        """What `function` returns, called in the loop; raises as `run`."""
        return self.run(_called(function))

    def enter(self, manager: AbstractAsyncContextManager[T]) -> T:
        """Enter `manager`, which is left when this closes; raises as `run`."""
        return self.run(self._life.stack.enter_async_context(manager))

    def forget(self, closing: Callable[[], Coroutine[Any, Any, None]]) -> None:
        """Begin `closing` without waiting for it, unless this has ended: for finalizers, which run in any thread."""
        if not self.is_closed and self._process == os.getpid():
            with suppress(RuntimeError):  # it ended in between
                self._life.loop.call_soon_threadsafe(self._life.spawn, closing)

    def close(self) -> None:
        """Cancel what runs, leave what was entered, and end the thread. Again, it does nothing."""
        self._end()

    def _require_open(self) -> None:
        if self.is_closed:
            raise RpcClosedError("it was closed here; make a new one", endpoint="", method="")
        if self._process != os.getpid():
            raise RpcLoopError(
                "it belongs to the process that this one was forked from; make a new one here", endpoint="", method=""
            )
        if threading.current_thread() is self._thread:
            raise RpcLoopError(
                "a callback can't wait for the client that calls it; let it take notes, and call the client afterwards",
                endpoint="",
                method="",
            )


class _Life:
    """What the thread has. It doesn't know its `BackgroundLoop`, which could not be collected otherwise."""

    def __init__(self) -> None:
        self.loop = asyncio.new_event_loop()
        self.stack = AsyncExitStack()
        self.begun = _Once()
        self.ended = asyncio.Event()
        self.tasks: set[asyncio.Task[Any]] = set()

    async def last(self) -> None:
        """From the beginning to the end."""
        self.begun.tell()
        await self.ended.wait()
        for task in self.tasks:
            task.cancel()
        if self.tasks:
            await asyncio.wait(self.tasks)
        await self.stack.aclose()

    def spawn(self, begin: Callable[[], Coroutine[Any, Any, T]]) -> asyncio.Task[T]:
        """A task that ends with this life."""
        task = self.loop.create_task(begin())
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)
        return task


def _run(life: _Life) -> None:
    with asyncio.Runner(loop_factory=lambda: life.loop) as runner:
        runner.run(life.last())


def _end(life: _Life, thread: threading.Thread) -> None:
    with suppress(RuntimeError):  # the thread has ended, or is another process's
        life.loop.call_soon_threadsafe(life.ended.set)
    if threading.current_thread() is not thread:
        thread.join(_END_SECONDS)


async def _called(function: Callable[[], T]) -> T:
    return function()


class _Once:
    """Told once, by one thread, and waited for by others.

    Unlike an event or a future it has no lock that Ctrl-C could leave with the thread that waits: who tells would wait
    for it then, forever.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._lock.acquire()
        self._is_told = False

    def tell(self) -> None:
        if not self._is_told:
            self._is_told = True
            self._lock.release()

    def wait(self, *, or_else: Callable[[], object] = bool) -> None:
        """Wait until it is told; `or_else` is called each second, and may tell it itself."""
        while not self._is_told:
            if self._lock.acquire(timeout=_LOOK_SECONDS):
                self._lock.release()  # for others who wait
            else:
                or_else()


class _Running(Generic[T]):
    """A coroutine on its way through the loop, and the thread that waits for it."""

    def __init__(self, coroutine: Coroutine[Any, Any, T], life: _Life) -> None:
        self._coroutine = coroutine
        self._life = life
        self._task: asyncio.Task[T] | None = None
        self._is_given_up = False
        self._over = _Once()

    def result(self) -> T:
        try:
            self._in_loop(self._begin)
            self._over.wait(or_else=self._see_end)
        except KeyboardInterrupt:
            self._in_loop(self._cancel)
            self._over.wait(or_else=self._see_end)
            if self._task is not None and not self._task.cancelled():
                self._task.exception()  # it is known, and Ctrl-C is what is told
            raise
        if self._task is None or self._task.cancelled():
            raise RpcClosedError("it was closed here while this was under way", endpoint="", method="")
        return self._task.result()

    def _in_loop(self, step: Callable[[], None]) -> None:
        try:
            self._life.loop.call_soon_threadsafe(step)
        except RuntimeError:  # closed in between
            self._give_up()

    def _begin(self) -> None:
        if self._is_given_up or self._life.ended.is_set():
            self._give_up()
        else:
            self._task = self._life.spawn(lambda: self._coroutine)
            self._task.add_done_callback(lambda _task: self._over.tell())

    def _cancel(self) -> None:
        if self._task is None:
            self._give_up()
        else:
            self._task.cancel()

    def _see_end(self) -> None:
        """A loop that is closed drops what it was to begin."""
        if self._life.loop.is_closed():
            self._give_up()

    def _give_up(self) -> None:
        if self._task is None:
            self._is_given_up = True
            self._coroutine.close()
        self._over.tell()
