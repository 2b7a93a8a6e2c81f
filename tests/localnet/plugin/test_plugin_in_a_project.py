"""The plugin where it comes from a wheel: a project that installed that and pytest alone."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from harness.projects import plain_environment, wheel_python

PROJECT = """
from nosana_chain import MarketTerms, cid_of, nos

CID = cid_of(b'{"ops": []}')


def market(nosana_client_of):
    return nosana_client_of("operator").markets.open_market(MarketTerms(job_price=nos("0.001"))).market


def test_a_post_locks_the_price_of_its_timeout(nosana_client, nosana_client_of):
    posted = nosana_client.jobs.post_job(market(nosana_client_of), definition_cid=CID, timeout=60)
    assert posted.deposit == nos("0.06")


def test_a_stopped_job_pays_back(nosana_client, nosana_client_of):
    address = market(nosana_client_of)
    before = nosana_client.fetch_nos_balance()
    posted = nosana_client.jobs.post_job(address, definition_cid=CID, timeout=60)
    nosana_client.jobs.stop_job(posted.job)
    assert nosana_client.fetch_nos_balance() == before


def test_time_moves(nosana_client, warp):
    assert warp(86_400) > 86_400
"""
WORKERS = {"one process": [], "two workers": ["-n", "2"]}


@pytest.fixture(scope="module")
def python(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return wheel_python(tmp_path_factory.mktemp("wheel"), "pytest", "pytest-xdist")


@pytest.mark.timeout(300)  # the first time, packages are fetched
def test_three_tests_of_a_newcomer(python: Path, tmp_path: Path) -> None:
    (tmp_path / "test_project.py").write_text(PROJECT)
    for name, arguments in WORKERS.items():
        ran = subprocess.run(
            [python, "-m", "pytest", "-q", "-W", "error", *arguments, "test_project.py"],
            cwd=tmp_path,
            env=plain_environment(),
            capture_output=True,
            text=True,
            check=False,
            timeout=100,
        )
        assert "3 passed" in ran.stdout, (name, ran.stdout, ran.stderr)
