"""The whole story on Surfpool: it must end, and its ledger must balance to the last base unit."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner
from harness.networks import local_network

from nosana_chain.cli.main import app
from nosana_chain.job_definition import EXAMPLE_JOB, read_job_definition
from nosana_chain.localnet.genesis import standard_genesis
from nosana_chain.networks import LOCALNET, MAINNET, Network
from nosana_chain.testing.ledger import Column
from nosana_chain.testing.story import EXTENSION, PRICE, STAKE, TIMEOUT, Story

PAYING_COLUMNS = [Column.ESCROW, Column.PAYOUT, Column.REFUND, Column.STAKED, Column.WITHDRAWN]


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (None, "can't be read"),
        (b"", "is empty"),
        (b"{", "JSON"),
        (b"\xff\xfe{}", "UTF-8"),
        (b"[]", "object"),
        (b"{" + b" " * 2**20 + b"}", "larger"),
    ],
    ids=["missing", "empty", "not JSON", "not UTF-8", "no object", "huge"],
)
def test_a_bad_job_file_is_one_line_and_exit_3(tmp_path: Path, content: bytes | None, complaint: str) -> None:
    path = tmp_path / "job.json"
    if content is not None:
        path.write_bytes(content)
    result = CliRunner().invoke(app, ["demo", str(path)])
    assert (result.exit_code, result.stdout) == (3, "")
    assert complaint in result.stderr
    assert len(result.stderr.splitlines()) == 1


def test_a_wallet_file_that_is_none_is_one_line_and_exit_3(tmp_path: Path) -> None:
    path = tmp_path / "id.json"
    path.write_text("[1, 2, 3]")
    path.chmod(0o600)
    result = CliRunner().invoke(app, ["demo", "--wallet", str(path)])
    assert result.exit_code == 3
    assert len(result.stderr.splitlines()) == 1


def test_a_wallet_file_that_others_may_read_names_the_flag_s_variable(tmp_path: Path) -> None:
    path = tmp_path / "id.json"
    path.write_text("[1, 2, 3]")
    path.chmod(0o444)
    refused = CliRunner().invoke(app, ["demo", "--wallet", str(path)])
    assert "NOSANA_ALLOW_SHARED_KEY=1" in refused.stderr
    allowed = [
        CliRunner().invoke(app, ["demo", "--wallet", str(path), "--allow-shared-key"]),
        CliRunner(env={"NOSANA_ALLOW_SHARED_KEY": "1"}).invoke(app, ["demo", "--wallet", str(path)]),
    ]
    assert all("has 3 bytes; a secret key has 64" in result.stderr for result in allowed)
    assert {result.exit_code for result in (refused, *allowed)} == {3}


@pytest.mark.parametrize("jobs_fee", [False, True], ids=["no network fee", "a network fee"])
@pytest.mark.parametrize("network", [LOCALNET, MAINNET], ids=["devnet's addresses", "mainnet's addresses"])
async def test_the_story_balances(network: Network, jobs_fee: bool) -> None:  # noqa: FBT001  a parameter of the test
    async with local_network(genesis=standard_genesis(network=network, jobs_fee=jobs_fee)) as net:
        assert (net.network.programs, net.network.nos_mint) == (network.programs, network.nos_mint)
        told = await Story(net=net, job=read_job_definition(EXAMPLE_JOB)).tell()
    assert told.errors() == []
    assert set(PAYING_COLUMNS) <= set(told.nos.columns)
    assert told.nos.cell("stake vault", Column.STAKED) == STAKE
    # Four jobs for the whole timeout, and one extension.
    escrow = PRICE * (4 * TIMEOUT + EXTENSION)
    assert told.nos.cell("market vault", Column.ESCROW) == escrow
    assert told.nos.cell("builder", Column.FEES_ADDED) == (-escrow // 10 if jobs_fee else 0)
    assert told.nos.after["market vault"] == 0
    assert told.nos.after["host"] > told.nos.before["host"]
    assert all(step.receipt.compute_units > 0 for step in told.steps)


def test_a_path_that_the_terminal_can_not_show(tmp_path: Path) -> None:
    path = tmp_path / "j\u00f6b.json"
    path.write_bytes(EXAMPLE_JOB.read_bytes())
    told = subprocess.run(
        [sys.executable, "-m", "nosana_chain", "demo", path],
        env=os.environ | {"PYTHONIOENCODING": "ascii"},
        capture_output=True,
        check=False,
    )
    assert (told.returncode, told.stderr) == (0, b"")
    assert b"j\\xf6b.json" in told.stdout


def test_json_for_scripts(tmp_path: Path) -> None:
    result = CliRunner().invoke(app, ["demo", "--output", "json"])
    assert result.exit_code == 0, result.stderr
    told = json.loads(result.stdout)
    assert set(told) == {"steps", "ledger"}
    assert told["ledger"]["balanced"] is True
    for asset in ("nos_units", "lamports"):
        assert set(told["ledger"][asset]["column_sums"].values()) == {0}
        for row in told["ledger"][asset]["rows"]:
            assert row["before"] + sum(row["moved"].values()) == row["after"]
