"""Group commit: work of all tasks goes to one thread, which joins what waits into one transaction and one flush.

The event loop never waits for the disk. Work that is cancelled while it waits is carried out all the same: the journal
then knows more than the caller, never less.
"""

from __future__ import annotations

import asyncio
import os
import queue
import threading
from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import TypeVar

from nosana_chain.engine.journal.database import Store, Work
from nosana_chain.engine.journal.session import Job, Session, fail
from nosana_chain.errors import JournalError

T = TypeVar("T")
Ask = TypeVar("Ask")

MAX_JOINED = 1_000  # pieces of work in one transaction: none waits long for the others


class Commits:
    """The thread of a store. Started by the first work; ended by `close`, or with the process."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._closed = False
        self._reset()

    def _reset(self) -> None:
        self._queue: queue.SimpleQueue[list[Job] | None] = queue.SimpleQueue()
        self._gathered: dict[asyncio.AbstractEventLoop, list[Job]] = {}  # each touched by its loop's thread alone
        self._starting = threading.Lock()
        self._thread: threading.Thread | None = None
        self._process = os.getpid()

    def ask(self, work: Work[Ask, T], call: Ask, *, in_turn: bool = False) -> asyncio.Future[T]:
        """Have `work` answer a call in a transaction, alone or with others; done once it is durable.

        Args:
            work: what answers.
            call: what it is asked.
            in_turn: after all that was asked before it, and before all that is asked later; else in any order with
                what waits beside it.

        Raises:
            JournalError: it is closed. Other errors come with the answer:
            NosanaError: what `work` refuses the call with.
            JournalError: the store can't be used.
        """
        if self._closed:
            raise self._closed_error()
        if self._process != os.getpid():
            self._reset()  # a fork has neither the thread nor a right to its connection, which is left alone
        loop = asyncio.get_running_loop()
        future: asyncio.Future[T] = loop.create_future()
        if loop not in self._gathered:
            loop.call_soon(self._flush, loop)  # what all tasks of this turn of the loop want goes together
        self._gathered.setdefault(loop, []).append(Job(work, call, in_turn, future, loop))
        return future

    async def close(self) -> None:
        """Carry out what waits, then end the thread."""
        self._flush(asyncio.get_running_loop())
        with self._starting:
            self._closed, thread = True, self._thread
        if thread and self._process == os.getpid():
            self._queue.put(None)
            await asyncio.to_thread(thread.join)

    def _flush(self, loop: asyncio.AbstractEventLoop) -> None:
        jobs = self._gathered.pop(loop, [])
        with self._starting:
            if self._closed:
                fail(jobs, self._closed_error)
                _deliver(jobs)
                return
            if jobs and self._thread is None:
                self._thread = threading.Thread(target=self._serve, args=(self._queue,), name="journal", daemon=True)
                self._thread.start()
            self._queue.put(jobs)

    def _closed_error(self) -> JournalError:
        return JournalError(f"the journal {self._store.place} is closed; nothing was signed", place=self._store.place)

    def _serve(self, waiting: queue.SimpleQueue[list[Job] | None]) -> None:
        session = Session(self._store)
        going = True
        while going:
            jobs: list[Job] = []
            for group in _all_waiting(waiting):
                going = going and group is not None
                jobs += group or []
            for start in range(0, len(jobs), MAX_JOINED):
                session.carry_out(jobs[start : start + MAX_JOINED])
                _deliver(jobs[start : start + MAX_JOINED])
        session.drop()


def _all_waiting(waiting: queue.SimpleQueue[list[Job] | None]) -> Iterator[list[Job] | None]:
    yield waiting.get()
    with suppress(queue.Empty):
        while True:
            yield waiting.get_nowait()


def _deliver(jobs: Sequence[Job]) -> None:
    for loop in {job.loop for job in jobs}:
        done = [job for job in jobs if job.loop is loop]
        with suppress(RuntimeError):  # the loop is closed: nobody waits any more
            loop.call_soon_threadsafe(_deliver_all, done)


def _deliver_all(jobs: Sequence[Job]) -> None:
    for job in jobs:
        job.deliver()
