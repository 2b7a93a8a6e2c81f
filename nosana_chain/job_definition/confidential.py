"""Confidential jobs: what is pinned for them, in place of the definition that only their host is told."""

from __future__ import annotations

from typing import Any

from nosana_chain.job_definition.reading import JobDefinition, make_job_definition

_LISTENS: dict[str, Any] = {"type": "api-listen", "args": {}}


def confidential_stub() -> JobDefinition:
    """What is pinned for a confidential job: it tells the host to wait for the real definition, and for its collector.

    It is the one that Nosana's own command line pins, byte for byte, so that nobody can tell whose job it is:
    QmYBbVdWFgfoTEdPT7mnaXJz6zQzfKb1Pts4A5B9kDMBph. Network: none.
    """
    return make_job_definition(
        {
            "version": "0.1",
            "type": "container",
            "meta": {"trigger": "cli"},
            "logistics": {"send": _LISTENS, "receive": _LISTENS},
            "ops": [],
        }
    )
