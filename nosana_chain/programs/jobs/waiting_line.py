"""Who waits in the markets, as far as events told: which job `work` started where its run is gone already. Pure."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field

from solders.pubkey import Pubkey

from nosana_chain.programs.jobs.events import JobEvent, JobEventKind


@dataclass(slots=True)
class _Line:
    """Jobs that joined a queue, the first one first.

    Attributes:
        is_whole: nobody stands before them: the queue was seen to be empty, or the first of them to be taken.
        posted: the last job that was posted, which meets a waiting host if it doesn't join.
    """

    jobs: deque[Pubkey] = field(default_factory=deque)
    is_whole: bool = False
    posted: Pubkey | None = None


class WaitingLines:
    """The queues of markets."""

    def __init__(self) -> None:
        self._lines: dict[Pubkey, _Line] = {}

    def starts(self, event: JobEvent) -> Pubkey | None:
        """The job that `work` takes off a market's queue by this event; None where that isn't known."""
        if event.kind is not JobEventKind.STARTED or event.market is None:
            return None
        line = self._lines.get(event.market)
        return line.jobs[0] if line and line.is_whole and line.jobs else None

    def note(self, event: JobEvent) -> None:
        """Something happened, in its order."""
        if event.market is None or event.kind not in _NOTES:
            return
        _NOTES[event.kind](self._lines.setdefault(event.market, _Line()), event.address)

    def forget(self, market: Pubkey | None) -> None:
        """What was told of a market's queue isn't so."""
        if market is not None:
            self._lines.pop(market, None)


def _posted(line: _Line, job: Pubkey | None) -> None:
    line.posted = job


def _joined(line: _Line, job: Pubkey | None) -> None:
    if job is not None:
        line.jobs.append(job)


def _left(line: _Line, job: Pubkey | None) -> None:
    if job is not None and job in line.jobs:
        line.jobs.remove(job)


def _taken(line: _Line, job: Pubkey | None) -> None:
    if job in line.jobs:  # it was the first in line
        while line.jobs.popleft() != job:
            pass
        line.is_whole = True
    else:  # met by a waiting host when it was posted, so that no job waits; or one that nobody knows stood before them
        line.is_whole = job is not None and job == line.posted
        if line.is_whole or job is None:
            line.jobs.clear()


_NOTES = {
    JobEventKind.POSTED: _posted,
    JobEventKind.QUEUED: _joined,
    JobEventKind.DELISTED: _left,
    JobEventKind.STARTED: _taken,
}
