"""A wallet on a chain in memory that posts: each post makes an account of its own and takes a deposit once."""

from __future__ import annotations

import asyncio
from typing import Any

from fault.chain import FakeChain
from fault.wire import FakeTime, KeySigner, simulated
from solders.account import Account
from solders.instruction import AccountMeta, Instruction
from solders.pubkey import Pubkey
from solders.transaction import VersionedTransaction

from nosana_chain.engine.action import Action
from nosana_chain.engine.engine import Engine
from nosana_chain.engine.journal import Journal
from nosana_chain.engine.looking import look
from nosana_chain.engine.plan import Landed, Plan, Planning, account_made, already_done
from nosana_chain.engine.resuming import WalletJournal
from nosana_chain.networks import LOCALNET
from nosana_chain.wallet import Signer
from nosana_chain.wire.connection import Connection

WALLET = KeySigner(1)
PROGRAM = Pubkey(bytes([5]) * 32)
EXISTS = {"InstructionError": [0, {"Custom": 0}]}


class ForgetfulSigner(KeySigner):
    """A wallet that signs nothing but transactions: no key can be derived from it."""

    def sign(self, message: bytes) -> Any:
        if message[:1] == b"\xff":
            raise NotImplementedError("transactions only")
        return super().sign(message)


class Chain(FakeChain):
    """Makes the account of whoever signed beside the wallet, once: a second making of it fails."""

    def __init__(self, **rules: Any) -> None:
        super().__init__({WALLET.address: Account(10**9, b"", Pubkey.default())}, **rules)
        self.made: list[Pubkey] = []
        self.lands = self._land

    def _land(self, transaction: VersionedTransaction) -> Any:
        count = transaction.message.header.num_required_signatures
        for address in transaction.message.account_keys[1:count]:
            if address in self.accounts:
                return EXISTS
            self.accounts[address] = Account(1, b"made", PROGRAM)
            self.made.append(address)
        return None

    def delist(self) -> None:
        """End all jobs: their accounts are gone."""
        for address in self.made:
            self.accounts.pop(address, None)


class Poster:
    """A process with the wallet: a client of the chain, and a journal."""

    def __init__(self, chain: FakeChain, journal: Journal | None, *, wallet: Signer = WALLET) -> None:
        self.chain, self.time = chain, FakeTime()
        self.time.now += chain.height * 0.4
        self.engine = Engine(
            connection=Connection(LOCALNET, transport=chain),
            wallet=wallet,
            journal=journal,
            clock=self.time.clock,
            sleep=self._sleep,
            wall_clock=self.time.clock,
        )
        self.journal = WalletJournal(self.engine)

    def post(self, key: str | None = None) -> Action[Pubkey]:
        return Action(self.engine, _plan, name="post_job", makes_account=True, idempotency_key=key)

    def pay(self, key: str | None = None) -> Action[str]:
        """An action without an account of its own."""
        return Action(self.engine, _plan_payment, name="topup", idempotency_key=key)

    async def close(self) -> None:
        await self.engine.reads.aclose()

    async def _sleep(self, seconds: float) -> None:
        await self.time.sleep(seconds)
        self.chain.height += int(seconds / 0.4)
        self.chain.slot += int(seconds / 0.4)


def _plan(job: Signer) -> Planning[Pubkey]:
    seen = yield from look(job.address)
    if seen[job.address]:
        return already_done(job.address)
    meta = AccountMeta(job.address, is_signer=True, is_writable=True)
    return Plan(
        instructions=(Instruction(PROGRAM, b"post", [meta]),),
        signers=(job,),
        addresses={"job": job.address},
        reads=(job.address,),
        proof=account_made(job.address, lambda account: account.data == b"made"),
        result=lambda _landed: job.address,
    )


def _plan_payment() -> Planning[str]:
    yield from ()
    return Plan(instructions=(Instruction(PROGRAM, b"pay", []),), result=_signature)


def _signature(landed: Landed) -> str:
    return str(landed.receipt.signature)


async def steps(count: int) -> None:
    """Let everything else run for some turns of the loop, the journal's thread too."""
    for _ in range(count):
        await asyncio.sleep(0)


FAILS = simulated(err="AccountInUse")
