"""Well-meant calls of the jobs program."""

from typing import Any

from behaviour.call import SYSTEM_PROGRAM, Account
from model.addresses import (
    MARKET_ADMIN,
    NOS,
    TOKEN_PROGRAM,
    associated_token_address,
    market_vault_address,
    metadata_address,
    stake_address,
)
from model.checked import I64_MAX
from model.jobs.shared import DONE, EMPTY_QUEUE, JOBS_QUEUE, NO_RESULT, NODES_QUEUE, QUEUED, STOPPED
from model.spl_token import ACCOUNT_SIZE, TokenAccount
from solders.pubkey import Pubkey

from fidelity.beginning import COLLECTION, MINTS, PRICES
from fidelity.intents import NO_VALUES, Roles, Values, intent
from fidelity.life import Life, NothingFitsError

JOBS = "nosana_jobs"
Called = tuple[Roles, Values]
TIMEOUTS = (0, 60, 3_600, 7_200)


@intent(JOBS, "open")
def open_market(life: Life) -> Called:
    market, mint = life.fresh(), life.pick(MINTS)
    roles = {"mint": mint, "market": market, "vault": market_vault_address(market, mint), "authority": life.wallet()}
    return roles | {"access_key": _access_key(life)}, _terms(life) | {"node_xnos_minimum": _minimum(life)}


@intent(JOBS, "update")
def update(life: Life) -> Called:
    market, record = life.record("Market")
    roles = {"market": market, "authority": record.authority, "access_key": _access_key(life)}
    return roles, _terms(life) | {"node_stake_minimum": _minimum(life)}


def _access_key(life: Life) -> Pubkey:
    chosen: Pubkey = life.pick((SYSTEM_PROGRAM, SYSTEM_PROGRAM, SYSTEM_PROGRAM, COLLECTION))
    return chosen


def _minimum(life: Life) -> int:
    minimum: int = life.pick((0, 0, 10**6, 10**12))
    return minimum


def _terms(life: Life) -> dict[str, int]:
    return {
        "job_expiration": life.pick((0, 60, 86_400)),
        "job_price": life.pick(PRICES),
        "job_timeout": life.pick(TIMEOUTS),
        "job_type": life.pick((0, 1, 4, 5, 255)),
    }


@intent(JOBS, "close")
def close(life: Life) -> Called:
    market, record = life.record("Market")
    return _closing(life, market, record.authority)


@intent(JOBS, "close_admin")
def close_admin(life: Life) -> Called:
    return _closing(life, life.record("Market")[0], MARKET_ADMIN)


def _closing(life: Life, market: Pubkey, authority: Pubkey) -> Called:
    user = associated_token_address(life.wallet())
    return {"market": market, "vault": market_vault_address(market), "authority": authority, "user": user}, NO_VALUES


def _posting(life: Life, market: Pubkey) -> Called:
    payer = life.wallet()
    roles = {
        "job": life.fresh(),
        "run": life.fresh(),
        "market": market,
        "payer": payer,
        "authority": payer if life.chance(0.8) else life.wallet(),
        "user": associated_token_address(payer),
        "vault": market_vault_address(market),
    }
    return roles, {"ipfs_job": life.fresh(), "timeout": life.pick(TIMEOUTS)}


@intent(JOBS, "list")
def list_job(life: Life) -> Called:
    return _posting(life, life.record("Market")[0])


@intent(JOBS, "assign")
def assign(life: Life) -> Called:
    market, record = _market_of_hosts(life)
    roles, values = _posting(life, market)
    return roles | {"node": _queued_host(life, record)}, values


def _queued_host(life: Life, market: Any) -> Pubkey:
    """A key of the queue: a wallet, where one waits, since only wallets have token accounts."""
    waiting = [key for key in market.queue if key in life.wallets]
    chosen: Pubkey = life.pick(waiting or market.queue or life.wallets)
    return chosen


def _market_of_hosts(life: Life) -> tuple[Pubkey, Any]:
    return life.record("Market", lambda market: market.queue_type == NODES_QUEUE)


def _job_roles(job: Pubkey, record: Any) -> Roles:
    """The accounts of a job's owner, and those of its market."""
    return {
        "job": job,
        "market": record.market,
        "vault": market_vault_address(record.market),
        "payer": record.payer,
        "authority": record.project,
        "user": associated_token_address(record.payer),
        "deposit": associated_token_address(record.payer),
    }


@intent(JOBS, "delist")
def delist(life: Life) -> Called:
    market, record = life.record("Market", lambda of: of.queue_type == JOBS_QUEUE)
    waiting = [key for key in record.queue if life.at("Job", key)]
    if not waiting:
        raise NothingFitsError
    job = life.pick(waiting)
    return _job_roles(job, life.at("Job", job)) | {"market": market}, NO_VALUES


@intent(JOBS, "recover")
def recover(life: Life) -> Called:
    return _job_roles(*life.record("Job", lambda job: job.state == STOPPED)), NO_VALUES


@intent(JOBS, "extend")
def extend(life: Life) -> Called:
    job, record = life.record("Job", lambda job: job.state == QUEUED)
    longer = min(I64_MAX, record.timeout + life.pick((0, 1, 60, 3_600)))
    return _job_roles(job, record), {"timeout": longer}


def _running(life: Life) -> tuple[Pubkey, Any, Pubkey, Any]:
    run, record = life.record("Run", lambda run: life.at("Job", run.job) is not None and run.node in life.wallets)
    job = life.at("Job", record.job)
    if job is None:
        raise NothingFitsError
    return run, record, record.job, job


@intent(JOBS, "end")
def end(life: Life) -> Called:
    run, record, job, of = _running(life)
    roles = _job_roles(job, of) | {"run": run, "payer": record.payer, "user": associated_token_address(record.node)}
    return roles, NO_VALUES


@intent(JOBS, "finish")
def finish(life: Life) -> Called:
    run, record, job, of = _running(life)
    user = associated_token_address(record.node if life.chance(0.8) else of.payer)  # deposit = user is allowed
    roles = {"run": run, "payer_run": record.payer, "payer_job": of.payer, "authority": record.node, "user": user}
    return _job_roles(job, of) | roles, {"ipfs_result": life.fresh()}


def _access_roles(life: Life, node: Pubkey) -> Roles:
    tokens = [
        (address, TokenAccount.unpack(account.data))
        for address, account in life.state.items()
        if _is_token_of(account, node)
    ]
    keys = [(address, metadata_address(token.mint)) for address, token in tokens if token.amount == 1]
    nft, metadata = keys[0] if keys else (associated_token_address(node), metadata_address(NOS))
    return {"stake": stake_address(node), "nft": nft, "metadata": metadata, "authority": node}


def _is_token_of(account: Account, owner: Pubkey) -> bool:
    return account.owner == TOKEN_PROGRAM and len(account.data) == ACCOUNT_SIZE and account.data[32:64] == bytes(owner)


def _host(life: Life, minimum: int = 0) -> Pubkey:
    _, stake = life.record("Stake", lambda stake: stake.xnos >= minimum)
    owner: Pubkey = stake.authority
    return owner


@intent(JOBS, "work")
def work(life: Life) -> Called:
    market, record = life.record("Market", lambda market: market.queue_type in (EMPTY_QUEUE, JOBS_QUEUE, NODES_QUEUE))
    roles = _access_roles(life, _host(life, record.node_xnos_minimum))
    return roles | {"run": life.fresh(), "market": market, "payer": life.wallet()}, NO_VALUES


@intent(JOBS, "claim")
def claim(life: Life) -> Called:
    job, record = life.record("Job", lambda job: job.state == STOPPED)
    market = life.at("Market", record.market)
    roles = _access_roles(life, _host(life, getattr(market, "node_xnos_minimum", 0)))
    return roles | {"job": job, "run": life.fresh(), "market": record.market, "payer": life.wallet()}, NO_VALUES


@intent(JOBS, "stop")
def stop(life: Life) -> Called:
    market, record = _market_of_hosts(life)
    node = _queued_host(life, record)
    return {"market": market, "node": node, "authority": life.pick((node, record.authority))}, NO_VALUES


@intent(JOBS, "complete")
def complete(life: Life) -> Called:
    job, record = life.record("Job", lambda job: job.state == DONE and job.ipfs_result == NO_RESULT)
    return {"job": job, "authority": record.node}, {"ipfs_result": life.fresh()}


@intent(JOBS, "quit")
def quit_run(life: Life) -> Called:
    run, record = life.record("Run")
    return {"job": record.job, "run": run, "payer": record.payer, "authority": record.node}, NO_VALUES


@intent(JOBS, "quit_admin")
def quit_admin(life: Life) -> Called:
    run, record = life.record("Run")
    return {"run": run, "payer": record.payer, "authority": MARKET_ADMIN}, NO_VALUES


@intent(JOBS, "clean")
def clean(life: Life) -> Called:
    job, record = life.record("Job", lambda job: job.state == DONE)
    return {"job": job, "market": record.market, "payer": record.payer}, NO_VALUES


@intent(JOBS, "clean_admin")
def clean_admin(life: Life) -> Called:
    job, record = life.record("Job")
    return {"job": job, "payer": record.payer, "authority": MARKET_ADMIN}, NO_VALUES
