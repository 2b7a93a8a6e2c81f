"""A claim whose process ended: whoever comes next finds the run, or sends the same bytes; never a second claim."""

from __future__ import annotations

from typing import Any

import pytest
from action_calls import stake
from fault.chain import FakeChain
from fault.wire import FakeTime
from seeing import ME, WALLET, program_account, token_account
from solders.account import Account
from solders.pubkey import Pubkey
from solders.transaction import VersionedTransaction

from nosana_chain import pda
from nosana_chain.bindings.jobs.accounts import JobAccount, RunAccount
from nosana_chain.engine.action import Action
from nosana_chain.engine.engine import Engine
from nosana_chain.engine.journal import MemoryJournal
from nosana_chain.engine.resuming import Fate, Resumed, WalletJournal
from nosana_chain.errors import AlreadyDoneError, OutcomeUnknownError, RpcUnreachableError
from nosana_chain.networks import LOCALNET
from nosana_chain.programs.jobs.actions import Hosts
from nosana_chain.programs.jobs.results import ClaimedJob
from nosana_chain.wallet import Signer
from nosana_chain.wire.connection import Connection

JOB, MARKET, BUILDER = (Pubkey(letter.encode() * 32) for letter in "jmb")
GONE = RpcUnreachableError("gone", endpoint="http://fake", method="any")
GIVEN_UP = JobAccount(
    ipfs_job=[1] * 32,
    ipfs_result=[0] * 32,
    market=MARKET,
    node=Pubkey.default(),
    payer=BUILDER,
    price=10,
    project=BUILDER,
    state=3,
    time_end=0,
    time_start=0,
    timeout=600,
)
ACCOUNTS = {
    ME: Account(10**9, b"", Pubkey.default()),
    JOB: program_account(GIVEN_UP, LOCALNET.programs.jobs),
    pda.nos_account_address(ME, network=LOCALNET): token_account(mint=LOCALNET.nos_mint, owner=ME, amount=0),
    **stake(),
}


class TransactionsOnly:
    """The wallet, in a device that signs nothing but transactions: no key can be derived from it."""

    address = ME

    def sign(self, message: bytes) -> Any:
        if message[:1] == b"\xff":
            raise NotImplementedError("transactions only")
        return WALLET.sign(message)


class Chain(FakeChain):
    """Gives the job to whoever claims it, and keeps its transactions unless it is to forget them."""

    forgets = final = False

    def _getSignatureStatuses(self, params: list[Any]) -> Any:  # noqa: N802  the method's name
        return self._dated([None if self.forgets else self._status(signature) for signature in params[0]])

    def _getTransaction(self, params: list[Any]) -> Any:  # noqa: N802
        return None if self.forgets else super()._getTransaction(params)

    def _status(self, signature: str) -> Any:
        found = super()._status(signature)
        return found and {**found, "confirmationStatus": "finalized" if self.final else "confirmed"}


class World:
    """A host whose process ends in the middle of a claim, and the next one with the same journal."""

    def __init__(self, wallet: Signer = WALLET) -> None:
        self.chain = Chain(ACCOUNTS)
        self.chain.lands = self._claimed
        self.runs: list[Pubkey] = []
        self._wallet = wallet
        self._time = FakeTime()
        self._store = MemoryJournal()

    async def leave(self) -> None:
        """The bytes are written down and leave; nobody learns what became of them."""
        self.chain.rules["getSignatureStatuses"] = lambda _params, _answer: GONE
        with pytest.raises(OutcomeUnknownError):
            await self.claim()
        del self.chain.rules["getSignatureStatuses"]

    def forget(self) -> None:
        """From now on the node knows accounts, and no transaction."""
        self.chain.forgets = True

    def remember(self) -> None:
        """It knows them again."""
        self.chain.forgets = False

    def claim(self) -> Action[ClaimedJob]:
        return Hosts(self._engine()).claim_job(JOB, idempotency_key="shift-1")

    async def resume(self) -> Resumed:
        [resumed] = await WalletJournal(self._engine()).resume()
        return resumed

    def _claimed(self, transaction: VersionedTransaction) -> Any:
        [run] = transaction.message.account_keys[1 : transaction.message.header.num_required_signatures]
        if run in self.chain.accounts:
            return {"InstructionError": [0, {"Custom": 0}]}
        made = RunAccount(job=JOB, node=ME, payer=ME, state=0, time=0)
        self.chain.accounts[run] = program_account(made, LOCALNET.programs.jobs)
        self.runs.append(run)
        return None

    def _engine(self) -> Engine:
        return Engine(
            connection=Connection(LOCALNET, transport=self.chain),
            wallet=self._wallet,
            journal=self._store,
            clock=self._time.clock,
            sleep=self._sleep,
        )

    async def _sleep(self, seconds: float) -> None:
        await self._time.sleep(seconds)
        self.chain.height += int(seconds / 0.4)
        self.chain.slot += int(seconds / 0.4)


async def test_what_was_written_down_and_never_arrived_is_sent_as_it_was() -> None:
    world = World()
    world.chain.swallows = True
    await world.leave()
    world.chain.swallows = False
    assert world.runs == []
    assert (await world.resume()).fate is Fate.LANDED
    assert len(world.chain.signatures) == len(world.runs) == 1


async def test_while_its_run_is_there_nobody_says_that_it_never_landed() -> None:
    """Of bytes that can't land any more and that no node remembers; the run is all that is left to be seen."""
    world = World()
    await world.leave()
    world.forget()
    assert (await world.resume()).fate is Fate.UNKNOWN
    with pytest.raises(OutcomeUnknownError):
        await world.claim()
    world.remember()
    assert (await world.resume()).fate is Fate.LANDED
    assert len(world.chain.signatures) == len(world.runs) == 1


@pytest.mark.parametrize("wallet", [WALLET, TransactionsOnly()], ids=["derives keys", "derives none"])
async def test_the_same_key_gives_the_run_that_is_there(wallet: Signer) -> None:
    world = World(wallet)
    await world.leave()
    assert (await world.resume()).fate is Fate.LANDED
    world.chain.final = True
    assert (await world.resume()).fate is Fate.FINAL
    for _ in range(2):
        claimed = await world.claim()
        assert (claimed.run, claimed.receipt) == (world.runs[0], None)
    assert len(world.chain.signatures) == len(world.runs) == 1


async def test_a_run_that_is_over_is_not_begun_again() -> None:
    world = World()
    await world.leave()
    await world.resume()
    del world.chain.accounts[world.runs[0]]
    with pytest.raises(AlreadyDoneError):
        await world.claim()
    assert len(world.chain.signatures) == 1
