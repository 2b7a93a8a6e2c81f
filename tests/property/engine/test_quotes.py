"""What a quote says is what the chain took, to the base unit and the lamport, whatever is done and by whom.

Lives of a few people on a local network in this process, with each build of the jobs program: every action is quoted,
and then done. What can't be done is refused by its quote, and takes nothing.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import Any

import pytest
from harness.virtual import VirtualCluster
from hypothesis import given, settings
from hypothesis import strategies as st
from solders.pubkey import Pubkey

from nosana_chain import pda
from nosana_chain.cid import cid_of
from nosana_chain.client import NosanaClient
from nosana_chain.engine.action import Action
from nosana_chain.errors import NosanaError
from nosana_chain.localnet.genesis import standard_genesis
from nosana_chain.programs.jobs.terms import MarketTerms
from nosana_chain.programs.nodes.terms import NodeSpec
from nosana_chain.programs.pools.terms import PoolTerms
from nosana_chain.units import DAY
from nosana_chain.wallet import Wallet

CID, RESULT = cid_of(b"{}"), cid_of(b"done")
SPEC = NodeSpec(architecture=1, country=528, cpu=1, gpu=1, memory=1, iops=1, storage=1)
PRICES = (0, 1, 7, 48, 1_000, 2**40)
TIMES = (1, 2, 10, 60, 3_599, 7_200)
PEOPLE = ("operator", "builder", "host")


class Life:
    """A network, its people, and what they have made so far."""

    def __init__(self, *, jobs_fee: bool) -> None:
        self.chain = VirtualCluster(standard_genesis(jobs_fee=jobs_fee))
        self.wallets: dict[str, Wallet] = {name: self.chain.wallets[name] for name in (*PEOPLE, "staker")}
        self.clients = {
            name: NosanaClient(self.chain.network, wallet, transport=self.chain, journal=None)
            for name, wallet in self.wallets.items()
        }
        self.markets: list[Pubkey] = []
        self.jobs: list[Pubkey] = []
        self.pools: list[Pubkey] = []
        self.counts: dict[str, int] = {}

    def holdings(self) -> tuple[int, int]:
        """NOS base units and lamports of everybody who may sign, together."""
        held = [
            self.chain.holds(one.address, pda.nos_account_address(one.address, network=self.chain.network))
            for one in self.wallets.values()
        ]
        return sum(units for units, _ in held), sum(lamports for _, lamports in held)

    def held_by(self, *names: str) -> tuple[int, int]:
        owners = [self.wallets[name].address for name in names]
        held = [self.chain.holds(one, pda.nos_account_address(one, network=self.chain.network)) for one in owners]
        return sum(units for units, _ in held), sum(lamports for _, lamports in held)

    async def take(self, name: str, a: int, b: int) -> None:
        """One action, if it can be done: quoted, done, and held against what it took of those who sign it."""
        person, signers, action = STEPS[name](self, a, b)
        if action is None:
            return
        everything = self.holdings()
        try:
            quote = await action.quote()
        except NosanaError:
            assert self.holdings() == everything, "what is refused takes nothing"
            return
        before = self.held_by(person, *signers)
        result = await action
        after = self.held_by(person, *signers)
        taken = before[0] - after[0], before[1] - after[1]
        assert taken == (quote.total_nos, quote.total_lamports), (name, str(quote))
        if quote.max_nos is not None:
            assert quote.deposit + quote.network_fee <= quote.max_nos
        self.counts[name] = self.counts.get(name, 0) + 1
        self.markets += [result.market] if name == "open_market" else []
        self.jobs += [result.job] if name == "post" else []
        self.pools += [result.pool] if name.startswith("open_") and hasattr(result, "pool") else []

    def state_of(self, job: Pubkey) -> str:
        account = self.chain.account(job)
        if account is None:
            return "gone"
        runs = [found.data[8:40] for _, found in self.chain.owned_by(self.chain.network.programs.jobs, length=120)]
        return "running" if bytes(job) in runs else {0: "waiting", 2: "done", 3: "stopped"}[account.data[208]]

    def wait(self, seconds: int) -> None:
        self.chain.warp(seconds)


Step = tuple[str, Sequence[str], Action[Any] | None]


def _one(of: Sequence[Any], number: int) -> Any:
    return of[number % len(of)] if of else None


def _market(life: Life, a: int) -> Pubkey:
    return _one(life.markets, a) or life.chain.network.nos_mint  # no market: refused


def _job(life: Life, a: int, state: str = "") -> Pubkey:
    """One that is in a state, if there is one; now and then any, which will be refused."""
    fitting = [job for job in life.jobs if life.state_of(job) == state] if a % 8 else []
    return _one(fitting or life.jobs, a) or life.chain.network.nos_mint


def _pool(life: Life, a: int) -> Pubkey:
    return _one(life.pools, a) or life.chain.network.nos_mint


def _post(life: Life, a: int, b: int) -> Step:
    payer = _one((None, None, "staker"), a + b)
    client = life.clients["builder"]
    action = client.jobs.post_job(
        _market(life, a), definition_cid=CID, timeout=_one(TIMES, b), payer=life.wallets[payer] if payer else None
    )
    return "builder", [payer] if payer else [], action


def _extend(life: Life, a: int, b: int) -> Step:
    return "builder", [], life.clients["builder"].jobs.extend_job(_job(life, a, "waiting"), by=_one(TIMES, b))


def _of(person: str, act: Callable[[NosanaClient, Life, int, int], Action[Any]]) -> Callable[[Life, int, int], Step]:
    return lambda life, a, b: (person, [], act(life.clients[person], life, a, b))


def _terms(a: int, b: int) -> MarketTerms:
    return MarketTerms(job_price=_one(PRICES, a), job_expiration=b % 3, job_timeout=7_200)


STEPS: dict[str, Callable[[Life, int, int], Step]] = {
    "open_market": _of("operator", lambda one, _life, a, b: one.markets.open_market(_terms(a, b))),
    "post": _post,
    "extend": _extend,
    "stop": _of("builder", lambda one, life, a, b: one.jobs.stop_job(_job(life, a, _one(("running", "waiting"), b)))),
    "join": _of("host", lambda one, life, a, _b: one.hosts.join_queue(_market(life, a))),
    "leave": _of("host", lambda one, life, a, _b: one.hosts.leave_queue(_market(life, a))),
    "finish": _of("host", lambda one, life, a, _b: one.hosts.finish_job(_job(life, a, "running"), result_cid=RESULT)),
    "quit": _of("host", lambda one, life, a, _b: one.hosts.quit_job(_job(life, a, "running"))),
    "claim": _of("host", lambda one, life, a, _b: one.hosts.claim_job(_job(life, a, "stopped"))),
    "complete": _of("host", lambda one, life, a, _b: one.hosts.complete_job(_job(life, a, "done"), result_cid=RESULT)),
    "recover": _of("builder", lambda one, life, a, _b: one.jobs.recover_job(_job(life, a, "stopped"))),
    "recover for another": _of(
        "builder",
        lambda one, life, a, b: one.jobs.recover_job(_job(life, a, "stopped"), to=Pubkey(bytes([7, b % 250]) * 16)),
    ),
    "clean": _of("builder", lambda one, life, a, _b: one.jobs.clean_job(_job(life, a, "done"))),
    "update": _of(
        "operator", lambda one, life, a, b: one.markets.update_market(_market(life, a), job_price=_one(PRICES, b))
    ),
    "close": _of("operator", lambda one, life, a, b: one.markets.close_market(_market(life, a), force=b % 2 == 0)),
    "stake": _of("host", lambda one, _life, a, b: one.stakes.stake((a + 1) * 10**7, duration=(14 + b % 300) * DAY)),
    "topup": _of("host", lambda one, _life, a, _b: one.stakes.topup(a + 1)),
    "lengthen": _of("host", lambda one, _life, _a, b: one.stakes.extend(by=b + 1)),
    "unstake": _of("host", lambda one, _life, _a, _b: one.stakes.unstake()),
    "restake": _of("host", lambda one, _life, _a, _b: one.stakes.restake()),
    "withdraw": _of("host", lambda one, _life, _a, _b: one.stakes.withdraw()),
    "close stake": _of("host", lambda one, _life, _a, _b: one.stakes.close_stake()),
    "enter": _of("host", lambda one, _life, _a, _b: one.rewards.enter_pool()),
    "add fee": _of("operator", lambda one, _life, a, _b: one.rewards.add_fee(a * 10_000 + 1)),
    "claim rewards": _of("host", lambda one, _life, _a, _b: one.rewards.claim_rewards()),
    "leave pool": _of("host", lambda one, _life, _a, _b: one.rewards.leave_pool()),
    "open_vesting": _of(
        "operator",
        lambda one, life, a, b: one.pools.open_vesting_pool(
            PoolTerms(emission=a % 50, start_time=0, closeable=True),
            beneficiary=life.wallets["builder"].address,
            deposit=b,
        ),
    ),
    "fund": _of("operator", lambda one, life, a, b: one.pools.fund_pool(_pool(life, a), amount=b + 1)),
    "claim pool": _of("builder", lambda one, life, a, _b: one.pools.claim_pool(_pool(life, a))),
    "close pool": _of("operator", lambda one, life, a, _b: one.pools.close_pool(_pool(life, a))),
    "register": _of("host", lambda one, _life, _a, _b: one.nodes.register_node(SPEC)),
    "create nonce": _of("builder", lambda one, _life, _a, _b: one.nonces.create_nonce()),
}
BEGINNING = [("open_market", 4, 0), ("stake", 99, 1), ("enter", 0, 0), ("post", 0, 5), ("join", 0, 0), ("post", 0, 3)]
WAITS = (1, 30, 3_600, 400 * DAY)
BEGINNING = ("open_market 4 0", "stake 9 1", "enter 0 0", "post 0 5", "join 0 0", "post 0 3", "join 0 0", "post 0 4")
#: What goes together, so that lives come far; and every action by itself, where it may be out of place.
CHAINS: list[tuple[str, ...]] = [
    *((name,) for name in STEPS),
    *[("post", "extend", "stop"), ("post", "post", "join"), ("join", "post", "quit", "claim", "wait", "finish")],
    *[("join", "post", "wait", "finish", "wait", "clean"), ("join", "post", "quit", "recover"), ("leave", "post")],
    *[("join", "post", "wait", "stop", "complete"), ("post", "join", "quit", "recover for another")],
    *[("stop", "stop", "stop", "join", "leave")],
    *[("unstake", "wait", "withdraw", "close stake", "stake", "enter"), ("add fee", "claim rewards"), ("open_market",)],
    *[("open_vesting", "wait", "claim pool", "fund", "wait", "claim pool", "close pool"), ("unstake", "restake")],
]
moves = st.lists(st.tuples(st.sampled_from(CHAINS), st.integers(0, 300), st.integers(0, 300)), min_size=4, max_size=10)


@pytest.mark.parametrize("jobs_fee", [False, True], ids=["free", "fee"])
@settings(max_examples=12)
@given(story=moves)
def test_quotes_equal_what_the_chain_took(story: list[tuple[Sequence[str], int, int]], *, jobs_fee: bool) -> None:
    asyncio.run(live(Life(jobs_fee=jobs_fee), story))


async def live(life: Life, story: Sequence[tuple[Sequence[str], int, int]]) -> None:
    begun = ((name, int(a), int(b)) for name, a, b in map(str.split, BEGINNING))
    for name, a, b in [*begun, *((name, a, b) for chain, a, b in story for name in chain)]:
        if name == "wait":
            life.wait(_one(WAITS, b))
        else:
            await life.take(name, a, b)
