"""Watching jobs: whose transactions are followed for it."""

from __future__ import annotations

from nosana_chain.engine.engine import Engine
from nosana_chain.engine.following.pace import FollowPolicy
from nosana_chain.engine.following.starting import watch_of
from nosana_chain.engine.following.watch import Watch
from nosana_chain.programs.jobs.events import JobEvent
from nosana_chain.programs.jobs.job_teller import JobFilter, JobTeller
from nosana_chain.programs.jobs.one_job import OneJob


def watch_jobs(engine: Engine, wanted: JobFilter, *, since: str | None) -> Watch[JobEvent]:
    """The events of jobs that are wanted, from now on or from a cursor on."""
    if wanted.job is None:
        teller = JobTeller(engine.connection, wanted)
        return watch_of(engine, teller, followed=wanted.words(), since=since)
    one = OneJob(JobTeller(engine.connection, wanted), engine.connection, wanted.job)
    # an address that comes in must be followed before anything later is told
    policy = FollowPolicy(at_once=1)
    return watch_of(engine, one, followed=wanted.words(), since=since, policy=policy)
