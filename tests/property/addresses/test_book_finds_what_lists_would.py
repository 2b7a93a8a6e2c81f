"""In random lives, an address book finds the accounts that the program's list has, by every filter that there is."""

from collections.abc import Sequence
from typing import Any

import pytest
from behaviour.call import ABSENT
from fidelity.calls import CALLS_A_LIFE
from fidelity.draft import INTENTS
from harness.history import Archive
from harness.landing import Landing, random_landings, read_in
from model.states import kind_of
from solders.pubkey import Pubkey

from nosana_chain.engine.addresses.book import AddressBook
from nosana_chain.models.job import Job, JobState, Run
from nosana_chain.models.market import Market
from nosana_chain.models.pool import Pool
from nosana_chain.models.stake import Stake
from nosana_chain.networks import LOCALNET
from nosana_chain.programs.address_search import AddressSearch
from nosana_chain.programs.jobs.queries import fetch_job, find_jobs, find_markets, find_runs
from nosana_chain.programs.pools.queries import find_pools
from nosana_chain.programs.staking.queries import STAKE
from nosana_chain.wire.connection import Connection

SEEDS = (22, 34)
JOBS = [name for name in INTENTS if name[0] == "nosana_jobs" and not name[1].startswith("close")]


def one_life(seed: int, names: Any) -> list[Landing]:
    """What landed in one life, of calls on accounts that were not damaged."""
    landings = list(random_landings(CALLS_A_LIFE, seed, names))
    return [one for one in landings if one.lasts]


@pytest.fixture(scope="module", params=SEEDS)
def life(request: pytest.FixtureRequest) -> list[Landing]:
    return one_life(request.param, JOBS)


@pytest.fixture(scope="module")
def full_life() -> list[Landing]:
    """A life with calls of all programs."""
    return one_life(SEEDS[1], INTENTS)


def archive(life: Sequence[Landing], **options: Any) -> Archive:
    return Archive([one.landed for one in life], life[0].life.state, **options)


def listing(life: Sequence[Landing]) -> Connection:
    return Connection(LOCALNET, transport=archive(life, lists=True))


def searching(node: Archive, book: AddressBook | None = None) -> Connection:
    connection = Connection(LOCALNET, transport=node)
    connection.directory = AddressSearch(AddressBook() if book is None else book)
    return connection


def by_address(found: Sequence[Any]) -> dict[Pubkey, Any]:
    assert len({one.address for one in found}) == len(found)
    return {one.address: one for one in found}


def runs_in(life: Sequence[Landing]) -> list[Run]:
    return [Run.decode(at, one.data) for at, one in life[0].life.state.items() if kind_of(one) == "Run"]


async def test_these_lives_have_jobs_in_every_state(life: list[Landing]) -> None:
    jobs = await find_jobs(listing(life))
    assert {job.state for job in jobs} >= {JobState.RUNNING, JobState.DONE, JobState.QUEUED, JobState.STOPPED}
    assert len({job.market for job in jobs}) > 2


@pytest.mark.parametrize("field", ["market", "payer", "project"])
@pytest.mark.parametrize("page", [1000, 7])
async def test_jobs_by_each_field_with_their_runs(life: list[Landing], field: str, page: int) -> None:
    for key in {getattr(job, field) for job in await find_jobs(listing(life))}:
        expected = await find_jobs(listing(life), **{field: key})
        found = await find_jobs(searching(archive(life, page=page)), **{field: key})
        assert _comparable(found) == _comparable(expected)


async def test_all_jobs_with_their_runs(life: list[Landing]) -> None:
    found = await find_jobs(searching(archive(life)))
    assert _comparable(found) == _comparable(await find_jobs(listing(life)))


async def test_jobs_and_runs_of_each_host(life: list[Landing]) -> None:
    jobs, runs = await find_jobs(listing(life)), runs_in(life)
    hosts = ({run.node for run in runs} | {job.node for job in jobs if job.node}) & set(life[0].life.wallets)
    assert len(hosts) > 1
    for host in hosts:
        found = await find_runs(searching(archive(life)), host=host)
        assert by_address(found) == by_address(await find_runs(listing(life), host=host))
        found = await find_jobs(searching(archive(life)), host=host)
        assert by_address(found) == by_address(await find_jobs(listing(life), host=host))


async def test_each_job_and_the_run_that_its_own_transactions_need_not_name(life: list[Landing]) -> None:
    running = {run.job for run in runs_in(life)}
    for job in await find_jobs(listing(life)):
        found, expected = [await fetch_job(one, job.address) for one in (searching(archive(life)), listing(life))]
        assert _comparable([found]) == _comparable([expected])
        assert job.state is JobState.DONE or (found.run is not None) == (job.address in running)


async def test_other_accounts_that_were_made_are_found(full_life: list[Landing]) -> None:
    connection = searching(archive(full_life))
    for find, model in ((find_markets, Market), (find_pools, Pool), (STAKE.find, Stake)):
        there = by_address(await find(listing(full_life)))
        made = {at for one in full_life for at in one.after if _is_made(one, at, model)} & set(there)
        assert made, model
        assert made <= set(by_address(await find(connection))) <= set(there), model


@pytest.mark.parametrize(("find", "model"), [(find_markets, Market), (find_pools, Pool)])
async def test_other_accounts_of_an_authority(full_life: list[Landing], find: Any, model: Any) -> None:
    there = by_address(await find(listing(full_life)))
    made = [there[at] for one in full_life for at in one.after if _is_made(one, at, model) and at in there]
    for authority in {one.authority for one in made}:
        found = by_address(await find(searching(archive(full_life)), authority=authority))
        assert {one.address for one in made if one.authority == authority} <= set(found)
        assert found == {at: one for at, one in there.items() if at in found and one.authority == authority}


async def test_a_book_that_was_saved_asks_only_for_what_is_new(life: list[Landing]) -> None:
    market = (await find_jobs(listing(life)))[0].market
    half = len(life) // 2
    book = AddressBook()
    await find_jobs(searching(archive(life[:half]), book), market=market)
    node = archive(life)
    found = await find_jobs(searching(node, AddressBook.from_json(book.to_json())), market=market)
    assert _comparable(found) == _comparable(await find_jobs(listing(life), market=market))
    assert node.calls["getTransaction"] <= len(life) - half
    asked = node.calls["getTransaction"]
    whole = archive(life)
    await find_jobs(searching(whole), market=market)
    assert asked < whole.calls["getTransaction"]


def _comparable(jobs: Sequence[Job]) -> dict[Pubkey, Any]:
    """Jobs, with whether they have a run: one that several hosts claimed is told with any of theirs."""
    return {
        job.address: (job.state, job.run is not None, job.definition_cid, job.timeout, job.node, job.result_cid)
        for job in jobs
    }


def _is_made(landing: Landing, address: Pubkey, model: Any) -> bool:
    return not landing.before.get(address, ABSENT).data and read_in(landing.after, address, model) is not None
