"""@nosana/sdk as published, unmodified, on a local network; our client reads what it did."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator

import pytest
from node_process import NodeError
from pinning import Pinning
from sdk import Sdk
from solders.pubkey import Pubkey
from visited import PURSE, VISITORS

from nosana_chain.client import NosanaClient
from nosana_chain.errors import NotFoundError
from nosana_chain.job_definition import EXAMPLE_JOB
from nosana_chain.localnet import Localnet
from nosana_chain.models.job import Job, JobState, Run
from nosana_chain.programs.jobs.terms import MarketTerms
from nosana_chain.programs.nodes.terms import NodeSpec
from nosana_chain.units import DAY, nos

pytestmark = pytest.mark.timeout(300)  # the first run installs the SDK

BUILDER, HOST = (VISITORS[name].pubkey() for name in ("visitor", "visiting host"))
PRICE, TIMEOUT = 1_000, 600
STAKED, ADDED, DAYS = nos("1000"), nos("250"), 30
NODE = NodeSpec(
    architecture=3,
    country=528,
    cpu=16,
    gpu=2,
    memory=64,
    iops=9_000,
    storage=2_000,
    endpoint="https://host.example",
    icon="",
    version="1.0.7",
)
RESULT = {"status": "success", "opStates": []}


@pytest.fixture
def builder(sdks: dict[str, Sdk]) -> Sdk:
    return sdks["visitor"]


@pytest.fixture
def host(sdks: dict[str, Sdk]) -> Sdk:
    return sdks["visiting host"]


@pytest.fixture
async def client(net: Localnet) -> AsyncIterator[NosanaClient]:
    """Ours, with the operator's wallet."""
    async with NosanaClient(net.network, net.wallets["operator"]) as ours:
        yield ours


@pytest.fixture
async def market(client: NosanaClient) -> Pubkey:
    return (await client.markets.open_market(MarketTerms(job_price=PRICE))).market


async def test_a_definition_that_it_finds_wrong_is_not_pinned(builder: Sdk, market: Pubkey, pinning: Pinning) -> None:
    with pytest.raises(NodeError, match="Invalid job definition"):
        builder.call("jobs.list", {"ops": "none"}, TIMEOUT, str(market))
    assert not pinning.pinned


async def test_the_markets_are_those_that_are_open(builder: Sdk, client: NosanaClient, market: Pubkey) -> None:
    (listed,) = builder.call("jobs.allMarkets")
    ours = await client.markets.fetch_market(market)
    numbers = [int(listed[name], 16) for name in ("jobPrice", "jobTimeout", "jobExpiration")]
    assert numbers == [ours.job_price, ours.job_timeout, ours.job_expiration]
    assert (listed["address"], listed["authority"]) == (str(market), str(ours.authority))


async def post_job(builder: Sdk, client: NosanaClient, market: Pubkey, pinning: Pinning) -> Job:
    """The builder posts the example; our client finds it as it should be."""
    definition = json.loads(EXAMPLE_JOB.read_text())
    posted = builder.call("jobs.list", definition, TIMEOUT, str(market))
    job = await client.jobs.fetch_job(Pubkey.from_string(posted["job"]))
    assert json.loads(pinning.pinned[job.definition_cid] or b"") == definition
    assert (job.state, job.timeout, job.payer, job.project) == (JobState.QUEUED, TIMEOUT, BUILDER, BUILDER)
    assert await client.fetch_nos_balance(owner=BUILDER) == PURSE.nos_units - PRICE * TIMEOUT
    return job


async def take_job(host: Sdk, client: NosanaClient, job: Job) -> Run:
    """The host takes the job; our client finds its run."""
    host.call("jobs.work", str(job.market))
    (run,) = await client.hosts.find_runs(host=HOST)
    assert (run.job, run.payer) == (job.address, HOST)
    assert (await client.jobs.fetch_job(job.address)).state is JobState.RUNNING
    (told,) = host.call("jobs.getRuns", str(job.address))
    assert (told["publicKey"], told["account"]["node"]) == (str(run.address), str(HOST))
    return run


async def test_a_job_from_its_definition_to_its_result(
    builder: Sdk, host: Sdk, client: NosanaClient, market: Pubkey, pinning: Pinning
) -> None:
    host.call("stake.create", HOST, STAKED, DAYS)
    job = await post_job(builder, client, market, pinning)
    run = await take_job(host, client, job)
    assert builder.call("jobs.get", str(job.address))["state"] == "RUNNING"
    result = host.call("ipfs.pin", RESULT)
    digest = host.call("ipfs.IpfsHashToByteArray", result)
    host.call("jobs.submitResult", digest, str(run.address), str(market))
    done = await client.jobs.fetch_job(job.address)
    assert (done.state, done.node, done.result_cid) == (JobState.DONE, HOST, result)
    assert builder.call("ipfs.retrieve", builder.call("jobs.get", str(job.address))["ipfsResult"]) == RESULT
    assert done.time_start
    assert done.time_end
    earned = await client.fetch_nos_balance(owner=HOST) - (PURSE.nos_units - STAKED)
    assert earned == PRICE * (done.time_end - done.time_start)
    assert await client.fetch_nos_balance(owner=BUILDER) == PURSE.nos_units - earned


async def test_a_running_job_is_ended_by_who_posted_it(
    builder: Sdk, host: Sdk, client: NosanaClient, market: Pubkey, pinning: Pinning
) -> None:
    host.call("stake.create", HOST, STAKED, DAYS)
    job = await post_job(builder, client, market, pinning)
    await take_job(host, client, job)
    builder.call("jobs.end", str(job.address))
    ended = await client.jobs.fetch_job(job.address)
    assert (ended.state, ended.node, ended.result_cid) == (JobState.DONE, HOST, None)
    assert await client.hosts.find_runs(host=HOST) == []


async def test_a_host_leaves_the_queue(host: Sdk, client: NosanaClient, market: Pubkey) -> None:
    host.call("stake.create", HOST, STAKED, DAYS)
    host.call("jobs.work", str(market))
    assert (await client.markets.fetch_market(market)).waiting_hosts == (HOST,)
    host.call("jobs.stop", str(market))
    assert (await client.markets.fetch_market(market)).waiting_hosts == ()


async def test_a_waiting_job_is_extended_and_taken_back(
    builder: Sdk, client: NosanaClient, market: Pubkey, pinning: Pinning
) -> None:
    job = await post_job(builder, client, market, pinning)
    builder.call("jobs.extend", str(job.address), 60)
    assert (await client.jobs.fetch_job(job.address)).timeout == TIMEOUT + 60
    builder.call("jobs.delist", str(job.address))
    assert await client.fetch_nos_balance(owner=BUILDER) == PURSE.nos_units
    with pytest.raises(NotFoundError):
        await client.jobs.fetch_job(job.address)


async def claimed_fees(client: NosanaClient) -> int:
    """What the network's reward-fee pool has paid so far."""
    source = client.network.reward_fee_pool
    assert source
    return (await client.pools.fetch_pool(source)).claimed_tokens


async def test_a_top_up_claims_the_fees_and_weighs_the_stake_anew(host: Sdk, client: NosanaClient) -> None:
    host.call("stake.create", HOST, STAKED, DAYS)
    stake = await client.stakes.fetch_stake(authority=HOST)
    assert (stake.amount, stake.duration, stake.time_unstake) == (STAKED, DAYS * DAY, None)
    assert (await client.rewards.fetch_reward(authority=HOST)).xnos == stake.xnos
    assert await claimed_fees(client) == 0
    host.call("stake.topup", ADDED)
    stake = await client.stakes.fetch_stake(authority=HOST)
    assert stake.amount == STAKED + ADDED
    assert (await client.rewards.fetch_reward(authority=HOST)).xnos == stake.xnos
    assert await client.rewards.fetch_pending(authority=HOST) > 0, "the top-up comes after the claim of the fees"
    assert await claimed_fees(client) > 0
    assert await client.fetch_nos_balance(owner=HOST) == PURSE.nos_units - STAKED - ADDED


async def test_claimed_rewards_are_paid_and_an_unstaked_stake_earns_no_more(host: Sdk, client: NosanaClient) -> None:
    host.call("stake.create", HOST, STAKED, DAYS)
    host.call("stake.claimRewards")
    fees = await claimed_fees(client)
    rewards = await client.fetch_nos_balance(owner=HOST) - (PURSE.nos_units - STAKED)
    assert 0 < rewards < fees
    host.call("stake.unstake")
    stake = await client.stakes.fetch_stake(authority=HOST)
    assert (stake.amount, stake.xnos) == (STAKED, 0)
    assert stake.time_unstake is not None
    assert await client.fetch_nos_balance(owner=HOST) >= PURSE.nos_units - STAKED + rewards, "it claims first"
    assert await claimed_fees(client) >= fees
    with pytest.raises(NotFoundError):
        await client.rewards.fetch_reward(authority=HOST)


async def test_it_tells_the_balances_that_our_client_tells(host: Sdk, client: NosanaClient) -> None:
    told = host.call("solana.getNosBalance", str(HOST))
    assert int(told["amount"]) == await client.fetch_nos_balance(owner=HOST) == PURSE.nos_units
    assert host.call("solana.getSolBalance", str(HOST)) == await client.fetch_sol_balance(owner=HOST) == PURSE.lamports


async def test_it_finds_the_nodes_that_hosts_register(host: Sdk, net: Localnet) -> None:
    async with NosanaClient(net.network, net.wallets["visiting host"]) as ours:
        await ours.nodes.register_node(NODE)
        registered = await ours.nodes.fetch_node()
    (told,) = host.call("nodes.all")
    assert (told["address"], told["authority"]) == (str(registered.address), str(HOST))
    assert [told[name] for name in ("country", "cpu", "gpu", "memory", "version")] == [528, 16, 2, 64, "1.0.7"]


async def test_it_describes_the_pool_and_the_rewards_as_our_client_does(
    host: Sdk, client: NosanaClient, net: Localnet
) -> None:
    assert net.network.reward_fee_pool
    told = host.call("stake.getPoolInfo")
    pool = await client.pools.fetch_pool(net.network.reward_fee_pool)
    assert (int(told["emission"], 16), told["beneficiary"]) == (pool.emission, str(pool.beneficiary))
    rewards = host.call("stake.getRewardsInfo")["global"]
    ours = await client.rewards.fetch_pool()
    assert (int(rewards["rate"], 16), int(rewards["totalXnos"], 16)) == (ours.rate, ours.total_xnos)
