"""Group commit: work of all tasks goes to one thread, which joins what waits into one transaction and one flush.

The event loop never waits for the disk. Work that is cancelled while it waits is carried out all the same: the journal
then knows more than the caller, never less.
"""

from __future__ import annotations

import asyncio
import os
import queue
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, TypeVar

from nosana_chain.engine.journal.database import Database, Store, Work
from nosana_chain.errors import JournalError, NosanaError

T = TypeVar("T")
Ask = TypeVar("Ask")

MAX_JOINED = 1_000  # pieces of work in one transaction: none waits long for the others
_PAUSE = 0.05  # seconds before a store that comes back is tried again


@dataclass(slots=True, eq=False)
class _Job:
    work: Work[Any, Any]
    call: Any
    future: asyncio.Future[Any]
    loop: asyncio.AbstractEventLoop
    result: Any = None
    error: BaseException | None = None

    def deliver(self) -> None:
        if self.future.cancelled():
            return
        if self.error is None:
            self.future.set_result(self.result)
        else:
            self.future.set_exception(self.error)


class Commits:
    """The thread of a store. Started by the first work; ended by `close`, or with the process."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._closed = False
        self._reset()

    def _reset(self) -> None:
        self._queue: queue.SimpleQueue[list[_Job] | None] = queue.SimpleQueue()
        self._gathered: dict[asyncio.AbstractEventLoop, list[_Job]] = {}  # each touched by its loop's thread alone
        self._starting = threading.Lock()
        self._thread: threading.Thread | None = None
        self._process = os.getpid()

    async def run(self, work: Work[Ask, T], call: Ask) -> T:
        """Have `work` answer a call in a transaction, alone or with others, and wait until it is durable.

        Raises:
            NosanaError: what `work` refuses the call with.
            JournalError: the store can't be used.
        """
        if self._closed:
            raise self._closed_error()
        if self._process != os.getpid():
            self._reset()  # a fork has neither the thread nor a right to its connection, which is left alone
        loop = asyncio.get_running_loop()
        job = _Job(work, call, loop.create_future(), loop)
        if loop not in self._gathered:
            loop.call_soon(self._flush, loop)  # what all tasks of this turn of the loop want goes together
        self._gathered.setdefault(loop, []).append(job)
        result: T = await job.future
        return result

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
                _fail(jobs, self._closed_error())
                _deliver(jobs)
                return
            if jobs and self._thread is None:
                self._thread = threading.Thread(target=self._serve, args=(self._queue,), name="journal", daemon=True)
                self._thread.start()
            self._queue.put(jobs)

    def _closed_error(self) -> JournalError:
        return JournalError(f"the journal {self._store.place} is closed; nothing was signed", place=self._store.place)

    def _serve(self, waiting: queue.SimpleQueue[list[_Job] | None]) -> None:
        session = _Session(self._store)
        going = True
        while going:
            jobs: list[_Job] = []
            for group in _all_waiting(waiting):
                going = going and group is not None
                jobs += group or []
            for start in range(0, len(jobs), MAX_JOINED):
                session.carry_out(jobs[start : start + MAX_JOINED])
                _deliver(jobs[start : start + MAX_JOINED])
        session.drop()


def _all_waiting(waiting: queue.SimpleQueue[list[_Job] | None]) -> Iterator[list[_Job] | None]:
    yield waiting.get()
    with suppress(queue.Empty):
        while True:
            yield waiting.get_nowait()


def _deliver(jobs: Sequence[_Job]) -> None:
    for loop in {job.loop for job in jobs}:
        done = [job for job in jobs if job.loop is loop]
        with suppress(RuntimeError):  # the loop is closed: nobody waits any more
            loop.call_soon_threadsafe(_deliver_all, done)


def _deliver_all(jobs: Sequence[_Job]) -> None:
    for job in jobs:
        job.deliver()


class _Session:
    """A connection that is made when it is needed, and made anew when it breaks."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._database: Database | None = None

    def carry_out(self, jobs: Sequence[_Job]) -> None:
        """One transaction for all; if it fails, each by itself, so that none fails for another's reason."""
        fault = self._try(jobs)
        if fault is None:
            return
        if len(jobs) == 1 or self._store.is_fatal(fault):
            _fail(jobs, self._store.failure(fault))
            return
        for job in jobs:
            self.carry_out([job])

    def drop(self) -> None:
        """Close the connection, if there is one."""
        if self._database:
            self._database.close()
        self._database = None

    def _try(self, jobs: Sequence[_Job]) -> BaseException | None:
        """None once all is durable or answered; else what the driver, or a programming error, says."""
        # Only a store that worked before is waited for: at the start a wrong name should be told at once.
        limit = time.monotonic() + (self._store.patience if self._database else 0)
        while True:
            fault = self._attempt(jobs)
            if fault is None or not self._store.is_passing(fault):
                return fault
            self.drop()
            if time.monotonic() > limit:
                return fault
            time.sleep(_PAUSE)

    def _attempt(self, jobs: Sequence[_Job]) -> BaseException | None:
        try:
            if self._database is None:
                self._database = self._store.connect()
            self._database.begin()
            for work in dict.fromkeys(job.work for job in jobs):  # whose callers wait together have no order
                _answer(self._database, work, [job for job in jobs if job.work is work])
            self._database.commit()
        except Exception as fault:  # noqa: BLE001  whatever it is, somebody waits for it
            if self._database:
                self._database.rollback()
            return fault
        return None


def _answer(database: Database, work: Work[Any, Any], jobs: Sequence[_Job]) -> None:
    for job, answer in zip(jobs, work(database, [job.call for job in jobs]), strict=True):
        job.error = answer if isinstance(answer, NosanaError) else None
        job.result = answer


def _fail(jobs: Sequence[_Job], error: Exception) -> None:
    for job in jobs:
        job.error, job.result = error, None
