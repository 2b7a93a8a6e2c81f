"""The whole life of Nosana, told with real transactions on a local network: a market, a host, four jobs, a stake.

The same story is the demonstration of the command line and a test of everything at once: it ends with a ledger that
must balance to the last base unit.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field

from solders.pubkey import Pubkey

from nosana_chain import pda
from nosana_chain.cid import cid_of
from nosana_chain.client import NosanaClient
from nosana_chain.job_definition import JobDefinition
from nosana_chain.localnet.genesis import BUILDER, HOST, OPERATOR
from nosana_chain.localnet.network import Localnet
from nosana_chain.models.receipt import Receipt
from nosana_chain.programs.jobs.instructions.market import MarketTerms
from nosana_chain.testing.balances import fetch_balances, fetch_changes
from nosana_chain.testing.ledger import Asset, Book, Role, Sheet
from nosana_chain.units import DAY, HOUR, Seconds, format_nos, nos
from nosana_chain.wallet import Signer

PRICE = nos("0.001")  #: NOS base units per second
TIMEOUT = Seconds(600)
EXTENSION = Seconds(300)
STAKE = nos("1000")
STAKE_DURATION = Seconds(90 * DAY)
MINIMUM = nos("100")  #: xNOS that the market asks of a host
FEES = nos("50")  #: added to the rewards pool

#: Who plays: the operator also adds the fees.
_ROLES = {OPERATOR: Role.WALLET, HOST: Role.HOST, BUILDER: Role.PAYER}


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One transaction of the story.

    Attributes:
        number: from 1.
        actor: the wallet that signed.
        text: what happened, for people.
        receipt: the transaction.
    """

    number: int
    actor: str
    text: str
    receipt: Receipt


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A story that came to its end."""

    steps: tuple[Step, ...]
    nos: Sheet
    sol: Sheet

    def errors(self) -> list[str]:
        """What is wrong with the ledger: nothing, if every column sums to zero and every row is explained."""
        return self.nos.errors() + self.sol.errors()


@dataclass(slots=True, kw_only=True)
class Story:
    """Tells the story once.

    Args:
        net: a local network that nobody else uses meanwhile.
        job: the builder's job definition.
        builder: the builder's key, if it isn't the network's own; it must have NOS and SOL.
        on_step: told each step as soon as it is confirmed.
    """

    net: Localnet
    job: JobDefinition
    builder: Signer | None = None
    on_step: Callable[[Step], None] = lambda _: None
    _clients: dict[str, NosanaClient] = field(init=False, default_factory=dict)
    _rows: dict[Pubkey, str] = field(init=False, default_factory=dict)
    _book: Book = field(init=False, default_factory=Book)
    _steps: list[Step] = field(init=False, default_factory=list)
    _market: Pubkey = field(init=False, default_factory=Pubkey.default)

    async def tell(self) -> Told:
        """Play every chapter, then close the ledger.

        Network: 21 transactions. Not safe to repeat on the same network: the host's stake is made once.
        """
        async with AsyncExitStack() as stack:
            for name in _ROLES:
                await self._introduce(name, stack)
            vault = pda.rewards_vault_address(network=self.net.network)
            self._name("rewards vault", Role.REWARDS_VAULT, vault)
            reader = self._clients[BUILDER].connection
            before = await fetch_balances(reader, self._rows)
            for chapter in self._chapters():
                await chapter()
            after = await fetch_balances(reader, self._rows)
        sheets = [
            self._book.sheet(asset, before=opening, after=closing)
            for asset, opening, closing in zip(Asset, before, after, strict=True)
        ]
        return Told(steps=tuple(self._steps), nos=sheets[0], sol=sheets[1])

    def _chapters(self) -> tuple[Callable[[], Awaitable[None]], ...]:
        return (
            self._open_market,
            self._prepare_host,
            self._finished_job,
            self._delisted_job,
            self._ended_job,
            self._abandoned_job,
            self._rewards,
            self._end_of_stake,
        )

    async def _introduce(self, name: str, stack: AsyncExitStack) -> None:
        own = self.builder if name == BUILDER else None
        wallet: Signer = own or self.net.wallets[name]
        self._clients[name] = await stack.enter_async_context(NosanaClient(self.net.network, wallet))
        purse = pda.nos_account_address(wallet.address, network=self.net.network)
        self._name(name, _ROLES[name], wallet.address, purse)

    # ------------------------------------------------------------ chapters

    async def _open_market(self) -> None:
        terms = MarketTerms(job_price=PRICE, job_timeout=2 * HOUR, job_expiration=DAY, node_xnos_minimum=MINIMUM)
        opened = await self._clients[OPERATOR].markets.open_market(terms)
        self._market = opened.market
        self._name("market", Role.STATE, opened.market)
        vault = pda.market_vault_address(opened.market, network=self.net.network)
        self._name("market vault", Role.MARKET_VAULT, vault)
        price = f"{format_nos(PRICE)} NOS per second, at most {2 * HOUR} s, {format_nos(MINIMUM)} xNOS"
        await self._note(OPERATOR, f"opens market {opened.market}: {price}", opened.receipt)

    async def _prepare_host(self) -> None:
        host, network = self._clients[HOST], self.net.network
        address = self.net.wallets[HOST].address
        self._name("stake", Role.STATE, pda.stake_address(address, network=network))
        self._name("stake vault", Role.STAKE_VAULT, pda.stake_vault_address(address, network=network))
        self._name("rewards membership", Role.STATE, pda.reward_address(address, network=network))
        staked = await host.stakes.stake(STAKE, duration=STAKE_DURATION)
        await self._note(HOST, f"stakes {format_nos(STAKE)} NOS for {STAKE_DURATION // DAY} days", staked)
        await self._note(HOST, "enters the rewards pool", await host.rewards.enter_pool())
        await self._join_queue("joins the market's queue")

    async def _finished_job(self) -> None:
        job = await self._post("the job", "job 1")
        builder, host = self._clients[BUILDER], self._clients[HOST]
        await self.net.warp(10)
        extended = await builder.jobs.extend_job(job, by=EXTENSION)
        added = format_nos(extended.deposit)
        await self._note(
            BUILDER, f"extends it by {EXTENSION} s to {extended.timeout} s for {added} NOS", extended.receipt
        )
        await self.net.warp(32)
        result_cid = cid_of(self._result())
        finished = await host.hosts.finish_job(job, result_cid=result_cid)
        await self._note(HOST, f"finishes it with result {result_cid}; {await self._paid(job)}", finished)

    async def _delisted_job(self) -> None:
        job = await self._post("a second job, while no host waits,", "job 2")
        stopped = await self._clients[BUILDER].jobs.stop_job(job)
        await self._note(BUILDER, "delists it: the whole deposit comes back", stopped.receipt)

    async def _ended_job(self) -> None:
        job = await self._post("a third job", "job 3")
        await self._join_queue("takes it from the queue", run="run of job 3")
        await self.net.warp(25)
        stopped = await self._clients[BUILDER].jobs.stop_job(job)
        await self._note(BUILDER, f"ends it; {await self._paid(job)}", stopped.receipt)

    async def _abandoned_job(self) -> None:
        job = await self._post("a fourth job", "job 4")
        await self._join_queue("takes it from the queue", run="run of job 4")
        await self.net.warp(15)
        await self._note(HOST, "abandons it, without pay", await self._clients[HOST].hosts.quit_job(job))
        recovered = await self._clients[BUILDER].jobs.recover_job(job)
        await self._note(BUILDER, "recovers it: the whole deposit comes back", recovered)

    async def _rewards(self) -> None:
        added = await self._clients[OPERATOR].rewards.add_fee(FEES)
        await self._note(OPERATOR, f"adds {format_nos(FEES)} NOS of fees to the rewards pool", added)
        rewards = self._clients[HOST].rewards
        due = format_nos(await rewards.fetch_pending())
        claimed = await rewards.claim_rewards()
        await self._note(HOST, f"claims {due} NOS of rewards", claimed.receipt)

    async def _end_of_stake(self) -> None:
        stakes = self._clients[HOST].stakes
        unstaked = await stakes.unstake()
        await self._note(HOST, "leaves the rewards pool and unstakes", unstaked.receipt)
        await self.net.warp(STAKE_DURATION + 1)
        days = STAKE_DURATION // DAY
        withdrawn = await stakes.withdraw()
        await self._note(HOST, f"withdraws the whole stake {days} days later", withdrawn.receipt)
        await self._note(HOST, "closes the stake", await stakes.close_stake())

    # ------------------------------------------------------------ what chapters are made of

    async def _post(self, text: str, row: str) -> Pubkey:
        jobs = self._clients[BUILDER].jobs
        posted = await jobs.post_job(self._market, definition_cid=self.job.cid, timeout=TIMEOUT)
        self._name(row, Role.STATE, posted.job)
        self._name(f"run of {row}", Role.STATE, posted.run)
        state = (await jobs.fetch_job(posted.job)).state.name.lower()
        told = f"posts {text} for {TIMEOUT} s: {format_nos(posted.deposit)} NOS locked, {posted.job} is {state}"
        await self._note(BUILDER, told, posted.receipt)
        return posted.job

    async def _join_queue(self, text: str, *, run: str | None = None) -> None:
        joined = await self._clients[HOST].hosts.join_queue(self._market)
        if run:
            self._name(run, Role.STATE, joined.run)
        await self._note(HOST, text, joined.receipt)

    async def _paid(self, address: Pubkey) -> str:
        job = await self._clients[BUILDER].jobs.fetch_job(address)
        reward = job.reward or 0
        return f"{format_nos(reward)} NOS to the host, {format_nos(job.deposit - reward)} NOS back to the builder"

    async def _note(self, actor: str, text: str, receipt: Receipt) -> None:
        step = Step(number=len(self._steps) + 1, actor=actor, text=text, receipt=receipt)
        reader = self._clients[actor].connection
        self._book.record(step.number, await fetch_changes(reader, receipt.signature, rows=self._rows))
        self._steps.append(step)
        self.on_step(step)

    def _name(self, row: str, role: Role, *addresses: Pubkey) -> None:
        self._book.roles[row] = role
        self._rows |= dict.fromkeys(addresses, row)

    def _result(self) -> bytes:
        """A result file as a host would pin it: each operation of the job with its exit code."""
        operations = json.loads(self.job.content)["ops"]
        states = [{"operationId": operation.get("id"), "exitCode": 0} for operation in operations]
        return json.dumps({"status": "success", "opStates": states}).encode()
