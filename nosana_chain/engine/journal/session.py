"""The thread's side of group commit: one transaction for all that waits, on a connection made anew if it breaks."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter
from typing import Any

from nosana_chain.engine.journal.database import Database, Store, Work
from nosana_chain.errors import NosanaError

_PAUSE = 0.05  # seconds before a store that comes back is tried again


@dataclass(slots=True, eq=False)
class Job:
    """A call that waits for its answer, and the loop in which it does."""

    work: Work[Any, Any]
    call: Any
    in_turn: bool
    future: asyncio.Future[Any]
    loop: asyncio.AbstractEventLoop
    result: Any = None
    error: BaseException | None = None

    def deliver(self) -> None:
        """Answer it; in its loop."""
        if self.future.cancelled():
            return
        if self.error is None:
            self.future.set_result(self.result)
        else:
            self.future.set_exception(self.error)


class Session:
    """A connection that is made when it is needed, and made anew when it breaks."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._database: Database | None = None

    def carry_out(self, jobs: Sequence[Job]) -> None:
        """One transaction for all; if it fails, each by itself, so that none fails for another's reason."""
        fault = self._try(jobs)
        if fault is None:
            return
        if len(jobs) == 1 or self._store.is_fatal(fault):
            fail(jobs, lambda: self._store.failure(fault))
            return
        for job in jobs:
            self.carry_out([job])

    def drop(self) -> None:
        """Close the connection, if there is one."""
        if self._database:
            self._database.close()
        self._database = None

    def _try(self, jobs: Sequence[Job]) -> BaseException | None:
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

    def _attempt(self, jobs: Sequence[Job]) -> BaseException | None:
        try:
            if self._database is None:
                self._database = self._store.connect()
            self._database.begin()
            for _, group in groupby(jobs, key=attrgetter("in_turn")):  # within a group in any order
                part = list(group)
                for work in dict.fromkeys(job.work for job in part):
                    _answer(self._database, work, [job for job in part if job.work is work])
            self._database.commit()
        except Exception as fault:  # noqa: BLE001  whatever it is, somebody waits for it
            if self._database:
                self._database.rollback()
            return fault
        return None


def _answer(database: Database, work: Work[Any, Any], jobs: Sequence[Job]) -> None:
    for job, answer in zip(jobs, work(database, [job.call for job in jobs]), strict=True):
        job.error = answer if isinstance(answer, NosanaError) else None
        job.result = answer


def fail(jobs: Sequence[Job], error: Callable[[], Exception]) -> None:
    """Answer each with an error of its own: each will get its own traceback."""
    for job in jobs:
        job.error, job.result = error(), None
