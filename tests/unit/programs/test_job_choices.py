"""What actions on jobs look at, and what they send, in whatever moment the chain is."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import pytest
from seeing import WALLET, Cluster, instructions_of, program_account, token_account
from solders.account import Account
from solders.instruction import Instruction
from solders.pubkey import Pubkey

from nosana_chain import pda
from nosana_chain.bindings.jobs.accounts import JobAccount, MarketAccount, RunAccount
from nosana_chain.cid import cid_of
from nosana_chain.engine.action import Action
from nosana_chain.engine.engine import Engine
from nosana_chain.errors import NotFoundError, RpcResponseError, WrongStateError
from nosana_chain.models.job import Job, JobState
from nosana_chain.networks import LOCALNET
from nosana_chain.programs.jobs.actions import Hosts, Jobs
from nosana_chain.programs.jobs.instructions import delist_ix, end_ix, finish_ix, quit_ix
from nosana_chain.programs.jobs.results import PostedJob
from nosana_chain.wire.connection import Connection

ME = WALLET.address
JOB, RUN, OTHER_RUN, MARKET, OTHER = (Pubkey(letter.encode() * 32) for letter in "jrqmo")
RESULT = cid_of(b"result")
NOTHING = Account(1, b"", Pubkey.default())  # what is left of an account that was closed: lamports that somebody sent
START, END = 1_700_000_000, 1_700_000_060
WAITING = JobAccount(
    ipfs_job=[1] * 32,
    ipfs_result=[0] * 32,
    market=MARKET,
    node=Pubkey.default(),
    payer=ME,
    price=10,
    project=ME,
    state=0,
    time_end=0,
    time_start=0,
    timeout=600,
)
DONE = replace(WAITING, state=2, node=OTHER, time_start=START, time_end=END)
GIVEN_UP = replace(WAITING, state=3)


def job_account(job: JobAccount) -> Account:
    return program_account(job, LOCALNET.programs.jobs)


def run_account(*, node: Pubkey = ME, job: Pubkey = JOB) -> Account:
    run = RunAccount(job=job, node=node, payer=OTHER, state=0, time=START)
    return program_account(run, LOCALNET.programs.jobs)


class Moving(Cluster):
    """A cluster where something happens right after runs were searched for; without `then`, nobody may search."""

    def __init__(
        self, accounts: Mapping[Pubkey, Account], *, then: Callable[[], Mapping[Pubkey, Account]] | None
    ) -> None:
        super().__init__(accounts)
        self._then = then

    def getProgramAccounts(self, program: str, config: Any) -> Any:  # noqa: N802  the method's name
        if self._then is None:
            raise RpcResponseError("refused", endpoint="e", method="getProgramAccounts", rpc_code=None)
        found = super().getProgramAccounts(program, config)
        self.accounts |= self._then()
        return found


def scene(job: JobAccount, *, then: Callable[[], Mapping[Pubkey, Account]] | None = dict, **others: Account) -> Engine:
    places = {"run": RUN, "other_run": OTHER_RUN, "market": MARKET}
    purses = {
        pda.nos_account_address(owner, network=LOCALNET): token_account(mint=LOCALNET.nos_mint, owner=owner, amount=0)
        for owner in (ME, OTHER)
    }
    accounts = {JOB: job_account(job)} | purses | {places[name]: account for name, account in others.items()}
    connection = Connection(LOCALNET, transport=Moving(accounts, then=then))
    return Engine(connection=connection, wallet=WALLET)


def shape(instructions: list[Instruction]) -> list[Any]:
    """Instructions without what a transaction adds to them: who signs and pays for all is writable in each."""
    return [(one.program_id, one.data, [meta.pubkey for meta in one.accounts]) for one in instructions]


async def fetched(engine: Engine, **options: Any) -> Job:
    return await Jobs(engine).fetch_job(JOB, **options)


# ---------------------------------------------------------------- posting


def market_account(**changes: Any) -> Account:
    market = MarketAccount(
        authority=OTHER,
        job_expiration=0,
        job_price=0,
        job_timeout=0,
        job_type=0,
        vault=OTHER,
        vault_bump=255,
        node_access_key=Pubkey.default(),
        node_xnos_minimum=0,
        queue_type=255,
        queue=[],
    )
    return program_account(replace(market, **changes), LOCALNET.programs.jobs)


def post(engine: Engine) -> Action[PostedJob]:
    return Jobs(engine).post_job(MARKET, definition_cid=RESULT, timeout=60)


@pytest.mark.parametrize("queue", [{}, {"queue_type": 0, "queue": [JOB]}])
async def test_where_nothing_is_queued_and_no_host_waits_nothing_is_posted(queue: dict[str, Any]) -> None:
    engine = scene(WAITING, market=market_account(job_type=255, **queue))
    with pytest.raises(WrongStateError, match="the deposit would be lost"):
        await post(engine)


@pytest.mark.parametrize("terms", [{"job_type": 255, "queue_type": 1, "queue": [OTHER]}, {"job_type": 9}, {}])
async def test_posting_where_a_host_waits_or_the_job_can(terms: dict[str, Any]) -> None:
    engine = scene(WAITING, market=market_account(**terms))
    approving, listing, revoking = await instructions_of(post(engine))
    assert (approving.data[0], revoking.data[0]) == (4, 5)  # of the token program: the bound around what pays
    assert listing.program_id == LOCALNET.programs.jobs


# ---------------------------------------------------------------- reading


async def test_an_endpoint_that_lists_no_accounts_says_so() -> None:
    with pytest.raises(RpcResponseError):
        await fetched(scene(WAITING, then=None, run=run_account()))


async def test_something_else_where_the_run_should_be() -> None:
    with pytest.raises(NotFoundError, match="no run"):
        await fetched(scene(WAITING), run=JOB)


async def test_a_job_that_is_done_needs_no_search() -> None:
    assert (await fetched(scene(DONE, then=None))).reward == 600


async def test_a_job_whose_run_is_known_needs_no_search() -> None:
    job = await fetched(scene(WAITING, then=None, run=run_account()), run=RUN)
    assert job.run is not None
    assert (job.state, job.run.address) == (JobState.RUNNING, RUN)


@pytest.mark.parametrize("stale", [{}, {"run": run_account(job=OTHER)}])
async def test_a_job_that_runs_elsewhere_is_found_all_the_same(stale: dict[str, Account]) -> None:
    job = await fetched(scene(WAITING, other_run=run_account(), **stale), run=RUN)
    assert job.run is not None
    assert (job.state, job.run.address) == (JobState.RUNNING, OTHER_RUN)


async def test_a_job_that_ends_between_two_looks_does_not_seem_to_wait() -> None:
    assert (await fetched(scene(WAITING, then=lambda: {JOB: job_account(DONE)}))).state is JobState.DONE
    ended = {JOB: job_account(DONE), RUN: NOTHING}
    engine = scene(WAITING, run=run_account(), then=lambda: ended)
    [job] = await Jobs(engine).find_jobs(market=MARKET)
    assert (job.state, job.run) == (JobState.DONE, None)


async def test_a_state_that_nobody_knows() -> None:
    assert (await fetched(scene(replace(WAITING, state=9)))).state is JobState.UNKNOWN


# ---------------------------------------------------------------- acting


async def test_a_run_of_another_job_is_refused() -> None:
    engine = scene(WAITING, run=run_account(job=OTHER))
    with pytest.raises(WrongStateError, match="is not of job"):
        await Hosts(engine).finish_job(JOB, result_cid=RESULT, run=RUN)
    with pytest.raises(NotFoundError, match="no run"):
        await Hosts(engine).quit_job(JOB, run=OTHER_RUN)


async def test_a_job_that_was_given_up_and_not_claimed_is_not_stopped() -> None:
    with pytest.raises(WrongStateError, match="it is stopped"):
        await Jobs(scene(GIVEN_UP)).stop_job(JOB)


@pytest.mark.parametrize("job", [WAITING, GIVEN_UP])
async def test_a_job_that_a_host_works_on_is_ended(job: JobAccount) -> None:
    engine = scene(job, then=None, run=run_account(node=OTHER))
    stopping = Jobs(engine).stop_job(JOB, run=RUN)
    ending = end_ix(
        job=JOB, run=RUN, market=MARKET, job_payer=ME, run_payer=OTHER, node=OTHER, authority=ME, network=LOCALNET
    )
    assert shape(await instructions_of(stopping)) == shape([ending])


async def test_a_job_that_nobody_works_on_is_delisted() -> None:
    engine = scene(WAITING)
    delisting = delist_ix(job=JOB, market=MARKET, payer=ME, network=LOCALNET)
    assert shape(await instructions_of(Jobs(engine).stop_job(JOB))) == shape([delisting])


async def test_of_several_claims_of_a_job_a_host_finishes_its_own() -> None:
    engine = scene(GIVEN_UP, run=run_account(node=OTHER), other_run=run_account())
    finishing = finish_ix(
        job=JOB,
        run=OTHER_RUN,
        market=MARKET,
        job_payer=ME,
        run_payer=OTHER,
        authority=ME,
        result_cid=RESULT,
        network=LOCALNET,
    )
    quitting = quit_ix(job=JOB, run=OTHER_RUN, run_payer=OTHER, authority=ME, network=LOCALNET)
    assert shape(await instructions_of(Hosts(engine).finish_job(JOB, result_cid=RESULT))) == shape([finishing])
    assert shape(await instructions_of(Hosts(engine).quit_job(JOB))) == shape([quitting])


async def test_what_needs_no_run_searches_for_none() -> None:
    for job, act in (
        (replace(WAITING, price=0), lambda jobs: jobs.extend_job(JOB, by=1)),
        (GIVEN_UP, lambda jobs: jobs.recover_job(JOB)),
        (DONE, lambda jobs: jobs.clean_job(JOB)),
        (DONE, lambda jobs: jobs.clean_job_as_admin(JOB)),
    ):
        engine = scene(job, then=None)
        assert await instructions_of(act(Jobs(engine)))


async def test_a_host_that_knows_its_run_searches_for_none() -> None:
    engine = scene(WAITING, then=None, run=run_account())
    hosts = Hosts(engine)
    for action in (
        hosts.finish_job(JOB, result_cid=RESULT, run=RUN),
        hosts.quit_job(JOB, run=RUN),
        hosts.evict_host(JOB, run=RUN),
    ):
        assert await instructions_of(action)
