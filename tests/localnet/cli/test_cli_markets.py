"""A market's life by the command line, and its names."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import AsyncExitStack
from typing import Any

import pytest
from harness.answering import served
from harness.command_line import Home, LocalWorld
from stage import CID

from nosana_chain.localnet.http_server import Response
from nosana_chain.units import nos


@pytest.fixture
def operator(home: Callable[..., Home]) -> Home:
    return home("operator")


def test_a_market_from_beginning_to_end(operator: Home) -> None:
    market = operator.json("market open --price-per-hour 3.6 --timeout 2h --type gpu --idempotency-key m1")["market"]
    assert operator.json("market open --price-per-hour 3.6 --timeout 2h --type gpu --idempotency-key m1") == {
        "market": market,
        "signature": None,
        "slot": None,
        "fee_lamports": None,
        "compute_units": None,
    }
    shown = operator.json(f"market show {market[:10]}")
    expected = {
        "market": market,
        "authority": str(operator.wallet.address),
        "price_per_second_units": 1000,
        "price_per_hour_units": nos("3.6"),
        "timeout_seconds": 7200,
        "type": "gpu",
        "jobs_waiting": 0,
        "access_key": None,
    }
    assert {name: shown[name] for name in expected} == expected
    key = str(operator.wallet.address)
    updated = operator.call(f"market update {market} --price 0.002 --timeout 2h --access-key {key}")
    assert updated.stderr == f"price per second (NOS): 0.001000 -> 0.002000\naccess key: - -> {key}\n"
    assert '"old": 1000' in updated.stdout
    assert operator.json(f"market update {market} --no-access-key")["changes"] == [
        {"term": "access_key", "old": key, "new": None}
    ]
    listed = operator.call("market list --output csv").stdout.splitlines()
    assert next(line for line in listed if line.startswith(market)).split(",")[1:3] == ["2000", "7200000"]
    assert operator.call(f"market list --authority {market}").stdout == ""
    assert operator.json(f"market audit {market}")["surplus_units"] == 0
    operator.call(f"market close {market}")
    gone = operator.call(f"market show {market}", code=4)
    assert market in gone.stderr


def test_closing_names_who_would_lose(operator: Home, home: Callable[..., Home], world: LocalWorld) -> None:
    market = operator.json("market open --price 0.001")["market"]
    job = home("builder").json(f"job post --cid {CID} --market {market} --timeout 10m")["job"]
    audit = operator.json(f"market audit {market}")
    assert (audit["owed_units"], audit["open_jobs"], audit["finished_jobs"]) == (600_000, [job], [])
    refused = operator.call(f"market close {market}", code=3)
    assert job in refused.stderr
    tried = operator.call(f"market close {market} --force --dry-run")
    assert f"takes the deposit of job {job}: 0.600000 NOS of {home('builder').wallet.address}" in tried.stderr
    assert operator.json(f"market audit {market}")["open_jobs"] == [job]
    before = world.act("operator", lambda client: client.fetch_nos_balance())
    operator.call(f"market close {market} --force")
    assert world.act("operator", lambda client: client.fetch_nos_balance()) == before + 600_000


def test_closing_is_not_for_everybody(operator: Home, home: Callable[..., Home]) -> None:
    market = operator.json("market open --price 0.001")["market"]
    home("builder").call(f"market close {market}", code=6)
    home("builder").call(f"market update {market} --price 1", code=6)
    home("authority").call(f"market close {market} --as-admin")


def test_a_market_is_found_by_how_it_begins(operator: Home) -> None:
    market = operator.json("market open --price 0.001")["market"]
    wrong = market[:5] + ("2" if market[5] != "2" else "3") + market[6:8]
    near = operator.call(f"market show {wrong}", code=4)
    assert f"did you mean {market}" in near.stderr
    nowhere = operator.call("market show nvidia-4090", code=4).stderr
    assert "is called 'nvidia-4090'; see: nosana-chain market list" in nowhere


@pytest.fixture
def markets_api(world: LocalWorld) -> Iterator[tuple[str, list[Any]]]:
    """A markets API of the test's own, and what it lists."""
    listed: list[Any] = []
    stack = AsyncExitStack()
    server = world.run(stack.enter_async_context(served(lambda _request: Response(json.dumps(listed).encode()))))
    yield server.url, listed
    world.run(stack.aclose())


def test_the_markets_api_gives_name_gpu_and_usd(
    operator: Home, home: Callable[..., Home], markets_api: tuple[str, list[Any]]
) -> None:
    url, listed = markets_api
    market = operator.json("market open --price 0.001")["market"]
    listing = {"address": market, "slug": "some-gpu", "gpu_types": ["RTX 1"], "usd_reward_per_hour": 0.288}
    listed.append({**listing, "network_fee_percentage": 10})
    builder = home("builder", NOSANA_MARKETS_API=url)
    shown = builder.json("market show some-gpu")
    assert [shown[name] for name in ("market", "name", "gpu", "usd_per_hour")] == [
        market,
        "some-gpu",
        "RTX 1",
        "0.3168",
    ]
    assert builder.json("job quote --market some-gpu --timeout 1m")["market"] == market
    assert "did you mean some-gpu?" in builder.call("market show some-gpus", code=4).stderr
    rows = builder.call("market list --output csv").stdout.splitlines()
    assert f"{market},some-gpu,RTX 1,0.3168" in next(row for row in rows if row.startswith(market))
    assert "usd" not in builder.call("market list --output csv --chain-only").stdout
    away = home("builder", NOSANA_MARKETS_API="http://127.0.0.1:1").call(f"market show {market} --output json")
    assert json.loads(away.stdout)["usd_per_hour"] is None
    assert away.stderr.startswith("names, GPUs and USD are missing: http://127.0.0.1:1")


def test_the_queue_tells_since_when(operator: Home, home: Callable[..., Home]) -> None:
    market = operator.json("market open --price 0")["market"]
    for _ in range(2):
        home("builder").call(f"job post --cid {CID} --market {market} --timeout 10m")
    rows = operator.call(f"market queue {market} --output csv").stdout.splitlines()
    assert [row.split(",")[1] for row in rows] == ["position", "1", "2"]
    assert all(row.split(",")[3] for row in rows)
    unread = operator.call(f"market queue {market} --output csv --history 0").stdout.splitlines()[1:]
    assert [row.split(",")[3] for row in unread] == ["", ""]
