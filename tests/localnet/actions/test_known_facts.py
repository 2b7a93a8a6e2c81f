"""What the SDK knows it says in users' words, with its own class: every such error once, on one network."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import Any

import pytest
from solders.account import Account
from solders.pubkey import Pubkey
from stage import CID, HOSTS_WAIT, JOBS_WAIT, PRICE, RESULT, TIMEOUT, Scene, fill_queue, scene_on

from nosana_chain.client import NosanaClient
from nosana_chain.errors import (
    AlreadyExistsError,
    InsufficientFundsError,
    MarketClosedError,
    NosanaError,
    NoStakeError,
    NotFoundError,
    NotInPoolError,
    QueueFullError,
)
from nosana_chain.localnet.network import Localnet
from nosana_chain.programs.distributor.merkle import Leaf, MerkleTree
from nosana_chain.programs.distributor.terms import DistributorTerms
from nosana_chain.programs.jobs.terms import MarketTerms
from nosana_chain.programs.nodes.terms import NodeSpec
from nosana_chain.programs.pools.terms import PoolTerms
from nosana_chain.units import DAY, nos, sol
from nosana_chain.wallet import Wallet

STAKED = nos("1000")
SPEC = NodeSpec(architecture=1, country=528, cpu=1, gpu=1, memory=1, iops=1, storage=1)


@dataclass(frozen=True, slots=True)
class Town:
    """A network with what can go wrong on it.

    Attributes:
        newcomer: a wallet with SOL and a few NOS, and with no stake, place or job.
        market: open; the host waits in it.
        closed: a market that was closed over a waiting and two running jobs, and one that its host gave up.
    """

    scene: Scene
    newcomer: NosanaClient
    market: Pubkey
    closed: Pubkey
    waiting: Pubkey
    running: Pubkey
    given_up: Pubkey
    jobs_full: Pubkey
    hosts_full: Pubkey
    poor: dict[str, NosanaClient]


Provoked = tuple[str, Callable[[Town], Awaitable[Any]], type[NosanaError], str]

TABLE: list[Provoked] = [
    # ---- there already
    (
        "stake twice",
        lambda t: t.scene.host.stakes.stake(1, duration=14 * DAY),
        AlreadyExistsError,
        "has a stake already",
    ),
    ("enter twice", lambda t: t.scene.host.rewards.enter_pool(), AlreadyExistsError, "is in the rewards pool already"),
    ("register twice", lambda t: t.scene.host.nodes.register_node(SPEC), AlreadyExistsError, "is registered already"),
    (
        "queue twice",
        lambda t: t.scene.host.hosts.join_queue(t.market),
        AlreadyExistsError,
        "waits in market .* as number 1",
    ),
    ("settings twice", lambda t: t.scene.host.staking_authority.init_settings(), AlreadyExistsError, "made once"),
    ("pool twice", lambda t: t.scene.host.rewards.init_pool(), AlreadyExistsError, "made once"),
    ("distributor twice", lambda t: distributor(t.scene.host, t), AlreadyExistsError, "version 1 of"),
    # ---- no stake
    ("queue unstaked", lambda t: t.newcomer.hosts.join_queue(t.market), NoStakeError, "has none; stake first"),
    ("claim unstaked", lambda t: t.newcomer.hosts.claim_job(t.given_up), NoStakeError, "has none; stake first"),
    ("top up nothing", lambda t: t.newcomer.stakes.topup(1), NoStakeError, "stake first"),
    ("lengthen nothing", lambda t: t.newcomer.stakes.extend(by=1), NoStakeError, "stake first"),
    ("unstake nothing", lambda t: t.newcomer.stakes.unstake(), NoStakeError, "stake first"),
    ("restake nothing", lambda t: t.newcomer.stakes.restake(), NoStakeError, "stake first"),
    ("withdraw nothing", lambda t: t.newcomer.stakes.withdraw(), NoStakeError, "stake first"),
    ("close nothing", lambda t: t.newcomer.stakes.close_stake(), NoStakeError, "stake first"),
    ("enter unstaked", lambda t: t.newcomer.rewards.enter_pool(), NoStakeError, "stake first"),
    ("claim rewards unstaked", lambda t: t.newcomer.rewards.claim_rewards(), NoStakeError, "stake first"),
    ("leave unstaked", lambda t: t.newcomer.rewards.leave_pool(), NoStakeError, "stake first"),
    (
        "slash nobody",
        lambda t: t.scene.authority.staking_authority.slash(own(t.newcomer), amount=1),
        NoStakeError,
        "has none",
    ),
    # ---- not in the pool
    ("claim outside", lambda t: t.scene.builder.rewards.claim_rewards(), NotInPoolError, "enter_pool comes first"),
    ("leave outside", lambda t: t.scene.builder.rewards.leave_pool(), NotInPoolError, "enter_pool comes first"),
    ("sync outside", lambda t: t.scene.host.rewards.sync_rewards(own(t.newcomer)), NotInPoolError, "enter_pool comes"),
    # ---- full
    ("post to a full one", lambda t: post(t.scene.builder, t.jobs_full), QueueFullError, "314 jobs wait"),
    ("queue in a full one", lambda t: t.scene.host.hosts.join_queue(t.hosts_full), QueueFullError, "314 hosts wait"),
    # ---- closed
    ("delist", lambda t: t.scene.builder.jobs.stop_job(t.waiting), MarketClosedError, "deposits included"),
    ("end", lambda t: t.scene.builder.jobs.stop_job(t.running), MarketClosedError, "deposits included"),
    ("extend", lambda t: t.scene.builder.jobs.extend_job(t.running, by=1), MarketClosedError, "deposits included"),
    ("recover", lambda t: t.scene.builder.jobs.recover_job(t.given_up), MarketClosedError, "deposits included"),
    ("clean", lambda t: t.scene.builder.jobs.clean_job(t.waiting), MarketClosedError, "deposits included"),
    ("claim", lambda t: t.scene.host.hosts.claim_job(t.given_up), MarketClosedError, "deposits included"),
    ("finish", lambda t: t.scene.host.hosts.finish_job(t.running, result_cid=RESULT), MarketClosedError, "deposits in"),
    ("quote", lambda t: t.scene.builder.jobs.stop_job(t.waiting).quote(), MarketClosedError, "deposits included"),
    ("leave the queue", lambda t: t.scene.host.hosts.leave_queue(t.closed), NotFoundError, "no market at"),
    ("complete", lambda t: t.scene.host.hosts.complete_job(t.closed, result_cid=RESULT), NotFoundError, "no job at"),
    # ---- too little NOS
    (
        "stake too much",
        lambda t: t.newcomer.stakes.stake(nos("6"), duration=14 * DAY),
        InsufficientFundsError,
        r"has 5\.0+ NOS and the stake takes 6\.0+; add 1\.0+ NOS",
    ),
    (
        "post too much",
        lambda t: post(t.newcomer, t.market, 6_000),
        InsufficientFundsError,
        r"deposit takes 6\.0+; add 1\.0+ NOS",
    ),
    (
        "add too much",
        lambda t: t.newcomer.rewards.add_fee(nos("6")),
        InsufficientFundsError,
        r"fee takes 6\.0+; add 1\.0+ NOS",
    ),
    (
        "fill too much",
        lambda t: fee_pool(t.newcomer, nos("6")),
        InsufficientFundsError,
        r"deposit takes 6\.0+; add 1\.0+ NOS",
    ),
    (
        "distribute too much",
        lambda t: distributor(t.newcomer, t, version=2, deposit=nos("6")),
        InsufficientFundsError,
        r"deposit takes 6\.0+; add 1\.0+ NOS",
    ),
    (
        "the fee on top",
        lambda t: post(t.newcomer, t.market, 4_900),
        InsufficientFundsError,
        r"holds 5\.0+ NOS, and this takes 5\.390000; add 0\.390000 NOS",
    ),
    # ---- too little SOL
    (
        "no SOL",
        lambda t: t.poor["nothing"].nonces.create_nonce(),
        InsufficientFundsError,
        r"has no SOL at all.*holds 0\.0+ SOL, and this takes at least 0\.000010000; add 0\.000010000 SOL",
    ),
    (
        "no fee",
        lambda t: t.poor["dust"].nonces.create_nonce(),
        InsufficientFundsError,
        r"holds 0\.000004000 SOL, and this takes at least 0\.000010000; add 0\.000006000 SOL",
    ),
    (
        "no rent of its own",
        lambda t: t.poor["bare"].nonces.create_nonce(),
        InsufficientFundsError,
        r"holds 0\.000900000 SOL, and this takes at least 0\.002348560; add 0\.001448560 SOL",
    ),
    (
        "no rent for another",
        lambda t: t.poor["modest"].markets.open_market(MarketTerms(job_price=PRICE)),
        InsufficientFundsError,
        "it holds 9990000 lamports and needs 72049920",
    ),
    (
        "no rent left",
        lambda t: t.poor["spent"].nonces.create_nonce(),
        InsufficientFundsError,
        r"holds 0\.002000000 SOL, and this takes at least 0\.002348560; add 0\.000348560 SOL",
    ),
]


POOR = {"nothing": 0, "dust": 4_000, "bare": 900_000, "modest": 10_000_000, "spent": 2_000_000}  # lamports


@pytest.fixture
async def town() -> AsyncIterator[Town]:
    async with Localnet.start(slot_ms=25, jobs_fee=True) as net, scene_on(net) as scene, AsyncExitStack() as stack:
        newcomer = await stack.enter_async_context(await client_with(net, sol("1")))
        await net.mint_nos(own(newcomer), nos("5"))
        poor = {name: await stack.enter_async_context(await client_with(net, has)) for name, has in POOR.items()}
        yield await built(scene, newcomer, poor)


async def built(scene: Scene, newcomer: NosanaClient, poor: dict[str, NosanaClient]) -> Town:
    host = scene.host
    for client in (host, scene.builder):
        await client.stakes.stake(STAKED, duration=14 * DAY)
    await asyncio.gather(host.rewards.enter_pool(), host.nodes.register_node(SPEC))
    closed, market, jobs_full, hosts_full = await asyncio.gather(*(opened(scene) for _ in range(4)))
    jobs = []
    for _ in range(3):
        jobs.append((await post(scene.builder, closed)).job)
        if len(jobs) < 3:
            await host.hosts.join_queue(closed)
        if len(jobs) == 1:
            await host.hosts.quit_job(jobs[0])
    await scene.operator.markets.close_market(closed, force=True)
    await host.hosts.join_queue(market)
    await fill_queue(scene, jobs_full, JOBS_WAIT)
    await fill_queue(scene, hosts_full, HOSTS_WAIT)
    town = Town(scene, newcomer, market, closed, jobs[2], jobs[1], jobs[0], jobs_full, hosts_full, poor)
    await distributor(host, town)
    return town


async def opened(scene: Scene) -> Pubkey:
    return (await scene.operator.markets.open_market(MarketTerms(job_price=PRICE))).market


async def test_every_fact_that_the_sdk_knows(town: Town) -> None:
    told = {name: await outcome(provoke(town)) for name, provoke, _, _ in TABLE}
    assert {name: type(error) for name, error in told.items()} == {name: kind for name, _, kind, _ in TABLE}
    for name, _, _, words in TABLE:
        with pytest.raises(NosanaError, match=words):
            raise told[name]


async def outcome(doing: Awaitable[Any]) -> NosanaError:
    try:
        done = await doing
    except NosanaError as error:
        return error
    raise AssertionError(f"nothing was wrong: {done}")


def own(client: NosanaClient) -> Pubkey:
    assert client.wallet is not None
    return client.wallet.address


def post(client: NosanaClient, market: Pubkey, timeout: int = TIMEOUT) -> Awaitable[Any]:
    return client.jobs.post_job(market, definition_cid=CID, timeout=timeout)


def fee_pool(client: NosanaClient, deposit: int) -> Awaitable[Any]:
    return client.pools.open_fee_pool(PoolTerms(emission=1, start_time=1, closeable=True), deposit=deposit)


def distributor(client: NosanaClient, town: Town, *, version: int = 1, deposit: int = 0) -> Awaitable[Any]:
    tree = MerkleTree([Leaf(claimant=own(client), unlocked_amount=1)])
    begins = 2_000_000_000
    terms = DistributorTerms.for_tree(
        tree, version=version, start_ts=begins, end_ts=begins + 1, clawback_start_ts=begins + 2 * DAY, closable=True
    )
    return client.distributor_admin.create_distributor(terms, mint=town.scene.net.network.nos_mint, deposit=deposit)


async def client_with(net: Localnet, lamports: int) -> NosanaClient:
    wallet = Wallet.generate()
    if lamports:
        await net.set_account(wallet.address, Account(lamports, b"", Pubkey.default()))
    return NosanaClient(net.network, wallet)
