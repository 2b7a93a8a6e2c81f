"""Job definitions: what a host runs, read, checked and looked at before anything is paid for it."""

from __future__ import annotations

from nosana_chain.job_definition.reading import (
    EXAMPLE_JOB,
    MAX_JOB_BYTES,
    JobDefinition,
    make_job_definition,
    read_job_definition,
)

__all__ = ["EXAMPLE_JOB", "MAX_JOB_BYTES", "JobDefinition", "make_job_definition", "read_job_definition"]
