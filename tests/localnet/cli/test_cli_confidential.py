"""A confidential job by the command line: its stub is public, all else stays between its project and its host."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest
from harness.command_line import Home, LocalWorld
from harness.fake_host import FakeHost, fake_host
from solders.pubkey import Pubkey

from nosana_chain.job_definition.confidential import confidential_stub
from nosana_chain.localnet.ipfs import LocalIpfs

pytestmark = pytest.mark.usefixtures("staked_host")


@pytest.fixture
def reached(world: LocalWorld, builder: Home) -> Iterator[FakeHost]:
    """The host's own API; it is told of the job later."""
    stack = AsyncExitStack()
    yield world.run(stack.enter_async_context(fake_host(builder.wallet.address)))
    world.run(stack.aclose())


def test_nobody_but_the_host_sees_the_definition(
    builder: Home, host: Home, market: str, job_file: Path, reached: FakeHost, ipfs: LocalIpfs
) -> None:
    posted = builder.call(f"job post {job_file} --market {market} --timeout 10m --confidential")
    assert f"job send JOB {job_file}" in posted.stderr
    told = json.loads(posted.stdout)
    job, at = told["job"], f"--host-url {reached.url}"
    assert told["definition_cid"] == confidential_stub().cid
    assert f"no host runs the job {job}: it is queued" in builder.call(f"job send {job} {job_file} {at}", code=3).stderr
    host.call(f"host queue {market}")
    reached.job = Pubkey.from_string(job)
    reached.endpoints = {"a": {"url": "web.example", "opID": "web", "port": "80", "status": "ONLINE"}}
    reached.events = [
        b'data: {"status":"running","opStates":[{"operationId":"web","status":"running"}]}\n\n',
        b'data: {"status":"running","opStates":[{"operationId":"web","status":"running"}]}\n\n',
        b'data: {"status":"success","opStates":[{"operationId":"web","status":"success","exitCode":0}]}\n\n',
    ]
    stranger = host.call(f"job send {job} {job_file} {at} --within 1s", code=5)
    assert "Unauthorized" in stranger.stderr
    sent = builder.json(f"job send {job} {job_file} {at}")
    assert (sent["job"], sent["host"]) == (job, str(host.wallet.address))
    assert reached.definition is not None
    assert json.loads(reached.definition)["ops"][0]["args"]["image"] == "nginx"

    service = builder.json(f"job url {job} --from-host {at}")
    assert service == {"url": "https://web.example", "operation": "web", "port": "80", "status": "ONLINE"}
    steps = [json.loads(line) for line in builder.call(f"job follow {job} {at}").stdout.splitlines()]
    assert [(step["operation_status"], step["exit_code"]) for step in steps] == [("running", None), ("success", 0)]
    found = builder.json(f"job results {job} --from-host {at} --output json")
    assert (found["cid"], found["verified"], found["host"]) == (None, False, str(host.wallet.address))
    assert "no result to collect" in builder.call(f"job results {job} --from-host {at} --within 1s", code=5).stderr
    assert builder.json(f"host info {host.wallet.address} {at} --output json")["state"] == "RUNNING_JOB"
    assert confidential_stub().cid in ipfs.pins
    builder.call(f"job stop {job}")
