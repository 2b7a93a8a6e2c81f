"""Every public method of the client's parts for markets, jobs and hosts has a command."""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path

import pytest

from nosana_chain import cli
from nosana_chain.programs.jobs.actions.definitions import DefinedJobs
from nosana_chain.programs.jobs.actions.hosts import Hosts
from nosana_chain.programs.jobs.actions.markets import Markets

#: What no command calls, with the reason.
WITHOUT = {
    "jobs.post_definition": "`job post` shows the quote of `post_job` before anything is pinned",
    "jobs.fetch_jobs": "many known addresses: for programs",
}
PARTS = {"markets": Markets, "jobs": DefinedJobs, "hosts": Hosts}
METHODS = sorted(f"{part}.{name}" for part, kind in PARTS.items() for name in dir(kind) if not name.startswith("_"))


@cache
def called() -> set[str]:
    """`jobs.post_job` where some command has `client.jobs.post_job`."""
    found: set[str] = set()
    for path in Path(cli.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            match node:
                case ast.Attribute(attr=name, value=ast.Attribute(attr=part)):
                    found.add(f"{part}.{name}")
    return found


@pytest.mark.parametrize("method", METHODS)
def test_a_command_calls_it(method: str) -> None:
    assert (method in called()) != (method in WITHOUT)
