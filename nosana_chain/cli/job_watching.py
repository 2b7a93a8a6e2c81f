"""Watching one job until it is over, or many."""

from __future__ import annotations

from typing import Any

from nosana_chain.cli.event_columns import JOB_EVENTS
from nosana_chain.cli.following import Course
from nosana_chain.cli.live import live
from nosana_chain.cli.market_names import market_of
from nosana_chain.cli.pictures import job_view
from nosana_chain.cli.session import Session
from nosana_chain.errors import NotFoundError
from nosana_chain.models.job import JobState
from nosana_chain.programs.jobs.events import JobEventKind
from nosana_chain.programs.jobs.formulas import JobProgress

_ENDS = (
    JobEventKind.DELISTED,
    JobEventKind.RECOVERED,
    JobEventKind.ENDED,
    JobEventKind.FINISHED,
    JobEventKind.CLEANED,
    JobEventKind.MARKET_CLOSED,
)


def watch_one(session: Session, job: Any, *, since: str | None) -> None:
    """Events and picture of a job, until it is done or gone."""

    async def turns(client: Any) -> Any:
        looking = _Looking(client, job)
        await looking.require()
        course: Course[JobProgress | None] = Course(
            look=looking.look, is_over=_is_over, ends=lambda event: event.kind in _ENDS
        )
        return course.turns(client.jobs.watch_jobs(job=job, since=since))

    live(session, turns, *JOB_EVENTS, view=job_view(), wallet=False)


def watch_many(
    session: Session, *, market: Any, since: str | None, is_own: bool, project: Any, payer: Any, host: Any
) -> None:
    """Events of many jobs, until Ctrl-C."""

    async def events(client: Any) -> Any:
        where = None if market is None else await market_of(client, market)
        whose = client.wallet.address if is_own else project
        watch = client.jobs.watch_jobs(market=where, project=whose, payer=payer, host=host, since=since)
        async for event in watch:
            yield event

    session.follow(events, *JOB_EVENTS, wallet=is_own)


class _Looking:
    """Looks at a job, and knows where its run is once it was seen, so that it needn't be searched for again."""

    def __init__(self, client: Any, job: Any) -> None:
        self._client = client
        self._job = job
        self._run: Any = None

    async def require(self) -> None:
        """Refuse a job that isn't there.

        Raises:
            NotFoundError: so it is.
        """
        await self._client.jobs.fetch_job(self._job)

    async def look(self) -> JobProgress | None:
        """How it stands; None once it is gone."""
        try:
            progress: JobProgress = await self._client.jobs.fetch_progress(self._job, run=self._run)
        except NotFoundError:
            return None
        self._run = progress.job.run.address if progress.job.run else self._run
        return progress


def _is_over(progress: JobProgress | None) -> bool:
    return progress is None or progress.job.state is JobState.DONE
