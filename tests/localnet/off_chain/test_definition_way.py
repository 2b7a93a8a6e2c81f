"""A builder's whole way: from the file to the job, and from the job to its verified result."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from solders.pubkey import Pubkey
from stage import TIMEOUT, Scene

from nosana_chain.cid import cid_of
from nosana_chain.errors import (
    ContentMismatchError,
    JobDefinitionError,
    NosanaError,
    NotFetchedError,
    NotPinnedError,
    TermsDifferError,
    WrongStateError,
)
from nosana_chain.ipfs.gateways import Gateways
from nosana_chain.ipfs.pinning import Kubo
from nosana_chain.job_definition import JobDefinition, make_job_definition
from nosana_chain.job_definition.check import check_job_definition
from nosana_chain.localnet.ipfs import LocalIpfs
from nosana_chain.models.job import JobState

JOB = """
version: "0.1"
type: container
ops:
  - type: container/run
    id: web
    args:
      image: nginx
      expose: [80]
"""
RESULT = json.dumps(
    {
        "status": "success",
        "startTime": 1,
        "endTime": 2,
        "opStates": [
            {"operationId": "web", "status": "success", "logs": [{"type": "stdout", "log": "\x1b[1mserved\n"}]}
        ],
    }
).encode()


@pytest.fixture
async def ipfs() -> AsyncIterator[LocalIpfs]:
    async with LocalIpfs.start() as local:
        yield local


@pytest.fixture
async def gateways(ipfs: LocalIpfs) -> AsyncIterator[Gateways]:
    async with Gateways([ipfs.gateway_url]) as chosen:
        yield chosen


@pytest.fixture
def definition(tmp_path: Path) -> JobDefinition:
    path = tmp_path / "job.yaml"
    path.write_text(JOB)
    return check_job_definition(path).require_valid()


@pytest.mark.usefixtures("staked_host")
async def test_from_the_file_to_the_result(
    scene: Scene, market: Pubkey, ipfs: LocalIpfs, gateways: Gateways, definition: JobDefinition
) -> None:
    jobs = scene.builder.jobs
    async with Kubo(ipfs.url) as kubo:
        order: dict[str, Any] = {"definition": definition, "pinning": kubo, "timeout": TIMEOUT}
        posted = await jobs.post_definition(market, **order, idempotency_key="order-1")
        again = await jobs.post_definition(market, **order, idempotency_key="order-1")
    assert again.job == posted.job
    assert ipfs.pins == (definition.cid,)

    job = await jobs.fetch_job(posted.job)
    assert job.definition_cid == definition.cid
    fetched = await jobs.fetch_definition(posted.job, gateways=gateways)
    assert (fetched.content, fetched.cid) == (definition.content, definition.cid)
    [service] = (await jobs.fetch_services(posted.job, gateways=gateways)).services
    assert (service.op_id, service.port) == ("web", "80")
    assert service.url.endswith(".node.k8s.dev.nos.ci")
    assert (await jobs.fetch_services(posted.job, definition=definition)).services == (service,)

    with pytest.raises(WrongStateError, match="has no result: it is not done yet"):
        await jobs.fetch_result(posted.job, gateways=gateways)
    joined = await scene.host.hosts.join_queue(market)
    assert joined.run is not None
    await scene.host.hosts.finish_job(posted.job, result_cid=cid_of(RESULT))
    with pytest.raises(NotFetchedError, match=cid_of(RESULT)):
        await jobs.fetch_result(posted.job, gateways=gateways)
    ipfs.add(RESULT)
    result = await jobs.fetch_result(posted.job, gateways=gateways)
    assert (result.cid, result.content, result.job.state) == (cid_of(RESULT), RESULT, JobState.DONE)
    assert result.flow is not None
    assert result.flow.is_success
    assert result.flow.log_text("web") == "served\n"


@pytest.mark.usefixtures("staked_host")
async def test_a_job_that_was_ended_has_no_result(
    scene: Scene, market: Pubkey, definition: JobDefinition, gateways: Gateways
) -> None:
    jobs = scene.builder.jobs
    posted = await jobs.post_definition(
        market, definition=definition, pinning=None, timeout=TIMEOUT, allow_unpinned=True
    )
    await scene.host.hosts.join_queue(market)
    await jobs.stop_job(posted.job)
    with pytest.raises(WrongStateError, match="ended before its host wrote one"):
        await jobs.fetch_result(posted.job, gateways=gateways)


class Elsewhere:
    """A service that keeps something else than it was given."""

    endpoint = "elsewhere"

    async def pin(self, content: bytes) -> str:
        return cid_of(content + b"\n")


class Down:
    """A service that keeps nothing."""

    endpoint = "down"

    async def pin(self, content: bytes) -> str:
        raise NotPinnedError("down", endpoint="down", cid=cid_of(content))


async def test_nothing_is_paid_for_what_nobody_could_run(
    scene: Scene, market: Pubkey, ipfs: LocalIpfs, definition: JobDefinition
) -> None:
    invalid = make_job_definition({"version": "0.1", "type": "container", "ops": [{"type": "container/run"}]})
    before = await scene.builder.fetch_nos_balance()
    async with Kubo(ipfs.url) as kubo:
        refused: list[tuple[type[NosanaError], dict[str, Any]]] = [
            (NotPinnedError, {"definition": definition, "pinning": None}),
            (NotPinnedError, {"definition": definition, "pinning": Down()}),
            (ContentMismatchError, {"definition": definition, "pinning": Elsewhere()}),
            (JobDefinitionError, {"definition": invalid, "pinning": kubo}),
            (NosanaError, {"definition": definition, "pinning": kubo, "timeout": 0}),
        ]
        for error, call in refused:
            with pytest.raises(error):
                await scene.builder.jobs.post_definition(market, **{"timeout": TIMEOUT, **call})
    assert await scene.builder.fetch_nos_balance() == before
    assert ipfs.pins == ()
    assert await scene.builder.jobs.find_jobs(market=market) == []


async def test_what_was_told_to_be_posted_is(
    scene: Scene, market: Pubkey, ipfs: LocalIpfs, definition: JobDefinition
) -> None:
    jobs = scene.builder.jobs
    odd = make_job_definition({"version": "0.2", "type": "container", "ops": [{"type": "container/run"}]})
    async with Kubo(ipfs.url) as kubo:
        posted = await jobs.post_definition(
            market, definition=odd, pinning=kubo, timeout=TIMEOUT, allow_invalid=True, idempotency_key="k"
        )
        with pytest.raises(TermsDifferError):
            await jobs.post_definition(
                market, definition=definition, pinning=kubo, timeout=TIMEOUT, idempotency_key="k"
            )
    assert (await jobs.fetch_job(posted.job)).definition_cid == odd.cid
