"""Whether jobs run is asked in few calls, whatever number of them there is, and as they are after the last look."""

from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any

import pytest
from seeing import Cluster
from solders.account import Account
from solders.pubkey import Pubkey
from test_job_choices import DONE, GIVEN_UP, MARKET, NOTHING, WAITING, job_account, run_account

from nosana_chain.models.job import JobState
from nosana_chain.networks import LOCALNET
from nosana_chain.programs.jobs.queries import find_jobs
from nosana_chain.wire.connection import Connection
from nosana_chain.wire.transport import RpcRequest

FEW = 4
Change = Callable[[], Mapping[Pubkey, Account]]


class Counting(Cluster):
    """A cluster that counts, and where things happen right after the first list of accounts."""

    def __init__(self, accounts: Mapping[Pubkey, Account], *, then: Change = dict) -> None:
        super().__init__(accounts)
        self.calls: Counter[str] = Counter()
        self._then = then

    async def send(self, request: RpcRequest) -> bytes:
        self.calls[request.method] += 1
        return await super().send(request)

    def getProgramAccounts(self, program: str, config: Any) -> Any:  # noqa: N802  the method's name
        found = super().getProgramAccounts(program, config)
        self.accounts |= self._then()
        return found


def at(kind: str, number: int) -> Pubkey:
    return Pubkey(f"{kind} {number}".encode().ljust(32, b"."))


def cluster(*, running: int = 0, waiting: int = 0, done: int = 0, then: Change = dict) -> Counting:
    kinds = [*["running"] * running, *["waiting"] * waiting, *["done"] * done]
    jobs = {at(kind, k): job_account(DONE if kind == "done" else WAITING) for k, kind in enumerate(kinds)}
    runs = {at("run", k): run_account(job=at("running", k)) for k in range(running)}
    strangers = {at("other", k): run_account(job=at("foreign", k)) for k in range(50)}
    return Counting({**jobs, **runs, **strangers}, then=then)


async def states(chain: Counting) -> Counter[JobState]:
    found = await find_jobs(Connection(LOCALNET, transport=chain), market=MARKET)
    assert all((job.run is not None) == (job.state is JobState.RUNNING) for job in found)
    return Counter(job.state for job in found)


async def test_jobs_that_are_done_need_no_second_call() -> None:
    chain = cluster(done=300)
    assert await states(chain) == {JobState.DONE: 300}
    assert chain.calls == {"getProgramAccounts": 1}


@pytest.mark.parametrize("running", range(1, FEW + 1))
async def test_the_runs_of_a_few_are_asked_for_one_by_one(running: int) -> None:
    chain = cluster(running=running, done=20)
    assert await states(chain) == {JobState.RUNNING: running, JobState.DONE: 20}
    assert chain.calls == {"getProgramAccounts": 1 + running}


@pytest.mark.parametrize(("running", "waiting", "looks"), [(5, 0, 0), (2, 3, 1), (40, 250, 3)])
async def test_the_runs_of_many_are_one_call_and_who_has_none_is_looked_at_again(
    running: int, waiting: int, looks: int
) -> None:
    chain = cluster(running=running, waiting=waiting, done=7)
    assert await states(chain) == {
        state: count
        for state, count in ((JobState.RUNNING, running), (JobState.QUEUED, waiting), (JobState.DONE, 7))
        if count
    }
    assert chain.calls["getProgramAccounts"] == 2
    assert chain.calls["getMultipleAccounts"] == looks


@pytest.mark.parametrize("others", [0, FEW])
async def test_a_job_that_ends_meanwhile_is_told_as_ended(others: int) -> None:
    ended = {at("running", 0): job_account(DONE), at("run", 0): NOTHING}
    chain = cluster(running=1, waiting=others, then=lambda: ended)
    assert (await states(chain))[JobState.DONE] == 1


@pytest.mark.parametrize("others", [0, FEW])
async def test_a_job_that_is_delisted_meanwhile_is_not_told(others: int) -> None:
    chain = cluster(waiting=1 + others, then=lambda: {at("waiting", 0): NOTHING})
    assert await states(chain) == ({JobState.QUEUED: others} if others else {})


async def test_a_job_that_another_host_claimed_has_its_run() -> None:
    chain = Counting({at("job", 0): job_account(GIVEN_UP), at("run", 0): run_account(job=at("job", 0))})
    [job] = await find_jobs(Connection(LOCALNET, transport=chain), market=MARKET)
    assert job.run is not None
    assert (job.state, job.run.address) == (JobState.STOPPED, at("run", 0))
