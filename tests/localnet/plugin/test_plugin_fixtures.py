"""The pytest plugin, as projects use it: each test here is a run of pytest over a project of its own."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from harness.projects import plain_environment

MARKET = """
import pytest
from nosana_chain import MarketTerms, cid_of, nos

CID = cid_of(b'{"ops": []}')
"""

POSTS = (
    MARKET
    + """
def test_a_job_is_posted(nosana_client, nosana_client_of, nosana_wallets, warp):
    market = nosana_client_of("operator").markets.open_market(MarketTerms(job_price=nos("0.001"))).market
    posted = nosana_client.jobs.post_job(market, definition_cid=CID, timeout=60)
    job = nosana_client.jobs.fetch_job(posted.job)
    assert job.project == nosana_wallets["builder"].address
    before = nosana_client.connection.fetch_clock()
    assert warp(3600) >= before + 3600

def test_a_definition_is_on_ipfs(nosana_ipfs):
    assert nosana_ipfs.add(b'{"ops": []}') == CID
    assert (nosana_ipfs.get(CID), nosana_ipfs.pins) == (b'{"ops": []}', (CID,))
"""
)

SHARED = """
import pytest

def test_a(nosana_localnet, nosana_net):
    assert nosana_net is nosana_localnet

@pytest.mark.nosana_fresh
def test_b(nosana_localnet, nosana_net, nosana_client):
    assert nosana_net is not nosana_localnet
    assert nosana_client.network is nosana_net.network
"""

SETTINGS = """
import pytest
from nosana_chain import Purse, sol, standard_genesis

@pytest.fixture(scope="session")
def nosana_localnet_settings():
    return {"slot_ms": 20, "genesis": standard_genesis().with_wallet("carol", purse=Purse(sol("7")))}
"""

CAROL = """
def test_carol(nosana_client_of):
    assert nosana_client_of("carol").fetch_sol_balance() == 7_000_000_000
"""

ASYNCIO = """
import pytest

@pytest.mark.asyncio
async def test_asyncio(nosana_async_client):
    assert await nosana_async_client.fetch_nos_balance() > 0
"""

ANYIO = """
import pytest

@pytest.fixture
def anyio_backend():
    return "asyncio"

@pytest.mark.anyio
async def test_anyio(nosana_async_client):
    assert await nosana_async_client.fetch_nos_balance() > 0
"""

INI = """[pytest]
addopts = --strict-markers
filterwarnings = error
"""
OF_ASYNCIO = "asyncio_default_fixture_loop_scope = function\n"  # without it pytest-asyncio warns

IDLE = """
import sys

HEAVY = ("solders", "solana", "spl", "httpx2", "msgspec", "websockets", "base58", "rich", "typer")

def test_nothing_heavy_is_imported(request):
    assert request.config.pluginmanager.hasplugin("nosana_chain")
    assert [name for name in HEAVY if name in sys.modules] == []
    ours = {name for name in sys.modules if name.split(".")[0] == "nosana_chain"}
    assert ours == {"nosana_chain", "nosana_chain._homes", "nosana_chain.testing", "nosana_chain.testing.plugin"}
"""


def run(folder: Path, *arguments: str, **files: str) -> subprocess.CompletedProcess[str]:
    """Run pytest over a project with these files; warnings are errors."""
    for name, content in files.items():
        (folder / f"{name}.py").write_text(content)
    (folder / "pytest.ini").write_text(INI if "no:asyncio" in arguments else INI + OF_ASYNCIO)
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *arguments]
    return subprocess.run(
        command, cwd=folder, env=plain_environment(), capture_output=True, text=True, check=False, timeout=100
    )


@pytest.mark.parametrize("where", [[], ["--nosana-inprocess"]])
def test_a_project_with_tests_of_every_kind(tmp_path: Path, where: list[str]) -> None:
    files = {"test_posts": POSTS, "test_shared": SHARED, "test_asyncio": ASYNCIO, "test_anyio": ANYIO}
    ran = run(tmp_path, *where, conftest=SETTINGS, test_carol=CAROL, **files)
    assert "7 passed" in ran.stdout, ran.stdout


def test_without_pytest_asyncio(tmp_path: Path) -> None:
    """Coroutines run under the mark anyio; without it, what to do is said."""
    plain = "def test_it(nosana_async_client): pass\n"
    ran = run(tmp_path, "-p", "no:asyncio", "--nosana-inprocess", test_anyio=ANYIO, test_plain=plain)
    assert "nosana_async_client needs pytest-asyncio, or the mark anyio on the test" in ran.stdout
    assert "1 passed, 1 error" in ran.stdout, ran.stdout


def test_a_run_that_uses_no_fixture_imports_nothing(tmp_path: Path) -> None:
    ran = run(tmp_path, "-p", "no:asyncio", "-p", "no:anyio", "-p", "no:hypothesispytest", test_idle=IDLE)
    assert "1 passed" in ran.stdout, ran.stdout


def test_the_fixtures_are_told_with_what_they_are_for(tmp_path: Path) -> None:
    ran = run(tmp_path, "--fixtures", test_none="")
    for name in (
        "nosana_localnet",
        "nosana_net",
        "nosana_client",
        "nosana_async_client",
        "nosana_wallets",
        "nosana_ipfs",
        "warp",
    ):
        assert f"\n{name} " in ran.stdout or f"\n{name} [" in ran.stdout, ran.stdout
