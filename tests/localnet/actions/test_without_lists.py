"""On a network whose endpoint lists no accounts, everything is found by transactions, and these tell what happened."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import Any

import pytest
from fault.wire import failure
from solders.pubkey import Pubkey
from stage import CID, RESULT, TIMEOUT, Scene

from nosana_chain.client import NosanaClient
from nosana_chain.engine.addresses.book import AddressBook
from nosana_chain.errors import InputError, NotFoundError, RpcResponseError
from nosana_chain.models.job import Job, JobState
from nosana_chain.networks import Network
from nosana_chain.programs.event_families import all_events
from nosana_chain.programs.jobs.events import JobEventKind, job_events
from nosana_chain.programs.jobs.fold import job_after
from nosana_chain.wire.signatures import fetch_signatures
from nosana_chain.wire.transactions import fetch_transaction
from nosana_chain.wire.transport import HttpTransport, RpcRequest


class Unlisting:
    """An endpoint that refuses to list the accounts of a program, and counts."""

    def __init__(self, network: Network) -> None:
        self.calls: Counter[str] = Counter()
        self._wire = HttpTransport(str(network.rpc_url))

    @property
    def endpoint(self) -> str:
        return self._wire.endpoint

    async def send(self, request: RpcRequest) -> bytes:
        self.calls[request.method] += 1
        if request.method == "getProgramAccounts":
            return failure(-32010, "excluded from account secondary indexes; this RPC method unavailable for key")
        return await self._wire.send(request)

    async def aclose(self) -> None:
        await self._wire.aclose()


def by_address(found: Any) -> dict[Pubkey, Any]:
    return {one.address: one for one in found}


@pytest.fixture
async def lived(scene: Scene, market: Pubkey, staked_host: NosanaClient) -> Pubkey:
    """A market with a job that is done, one that was given up, one that runs, one that waits; one was taken back."""
    first = await scene.builder.jobs.post_job(market, definition_cid=CID, timeout=TIMEOUT)
    joined = await staked_host.hosts.join_queue(market)
    await staked_host.hosts.finish_job(first.job, result_cid=RESULT, run=joined.run)
    await staked_host.hosts.join_queue(market)
    second = await scene.builder.jobs.post_job(market, definition_cid=CID, timeout=TIMEOUT)
    await staked_host.hosts.quit_job(second.job, run=second.run)
    third = await scene.builder.jobs.post_job(market, definition_cid=CID, timeout=TIMEOUT)
    await scene.builder.jobs.extend_job(third.job, by=TIMEOUT)
    await staked_host.hosts.join_queue(market)
    fourth = await scene.builder.jobs.post_job(market, definition_cid=CID, timeout=TIMEOUT)
    await scene.builder.jobs.stop_job(fourth.job)
    await scene.builder.jobs.post_job(market, definition_cid=CID, timeout=TIMEOUT)
    return market


async def test_the_same_is_found_as_by_lists(scene: Scene, lived: Pubkey) -> None:
    wire, book = Unlisting(scene.net.network), AddressBook()
    full, builder, host = scene.builder, scene.net.wallets["builder"].address, scene.net.wallets["host"].address
    async with NosanaClient(scene.net.network, transport=wire, address_book=book) as client:
        for keys in ({"market": lived}, {"payer": builder}, {"project": builder}, {"host": host}):
            expected = by_address(await full.jobs.find_jobs(**keys))
            assert expected
            assert by_address(await client.jobs.find_jobs(**keys)) == expected, keys
        jobs = await client.jobs.find_jobs(market=lived)
        assert {job.state for job in jobs} == {JobState.DONE, JobState.STOPPED, JobState.RUNNING, JobState.QUEUED}
        assert await client.hosts.find_runs(host=host) == await full.hosts.find_runs(host=host)
        for job in jobs:
            assert await client.jobs.fetch_job(job.address) == await full.jobs.fetch_job(job.address)
        operator = scene.net.wallets["operator"].address
        assert await client.markets.find_markets(authority=operator) == await full.markets.find_markets(
            authority=operator
        )
        stakes = by_address(await client.stakes.find_stakes())
        made = {at: one for at, one in by_address(await full.stakes.find_stakes()).items() if one.authority == host}
        assert stakes == made  # no transaction names the stakes of the genesis
        assert stakes
        with pytest.raises(RpcResponseError, match="doesn't list the accounts"):  # one that is missing would count
            await client.markets.audit_market(lived)
    wire = Unlisting(scene.net.network)
    async with NosanaClient(
        scene.net.network, transport=wire, address_book=AddressBook.from_json(book.to_json())
    ) as again:
        assert by_address(await again.jobs.find_jobs(market=lived)) == by_address(jobs)
    assert wire.calls["getTransaction"] == 0


async def test_the_events_of_one_transaction(scene: Scene, market: Pubkey) -> None:
    posted = await scene.builder.jobs.post_job(market, definition_cid=CID, timeout=TIMEOUT)
    assert posted.receipt is not None
    found = await scene.host.transactions.fetch_events(str(posted.receipt.signature))
    assert {name: [event.kind for event in events] for name, events in found.items()} == {
        "jobs": ["posted", "queued"],
        "markets": ["job_queued"],
    }
    job, queued = found["jobs"]
    assert (job.address, queued.slot, job.signature) == (posted.job, posted.receipt.slot, posted.receipt.signature)
    for asked, error in (("1" * 64, NotFoundError), ("no signature", InputError), (bytes(64), InputError)):
        with pytest.raises(error):
            await scene.host.transactions.fetch_events(asked)  # type: ignore[arg-type]


async def test_transactions_of_the_network_tell_what_happened(scene: Scene, lived: Pubkey) -> None:
    connection = scene.builder.connection
    known: dict[Pubkey, Job | None] = {}
    kinds: Counter[JobEventKind] = Counter()
    families: set[str] = set()
    for listed in reversed(await fetch_signatures(connection, scene.net.network.programs.jobs)):
        landed = await fetch_transaction(connection, listed.signature)
        assert landed is not None
        timed = replace(landed, block_time=listed.block_time)
        families |= set(all_events(timed, network=connection.network))
        for event in job_events(timed, network=connection.network):
            assert event.slot == listed.slot
            kinds[event.kind] += 1
            if event.address is not None:
                known[event.address] = job_after(known.get(event.address), event)
    assert kinds == {
        JobEventKind.POSTED: 5,
        JobEventKind.QUEUED: 4,
        JobEventKind.STARTED: 3,
        JobEventKind.FINISHED: 1,
        JobEventKind.QUIT: 1,
        JobEventKind.EXTENDED: 1,
        JobEventKind.DELISTED: 1,
    }
    assert families == {"jobs", "markets", "hosts"}
    for job in await scene.builder.jobs.find_jobs(market=lived):
        told = known[job.address]
        if told is not None:
            assert told.with_run(job.run) == job
    assert sum(job is not None for job in known.values()) >= 3
