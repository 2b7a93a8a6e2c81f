"""A wallet on a chain in memory that posts: each post makes an account of its own and takes a deposit once."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from functools import partial
from typing import Any

from fault.chain import FakeChain
from fault.wire import FakeTime, KeySigner, blockhash, failure
from solders.account import Account
from solders.hash import Hash
from solders.instruction import AccountMeta, Instruction
from solders.pubkey import Pubkey
from solders.transaction import VersionedTransaction

from nosana_chain.engine.action import Action
from nosana_chain.engine.engine import Engine
from nosana_chain.engine.journal import Journal
from nosana_chain.engine.lifetime import BLOCKHASH_BLOCKS
from nosana_chain.engine.looking import look
from nosana_chain.engine.plan import Landed, Plan, Planning, account_made, already_done
from nosana_chain.engine.resuming import WalletJournal
from nosana_chain.networks import LOCALNET
from nosana_chain.wallet import Signer
from nosana_chain.wire.connection import Connection
from nosana_chain.wire.transport import Transport

WALLET = KeySigner(1)
PROGRAM = Pubkey(bytes([5]) * 32)
RECENT_BLOCKS = 300
_NO_HISTORY = -32011
EXISTS = {"InstructionError": [0, {"Custom": 0}]}


class ForgetfulSigner(KeySigner):
    """A wallet that signs nothing but transactions: no key can be derived from it."""

    def sign(self, message: bytes) -> Any:
        if message[:1] == b"\xff":
            raise NotImplementedError("transactions only")
        return super().sign(message)


class Chain(FakeChain):
    """Makes the account of whoever signed beside the wallet, and charges for it; knows blockhashes and histories.

    Attributes:
        paid: what was asked for, each time that it succeeded.
        made: the accounts, likewise.
        holds: what arrives waits, as in a gateway's queue, until `let_in`.
        pruned: the node keeps no history, but statuses of the last 300 blocks.
    """

    def __init__(self, **rules: Any) -> None:
        super().__init__({WALLET.address: Account(10**9, b"", Pubkey.default())}, **rules)
        self.paid: list[bytes] = []
        self.made: list[Pubkey] = []
        self.holds = self.pruned = False
        self._landed_at: dict[str, int] = {}
        self.lands = self._land

    def delist(self) -> None:
        """End all jobs: their accounts are gone."""
        for address in self.made:
            self.accounts.pop(address, None)

    def let_in(self) -> None:
        """Let what was held back arrive, as far as it still can land."""
        self.holds = self.swallows = False
        for transaction in list(self.arrived):
            self._arrive(transaction)

    def _land(self, transaction: VersionedTransaction) -> Any:
        message = transaction.message
        new = message.account_keys[1 : message.header.num_required_signatures]
        if any(address in self.accounts for address in new):
            return EXISTS
        self.accounts |= {address: Account(1, b"made", PROGRAM) for address in new}
        self.made += new
        self.paid.append(next(bytes(one.data) for one in message.instructions if bytes(one.data)[:1] == b"p"))
        return None

    def _arrive(self, transaction: VersionedTransaction) -> None:
        born = int.from_bytes(bytes(transaction.message.recent_blockhash)[:8], "little")
        self.swallows = self.holds or self.height > born + BLOCKHASH_BLOCKS
        super()._arrive(transaction)
        self._landed_at.setdefault(str(transaction.signatures[0]), self.height)

    def _getSignatureStatuses(self, params: list[Any]) -> Any:  # noqa: N802
        if self.pruned and params[1]["searchTransactionHistory"]:
            return failure(_NO_HISTORY)
        return super()._getSignatureStatuses(params)

    def _status(self, signature: str) -> Any:
        old = self.height - self._landed_at.get(signature, self.height) > RECENT_BLOCKS
        return None if self.pruned and old else super()._status(signature)

    def _getTransaction(self, params: list[Any]) -> Any:  # noqa: N802
        return failure(_NO_HISTORY) if self.pruned else super()._getTransaction(params)

    def _getLatestBlockhash(self, _params: list[Any]) -> Any:  # noqa: N802
        answer = blockhash(self.height + BLOCKHASH_BLOCKS)
        answer["value"]["blockhash"] = str(Hash(self.height.to_bytes(32, "little")))
        return answer

    def _getSignaturesForAddress(self, params: list[Any]) -> Any:  # noqa: N802
        known = {str(one.signatures[0]): one for one in self.arrived if str(one.signatures[0]) in self._errors}
        named = [name for name, one in known.items() if params[0] in map(str, one.message.account_keys)]
        return [{"signature": name, "err": self._errors[name]} for name in reversed(named)]


class Poster:
    """A process with the wallet: a client of the chain, and a journal."""

    def __init__(
        self,
        chain: FakeChain,
        journal: Journal | None,
        *,
        wallet: Signer = WALLET,
        time: FakeTime | None = None,
        wire: Transport | None = None,
    ) -> None:
        self.chain, self.time = chain, time or FakeTime()
        self.engine = Engine(
            connection=Connection(LOCALNET, transport=wire or chain),
            wallet=wallet,
            journal=journal,
            clock=self.time.clock,
            sleep=self._sleep,
            wall_clock=self.time.clock,
        )
        self.journal = WalletJournal(self.engine)

    def post(self, key: str | None = None) -> Action[Pubkey]:
        return Action(self.engine, partial(_plan, key or ""), name="post_job", makes_account=True, idempotency_key=key)

    def pay(self, key: str | None = None) -> Action[str]:
        """An action without an account of its own."""
        return Action(self.engine, _plan_payment, name="topup", idempotency_key=key)

    async def close(self) -> None:
        await self.engine.reads.aclose()

    async def _sleep(self, seconds: float) -> None:
        await self.time.sleep(seconds)
        self.chain.height += int(seconds / 0.4)
        self.chain.slot += int(seconds / 0.4)


def _plan(key: str, job: Signer) -> Planning[Pubkey]:
    seen = yield from look(job.address)
    if seen[job.address]:
        return already_done(job.address)
    meta = AccountMeta(job.address, is_signer=True, is_writable=True)
    return Plan(
        instructions=(Instruction(PROGRAM, b"post " + key.encode(), [meta]),),
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


class Cut(Coroutine[Any, Any, Any]):
    """Runs a coroutine up to its `at`-th suspension, and cancels it there: as it waits, or right after the answer."""

    def __init__(self, running: Coroutine[Any, Any, Any], *, at: int, moment: str = "waiting") -> None:
        self._steps = running.__await__()
        self._left, self._moment = at, moment

    def send(self, value: Any) -> Any:
        self._left -= 1
        if self._left == -1 and self._moment == "answered":
            return self._steps.throw(asyncio.CancelledError())
        waited = self._steps.send(value)
        if self._left == 0 and self._moment == "waiting":
            task = asyncio.current_task()
            assert task
            task.cancel()
        return waited

    def throw(self, *raised: Any) -> Any:
        return self._steps.throw(*raised)

    def close(self) -> None:
        self._steps.close()

    def __await__(self) -> Any:
        raise NotImplementedError  # a task steps it
