"""Nosana's official TypeScript client on a network that keeps running, by its localnet.json alone."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest
from npm import install_script

from nosana_chain import Gateways, NosanaClient, UpSettings, localnet_up
from nosana_chain.models.job import JobState

PATIENCE_SECONDS = 60


@pytest.fixture(scope="session")
def whole() -> Path:
    return install_script(Path(__file__).with_name("whole.mjs"))


async def test_it_posts_watches_and_finishes_a_job(whole: Path, tmp_path: Path) -> None:
    settings = UpSettings(state=tmp_path / "state", rpc_port=None, slot_ms=50)
    async with localnet_up(settings) as up:
        node = await asyncio.create_subprocess_exec("node", whole, up.summary.file, stdout=asyncio.subprocess.PIPE)
        try:
            said, _ = await asyncio.wait_for(node.communicate(), PATIENCE_SECONDS)
        finally:
            if node.returncode is None:
                node.kill()
                await node.wait()
        told = json.loads(said)
        assert (told["node"], told["retrieved"]["status"]) == (str(up.summary.host), "success")
        assert told["states"][-1] == JobState.DONE
        own = Gateways([up.summary.ipfs_gateway])
        async with own, NosanaClient(up.summary.network) as client:
            job = await client.jobs.fetch_job(told["job"])
            definition = await client.jobs.fetch_definition(job.address, gateways=own)
        assert (job.state, job.result_cid, job.node) == (JobState.DONE, told["ipfsResult"], up.summary.host)
        assert (definition.cid, job.definition_cid) == (told["ipfsJob"], told["ipfsJob"])
