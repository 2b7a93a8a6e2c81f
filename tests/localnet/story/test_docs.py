"""The examples of README and docs are code that runs, and what they name is there."""

from __future__ import annotations

import ast
import asyncio
import inspect
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import AsyncExitStack
from pathlib import Path
from types import CodeType
from typing import Any

import pytest
from harness.fake_host import FakeHost, fake_host
from harness.networks import local_network
from solders.pubkey import Pubkey

import nosana_chain
from nosana_chain.cid import cid_of
from nosana_chain.client import NosanaClient
from nosana_chain.job_definition import EXAMPLE_JOB, read_job_definition
from nosana_chain.localnet import Localnet
from nosana_chain.localnet.ipfs import LocalIpfs
from nosana_chain.networks import LOCALNET
from nosana_chain.programs.jobs.terms import MarketTerms
from nosana_chain.units import DAY, nos

ROOT = Path(__file__).parents[3]
DOCS = ROOT / "docs"
WHOLE = "asyncio.run("  #: is in an example that is a program of its own
ELSEWHERE = {"localnet-genesis.md", "validators.md"}  #: tests/localnet/network runs these, and knows what they print
ELSEWHERE |= {"localnet.md", "testing.md"}  #: tests/localnet/up, and tests/localnet/plugin


def examples(page: Path) -> list[str]:
    return re.findall(r"```python\n(.*?)```", page.read_text(), re.DOTALL)


def test_the_ten_line_example_runs(tmp_path: Path) -> None:
    (tmp_path / "job.json").write_bytes(EXAMPLE_JOB.read_bytes())
    [example] = [one for one in examples(ROOT / "README.md") if WHOLE in one]
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", example],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    job, deposit, signature = done.stdout.split()
    assert (len(job) >= 32, deposit, len(signature) >= 64) == (True, str(3600 * 1000), True)


def steps(code: str, page: str) -> Iterator[CodeType]:
    """An example that awaits at its top, as `python -m asyncio` takes it; each statement by itself."""
    for statement in ast.parse(code.replace("\n...", "\nawait asyncio.sleep(1)")).body:  # time that passes
        yield compile(ast.Module([statement], []), page, "exec", flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)


async def run(code: str, names: dict[str, Any], page: str) -> None:
    for step in steps(code, page):
        running = eval(step, names)  # noqa: S307  our own page
        if inspect.iscoroutine(running):
            await running


async def give_up_a_job(net: Localnet, client: NosanaClient, market: Pubkey, cid: str) -> None:
    """A job of the client's, whose deposit can be got back."""
    await client.jobs.post_job(market, definition_cid=cid, timeout=3600)
    async with NosanaClient(net.network, net.wallets["host"]) as host:
        await host.stakes.stake(nos("1000"), duration=14 * DAY)
        await host.hosts.join_queue(market)
        [run] = await host.hosts.find_runs()
        await host.hosts.quit_job(run.job)


RESULT = {
    "operationId": "gpu-report",
    "status": "success",
    "exitCode": 0,
    "logs": [{"type": "stdout", "log": "one GPU"}],
}


async def run_two_jobs(net: Localnet, market: Pubkey, ipfs: LocalIpfs, api: FakeHost) -> None:
    """A host of one job with a result on IPFS, and then of a confidential one."""
    result = json.dumps({"status": "success", "opStates": [RESULT]}).encode()
    async with NosanaClient(net.network, net.wallets["host"]) as host:
        for _ in range(2):
            await host.hosts.join_queue(market)
            while not (runs := await host.hosts.find_runs()):  # noqa: ASYNC110  another process's chain
                await asyncio.sleep(0.1)
            api.job = runs[0].job
            if not ipfs.get(cid_of(result)):
                await host.hosts.finish_job(runs[0].job, result_cid=ipfs.add(result))


async def off_chain(net: Localnet, market: Pubkey, stack: AsyncExitStack) -> dict[str, Any]:
    """What the page on IPFS is read with: a local one, and a host."""
    async with NosanaClient(net.network, net.wallets["host"]) as host:
        await host.stakes.stake(nos("1000"), duration=14 * DAY)
    ipfs = await stack.enter_async_context(LocalIpfs.start())
    api = await stack.enter_async_context(fake_host(net.wallets["builder"].address))
    working = asyncio.create_task(run_two_jobs(net, market, ipfs, api))
    stack.push_async_callback(asyncio.wait_for, working, 60)
    return {"ipfs": ipfs, "host_url": api.url}


PAGES = [page for page in (ROOT / "README.md", *sorted(DOCS.glob("*.md"))) if page.name not in ELSEWHERE]
SAID = {
    "README.md": "NodeNotEnoughStake",
    "daily.md": "number 1 of 1, 0 come first",
    "following.md": "QUEUED None",
    "how-to-build.md": "delisted 7.200000",
    "how-to-develop.md": "QUEUED",
    "how-to-hold-nos.md": "Unlocking(",
    "how-to-host.md": "QueuePlace(",
    "jobs-off-chain.md": "success True\none GPU\n",
    "money.md": "\npost_job ",
    "notebooks.md": "Table(1 of Job)",
    "recipes.md": "5 are posted\n",
    "scripts-and-notebooks.md": "posted ",
    "signing.md": "missing: ",
    "sweep.md": "swept 3.600000 NOS",
}
OPEN = {page.name: [one for one in examples(page) if WHOLE not in one] for page in PAGES}


@pytest.mark.parametrize("page", [page for page, codes in OPEN.items() if codes])
async def test_the_examples_of_a_page_run_one_after_the_other(page: str, capsys: pytest.CaptureFixture[str]) -> None:
    async with (
        local_network() as net,
        NosanaClient(net.network, net.wallets["builder"]) as client,
        AsyncExitStack() as stack,
    ):
        async with NosanaClient(net.network, net.wallets["operator"]) as operator:
            terms = MarketTerms(job_price=nos("0.001"), node_xnos_minimum=nos("1000"))
            opened = await operator.markets.open_market(terms)
        names: dict[str, Any] = {name: getattr(nosana_chain, name) for name in nosana_chain.__all__}
        names |= {"asyncio": asyncio, "DAY": DAY, "net": net, "client": client, "market": opened.market}
        names["cid"] = read_job_definition(ROOT / "nosana_chain" / "example_job.json").cid
        if page == "README.md":  # its host has a stake, and too little
            await client.stakes.stake(nos("1"), duration=14 * DAY)
        if page == "jobs-off-chain.md":
            names |= await off_chain(net, opened.market, stack)
        if page == "following.md":  # what the page leaves to its reader: where to keep a cursor
            names["save"] = [].append
        if page == "signing.md":
            posted = await client.jobs.post_job(opened.market, definition_cid=names["cid"], timeout=3600)
            names |= {"network": net.network, "job": posted.job, "project": net.wallets["builder"]}
            names |= {"alice": net.wallets["builder"], "bob": net.wallets["host"]}
            names |= {"sponsor": net.wallets["host"], "treasury": net.wallets["operator"]}
        if page == "how-to-host.md":
            await client.stakes.stake(nos("1000"), duration=14 * DAY)
        if page == "sweep.md":
            await give_up_a_job(net, client, opened.market, names["cid"])
        for code in OPEN[page]:
            await run(code, names, page)
    assert SAID[page] in capsys.readouterr().out


def test_every_example_is_run_by_some_test() -> None:
    assert [page.name for page in DOCS.glob("*.md") if examples(page)] != []
    assert "money.md" in OPEN
    assert len(OPEN["money.md"]) >= 6


def test_every_action_that_the_readme_names_exists() -> None:
    section = (ROOT / "README.md").read_text().split("## Who does what")[1].split("\n## ")[0]
    client = NosanaClient(LOCALNET.at("http://127.0.0.1:1"))
    group, named = "", []
    for text in re.findall(r"`([a-z_.]+(?:\([a-z]+\))?)`", section):
        before, _, action = text.partition("(")[0].rpartition(".")
        group = before or group
        named.append((group, action))
    assert len(named) > 25
    assert [name for name in named if not hasattr(getattr(client, name[0]), name[1])] == []


def test_every_promise_names_tests_that_are_there() -> None:
    """Each row of the table has a test or a measurement that holds it."""
    section = (ROOT / "README.md").read_text().split("## What it promises, as tested")[1].split("\n## ")[0]
    rows = [row.split("|")[1:3] for row in section.splitlines() if row.startswith("| ")][1:]
    for promise, held in rows:
        named = re.findall(r"`([^`]+)`", held)
        assert named, promise
        for one in named:
            path = one.replace("scripts/bench ", "tests/bench/") + ".py" * one.startswith("scripts/bench ")
            assert (ROOT / path).exists(), (promise, one)
    assert len(rows) >= 8


def test_every_file_that_a_page_names_exists() -> None:
    pages = [ROOT / name for name in ("README.md", "SECURITY.md", "CONTRIBUTING.md", "nosana_chain/engine/README.md")]
    for page in (*pages, *DOCS.glob("*.md")):
        for link, place in re.findall(r"\]\(([^)#:]+)(?:#([a-z-]+))?\)", page.read_text()):
            assert (page.parent / link).exists(), (page.name, link)
            assert not place or place in headings(page.parent / link), (page.name, link, place)


def headings(page: Path) -> set[str]:
    """The places of a page that a link can lead to."""
    titles = re.findall(r"^#+ (.+)$", page.read_text(), re.MULTILINE)
    return {re.sub(r"[^a-z0-9 -]", "", title.lower()).replace(" ", "-") for title in titles}
