"""Every program of scripts/devnet, as a user starts it, and again."""

from __future__ import annotations

import json
import re
import signal
import time
from pathlib import Path

import pytest
from harness.devnet_town import FOLDER, Town

from nosana_chain.cid import cid_of
from nosana_chain.job_definition import EXAMPLE_JOB
from nosana_chain.units import DAY, nos

PROGRAMS = sorted(path.name for path in FOLDER.glob("*.py"))
FLOW = {
    "status": "success",
    "startTime": 1,
    "endTime": 2,
    "secrets": {},
    "opStates": [
        {
            "operationId": "hello",
            "status": "success",
            "startTime": 1,
            "endTime": 2,
            "exitCode": 0,
            "logs": [{"log": "it ran\n", "type": "stdout"}],
        }
    ],
}


def address_in(said: str) -> str:
    """The market that open_market.py tells."""
    return re.findall(r"market (\w+): ", said)[0]


@pytest.mark.parametrize("program", PROGRAMS)
def test_help_says_what_it_is_for(town: Town, program: str) -> None:
    said = " ".join(town.run("builder", program, "--help").split())
    assert "--network" in said
    assert f"python {program}" in said


def test_every_program_is_in_the_table() -> None:
    told = re.findall(r"^\| `(\w+\.py)` \|", (FOLDER / "README.md").read_text(), re.MULTILINE)
    assert sorted(told) == PROGRAMS


def test_a_stake_is_made_once_and_its_rewards_are_claimed(town: Town) -> None:
    first = town.run("builder", "stake_and_claim.py", "100", "--days", "20")
    assert "staking 100.000000 NOS" in first
    assert "entered the rewards pool" in first
    town.world.act("operator", lambda client: client.rewards.add_fee(nos("5")))
    town.world.run(town.world.net.warp(DAY))
    again = town.run("builder", "stake_and_claim.py", "100")
    assert "staking" not in again
    assert "staked: 100.000000 NOS for 20 days" in again
    assert re.search(r"claimed [1-9]\S* NOS|claimed 0\.\d*[1-9]", again)


def test_a_market_is_opened_once_and_its_price_changed(town: Town) -> None:
    first, again = (town.run("operator", "open_market.py", "0.002", "--name", "tuned") for _ in range(2))
    assert first == again
    assert "TermsDiffer" not in town.run("operator", "open_market.py", "0.003", "--name", "tuned", code=1)
    dearer = town.run("operator", "open_market.py", "0.003", "--market", address_in(first))
    assert "it was 0.002000 NOS" in dearer
    assert "0.003000 NOS a second, 0 in its queue" in dearer


def test_a_job_is_pinned_posted_run_and_its_result_shown(town: Town, tmp_path: Path) -> None:
    market = address_in(town.run("operator", "open_market.py", "0.001", "--name", "where nobody else posts"))
    town.run("host", "stake_and_claim.py", "1000")
    result = tmp_path / "result.json"
    result.write_text(json.dumps(FLOW))
    order = [
        "post_job.py",
        str(EXAMPLE_JOB),
        "--market",
        market,
        "--order",
        "4711",
        "--timeout",
        "10m",
        "--within",
        "60",
    ]
    with town.start("builder", order) as builder:
        hosted = town.run("host", "be_host.py", market, str(result))
        said, error = builder.communicate(timeout=60)
    assert builder.returncode == 0, error
    assert "it ran" in said
    assert cid_of(result.read_bytes()) in said
    assert re.search(r"paid 0\.00\d+ NOS", hosted)

    before = town.world.act("builder", lambda client: client.fetch_nos_balance())
    assert town.run("builder", *order) == said  # the same order is the same job
    assert town.world.act("builder", lambda client: client.fetch_nos_balance()) == before


def test_a_batch_is_posted_once(town: Town, market: str) -> None:
    cid = cid_of(EXAMPLE_JOB.read_bytes())
    batch = ["post_hundred.py", cid, "--market", market, "--batch", "november", "--count", "12"]
    first, again = (town.run("builder", *batch) for _ in range(2))
    assert first == "12 jobs are there, 12 of them posted just now for 7.200000 NOS\n"
    assert again == "12 jobs are there, 0 of them posted just now for 0.000000 NOS\n"
    assert "CID" in town.run("builder", "post_hundred.py", "x", "--market", market, "--batch", "wrong", code=1)


def test_a_service_goes_on_where_it_was_left(town: Town, market: str) -> None:
    cid = cid_of(EXAMPLE_JOB.read_bytes())
    service = ["keep_service.py", cid, "--market", market, "--name", "api", "--max-nos", "20", "--step", "10m"]
    jobs = []
    for _ in range(2):
        with town.start("builder", service) as running:
            assert running.stdout
            line = running.stdout.readline()
            time.sleep(0.3)
            running.send_signal(signal.SIGINT)
            said, error = running.communicate(timeout=30)
        assert "start this again to go on with it" in said, error
        jobs.append(re.findall(r"posted +job (\w+)", line))
    assert jobs[0] == jobs[1] != []


def test_the_books_are_closed_once_asked(town: Town) -> None:
    address = address_in(town.run("host", "open_market.py", "0", "--name", "in vain"))
    shown = town.run("host", "close_books.py")
    assert f"close_market {address}" in shown.replace("-", "_")
    assert "swept " in town.run("host", "close_books.py", "--yes")  # what the tests before it left
    left = town.world.act("host", lambda client: client.markets.find_markets())
    assert address in [str(market.address) for market in left], "a market is closed on request only"


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (["stake_and_claim.py", "1.1234567"], "decimals"),
        (["open_market.py", "0.1", "--market", "x"], "'x'"),
        (["post_job.py", "nowhere.json", "--market", "x"], "nowhere.json"),
        (["be_host.py", "x", str(EXAMPLE_JOB)], "'x'"),
        (["keep_service.py", "x", "--market", "x", "--name", "a", "--max-nos", "1"], "'x'"),
    ],
)
def test_what_is_wrong_is_told_in_a_line(town: Town, line: list[str], said: str) -> None:
    told = town.run("builder", *line, code=1)
    assert told.startswith("error: ")
    assert said in told
    assert len(told.splitlines()) == 1
