"""What a search by transactions does at its limits, and what it says."""

import asyncio
from typing import Any

import pytest
from behaviour.call import Account
from harness.history import GENESIS, Archive
from harness.postings import MARKET, archive, jobs, key, posting, taking
from solders.pubkey import Pubkey
from solders.rpc.filter import Memcmp
from test_job_choices import GIVEN_UP, WAITING, job_account, run_account

from nosana_chain.bindings.jobs.accounts import JobAccount
from nosana_chain.client import NosanaClient
from nosana_chain.engine.addresses.book import AddressBook
from nosana_chain.errors import InputError, NotFoundError, Retry, RpcEndpointError, RpcResponseError, SearchTooLongError
from nosana_chain.models.job import JobState
from nosana_chain.networks import LOCALNET
from nosana_chain.programs.address_search import AddressSearch
from nosana_chain.programs.jobs.queries import fetch_job, find_jobs
from nosana_chain.wire.connection import Connection
from nosana_chain.wire.transport import RpcRequest

PROGRAM = LOCALNET.programs.jobs


def with_jobs(node: Archive, numbers: Any, *, job: Any = WAITING) -> Archive:
    """Their accounts are there too."""
    account = job_account(job)
    for one in jobs(numbers):
        node.accounts[one] = Account(account.lamports, account.owner, account.data)
    return node


def searching(node: Archive, book: AddressBook | None = None, *, most: int = 10_000) -> Connection:
    connection = Connection(LOCALNET, transport=node)
    connection.directory = AddressSearch(AddressBook() if book is None else book, most=most)
    return connection


async def test_a_search_that_would_read_too_much_stops_and_goes_on_when_it_is_asked_again() -> None:
    node, book = with_jobs(archive(300), range(300)), AddressBook()
    connection = searching(node, book, most=100)
    with pytest.raises(SearchTooLongError, match="more transactions than the 128 that were read") as caught:
        await find_jobs(connection, market=MARKET)
    assert (caught.value.retry, caught.value.address, caught.value.read) == (Retry.SAME, str(MARKET), 128)
    with pytest.raises(SearchTooLongError):
        await find_jobs(connection, market=MARKET)
    assert len(await find_jobs(connection, market=MARKET)) == 300
    assert node.calls["getTransaction"] == 300  # runs are looked for in the market too, which is known by then


async def test_known_accounts_are_read_by_hundreds_and_those_that_are_gone_only_once() -> None:
    node = with_jobs(archive(300), range(150))
    connection = searching(node)
    assert {job.address for job in await find_jobs(connection, market=MARKET)} == jobs(range(150))
    assert node.calls["getMultipleAccounts"] == 3 + 2  # all that were named; and again those that don't run
    node.calls.clear()
    assert {job.address for job in await find_jobs(connection, market=MARKET)} == jobs(range(150))
    assert node.calls["getMultipleAccounts"] == 2 + 2
    assert node.calls["getTransaction"] == 0


async def test_it_is_said_once_that_accounts_may_be_missing(caplog: pytest.LogCaptureFixture) -> None:
    node = with_jobs(archive(3), range(3))
    node.hidden = {node.signatures[1]}
    connection = searching(node)
    for _ in range(2):
        assert {job.address for job in await find_jobs(connection, market=MARKET)} == jobs({0, 2})
    told = [record.message for record in caplog.records]
    assert sum("Accounts (job) are looked for in the transactions that name them" in one for one in told) == 1
    assert sum("1 listed transactions couldn't be read: job accounts may be missing" in one for one in told) == 2


async def test_an_account_of_no_known_kind_is_refused_as_before() -> None:
    connection = searching(archive(1))
    for filters in ([], [165], [Memcmp(0, b"unknown!")], [Memcmp(8, bytes(MARKET))]):
        with pytest.raises(RpcResponseError, match="refused"):
            await connection.find_accounts(PROGRAM, filters=filters)


class Silent(Archive):
    """An endpoint that doesn't tell transactions either."""

    refuses = "getSignaturesForAddress"
    error: type[RpcResponseError] = RpcResponseError

    async def send(self, request: RpcRequest) -> bytes:
        if request.method == self.refuses:
            raise self.error("no history here", endpoint=self.endpoint, method=self.refuses, rpc_code=-32011)
        return await super().send(request)


@pytest.mark.parametrize("method", ["getSignaturesForAddress", "getTransaction"])
async def test_an_endpoint_that_tells_no_transactions_either_says_so(method: str) -> None:
    node = Silent([posting(0)], {})
    node.refuses = method
    with pytest.raises(RpcResponseError, match=r"doesn't tell the transactions either.*no history here") as caught:
        await find_jobs(searching(node), market=MARKET)
    assert (caught.value.facts["method"], caught.value.retry) == ("getProgramAccounts", Retry.NEVER)
    node.error = RpcEndpointError
    with pytest.raises(RpcEndpointError, match=r"^no history here$"):
        await find_jobs(searching(node), market=MARKET)


async def test_filters_may_be_written_in_base58_too() -> None:
    node = with_jobs(archive(3), range(3))
    filters = [Memcmp(0, JobAccount.discriminator), Memcmp(72, str(MARKET))]
    found = await searching(node).find_accounts(PROGRAM, filters=filters)
    assert {address for address, _ in found} == jobs(range(3))
    assert await searching(node).find_accounts(PROGRAM, filters=[*filters, 1]) == []


async def test_a_book_of_another_cluster_is_not_used() -> None:
    node, book = with_jobs(archive(1), [0]), AddressBook()
    assert len(await find_jobs(searching(node, book), market=MARKET)) == 1
    assert book.cluster == GENESIS
    other = with_jobs(archive(1), [0])
    other.genesis = str(Pubkey(b"g" * 32))
    with pytest.raises(InputError, match="another cluster"):
        await find_jobs(searching(other, book), market=MARKET)


async def test_two_searches_at_once_read_everything_once() -> None:
    node = with_jobs(archive(200), range(200))
    connection = searching(node)
    found = await asyncio.gather(*(find_jobs(connection, market=MARKET) for _ in range(3)))
    assert [len(one) for one in found] == [200, 200, 200]
    assert node.calls["getTransaction"] == 200


async def test_the_run_of_a_job_that_is_gone_is_looked_for_in_its_own_transactions_alone() -> None:
    node = archive(5)
    with pytest.raises(NotFoundError):
        await fetch_job(searching(node), key("job", 2))
    with_jobs(node, [2], job=GIVEN_UP)
    job = await fetch_job(searching(node), key("job", 2))
    assert job.run is None


@pytest.mark.parametrize("others", [0, 9])
async def test_a_run_that_a_host_began_is_found_in_the_market(others: int) -> None:
    node = with_jobs(archive(3 + others), range(3 + others))
    node.add(taking(1))
    run = run_account(job=key("job", 1))
    node.accounts[key("run", 1)] = Account(run.lamports, run.owner, run.data)
    job = await fetch_job(searching(node), key("job", 1))
    assert job.run is not None
    assert (job.state, job.run.address) == (JobState.RUNNING, key("run", 1))
    found = await find_jobs(searching(node), market=MARKET)
    assert {one.address for one in found if one.run} == {key("job", 1)}


async def test_a_search_for_runs_reads_a_market_back_to_the_oldest_job_that_is_open() -> None:
    old = [posting(number) for number in range(1000)]
    node = with_jobs(Archive(old, {}, page=50), [960, 970])
    connection = searching(node)
    await fetch_job(connection, key("job", 960))
    assert node.calls["getTransaction"] <= 1 + 100


async def test_a_client_has_an_address_book_and_reads_ahead() -> None:
    node, book = with_jobs(archive(70), range(70)), AddressBook()
    async with NosanaClient(LOCALNET, transport=node, address_book=book) as client:
        assert client.addresses.reach(MARKET).newest_slot is None
        with pytest.raises(SearchTooLongError):
            await client.addresses.grow(MARKET, most=10)
        reach = await client.addresses.grow(str(MARKET))
        assert (reach.is_whole, reach.unread, client.addresses.reach(MARKET)) == (True, 0, reach)
        assert client.addresses.book is book
        node.calls.clear()
        assert len(await client.jobs.find_jobs(market=MARKET)) == 70
        assert node.calls["getTransaction"] == 0
        with pytest.raises(InputError):
            await client.addresses.grow("nowhere")


async def test_a_client_without_a_book_finds_jobs_all_the_same() -> None:
    async with NosanaClient(LOCALNET, transport=with_jobs(archive(5), range(5))) as client:
        assert len(await client.jobs.find_jobs(market=MARKET)) == 5
