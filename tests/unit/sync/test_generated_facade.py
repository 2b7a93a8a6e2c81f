"""What is generated agrees with the asynchronous classes, to tools and to type checkers."""

from __future__ import annotations

import asyncio
import inspect
import subprocess
import sys
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from nosana_chain import Budget, ConfigError, InputError, NosanaClient, SyncClient
from nosana_chain.networks import LOCALNET

ROOT = Path(__file__).resolve().parents[3]
NETWORK = LOCALNET.at("http://127.0.0.1:1")

TYPED = """
from solders.pubkey import Pubkey
from nosana_chain import SyncClient
from nosana_chain.programs.jobs.results import PostedJob

def use(client: SyncClient, market: Pubkey) -> PostedJob:
    reveal_type(client.jobs.post_job(market, definition_cid="", timeout=1))
    reveal_type(client.jobs.post_job.action(market, definition_cid="", timeout=1).send())
    reveal_type(client.jobs.fetch_jobs(market))
    for event in client.jobs.watch_jobs():
        reveal_type(event)
    client.markets.update_market(market, job_price=3)
    client.jobs.post_job(market, definition_cid="", timeout="1")
    return client.jobs.post_job.action(market, definition_cid="", timeout=1)
"""


def public(one: object) -> set[str]:
    return {name for name in dir(one) if not name.startswith("_")}


def test_every_method_of_the_asynchronous_client_is_there() -> None:
    client = NosanaClient(NETWORK)
    with SyncClient(NETWORK) as facade:
        assert public(client) - public(facade) == set()
        parts = {name for name in public(client) if type(getattr(client, name)).__module__.startswith("nosana_chain.p")}
        assert len(parts) == 14
        for name in parts:
            assert public(getattr(client, name)) - public(getattr(facade, name)) <= {"book"}, name


def test_signatures_are_the_same_but_for_what_is_returned() -> None:
    client = NosanaClient(NETWORK)
    with SyncClient(NETWORK) as facade:
        for part in ("jobs", "markets", "hosts", "stakes", "rewards", "transactions"):
            there, here = getattr(client, part), getattr(facade, part)
            for name in public(there):
                asked, told = (inspect.signature(getattr(one, name)) for one in (there, here))
                assert asked.parameters == told.parameters, name
                assert inspect.getdoc(getattr(here, name)), name


def test_what_has_no_counterpart_runs_in_its_loop() -> None:
    told: list[str] = []

    @asynccontextmanager
    async def resource() -> AsyncIterator[str]:
        yield "open"
        told.append("closed")

    with SyncClient(NETWORK) as facade:
        assert repr(facade) == "<SyncClient localnet, no wallet>"
        assert facade.enter(resource()) == "open"
        assert facade.run(asyncio.sleep(0, "slept")) == "slept"
    assert told == ["closed"]


def test_what_is_made_and_never_opened_leaves_no_thread_when_it_fails() -> None:
    before = threading.enumerate()
    with pytest.raises(ConfigError):
        SyncClient(NETWORK, budget=Budget(nos=1, per="1d"))
    assert threading.enumerate() == before


def test_a_type_checker_knows_the_results(tmp_path: Path) -> None:
    program = tmp_path / "typed.py"
    program.write_text(TYPED)
    command = [sys.executable, "-m", "mypy", "--strict", "--config-file", str(ROOT / "pyproject.toml"), str(program)]
    if subprocess.run([*command[:3], "--version"], capture_output=True, check=False).returncode:
        pytest.skip("mypy is not installed")
    said = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT, timeout=110).stdout
    types = [line.split('"')[1] for line in said.splitlines() if "Revealed" in line]
    assert [one.rsplit(".", 1)[-1] for one in types] == ["PostedJob", "PostedJob", "Job | None]", "JobEvent"], said
    errors = [line for line in said.splitlines() if ": error:" in line]
    assert len(errors) == 2, said
    assert ['"str"; expected "int"' in errors[0], "SyncAction" in errors[1]] == [True, True]


def test_an_address_is_checked_where_the_method_is_called() -> None:
    with SyncClient(NETWORK) as facade, pytest.raises(InputError, match="address"):
        facade.jobs.fetch_job("no address")
