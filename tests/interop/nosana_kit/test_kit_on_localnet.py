"""Nosana's official TypeScript client on a network that keeps running, by its localnet.json alone."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from npm import install_script

from nosana_chain import Gateways, NosanaClient, UpSettings, cid_of, localnet_up
from nosana_chain.models.job import JobState

PATIENCE_SECONDS = 60
PAGE = Path(__file__).parents[3] / "docs" / "localnet.md"
BEFORE = """\
import { readFileSync } from 'node:fs'
import { createNosanaClient, NosanaNetwork } from '@nosana/kit'
"""
AFTER = """
const { address, jobPrice } = await client.jobs.market(net.market)
console.log(JSON.stringify({ address, price: Number(jobPrice), pinned: await client.ipfs.pin({ a: 1 }) }))
process.exit(0)
"""


@pytest.fixture(scope="session")
def whole() -> Path:
    return install_script(Path(__file__).with_name("whole.mjs"))


@pytest.fixture
def as_on_the_page(whole: Path, tmp_path: Path) -> Iterator[Path]:
    """The block of docs/localnet.md, where the packages are."""
    [block] = re.findall(r"```typescript\n(.*?)```", PAGE.read_text(), re.DOTALL)
    script = whole.with_name(f"{tmp_path.name}.mjs")
    script.write_text(BEFORE + block + AFTER)
    yield script
    script.unlink()


async def told_by(script: Path, *arguments: Path, folder: Path) -> dict[str, Any]:
    node = await asyncio.create_subprocess_exec("node", script, *arguments, stdout=asyncio.subprocess.PIPE, cwd=folder)
    try:
        said, _ = await asyncio.wait_for(node.communicate(), PATIENCE_SECONDS)
    finally:
        if node.returncode is None:
            node.kill()
            await node.wait()
    told: dict[str, Any] = json.loads(said)
    return told


async def test_as_the_page_says(as_on_the_page: Path, tmp_path: Path) -> None:
    async with localnet_up(UpSettings(state=tmp_path / "my-net", rpc_port=None, slot_ms=50)) as up:
        told = await told_by(as_on_the_page, folder=tmp_path)
        async with NosanaClient(up.summary.network) as client:
            market = await client.markets.fetch_market(up.summary.market)
    assert told == {"address": str(market.address), "price": market.job_price, "pinned": cid_of(b'{"a":1}')}


async def test_it_posts_watches_and_finishes_a_job(whole: Path, tmp_path: Path) -> None:
    settings = UpSettings(state=tmp_path / "state", rpc_port=None, slot_ms=50)
    async with localnet_up(settings) as up:
        told = await told_by(whole, up.summary.file, folder=tmp_path)
        assert (told["node"], told["retrieved"]["status"]) == (str(up.summary.host), "success")
        assert told["states"][-1] == JobState.DONE
        own = Gateways([up.summary.ipfs_gateway])
        async with own, NosanaClient(up.summary.network) as client:
            job = await client.jobs.fetch_job(told["job"])
            definition = await client.jobs.fetch_definition(job.address, gateways=own)
        assert (job.state, job.result_cid, job.node) == (JobState.DONE, told["ipfsResult"], up.summary.host)
        assert (definition.cid, job.definition_cid) == (told["ipfsJob"], told["ipfsJob"])
