"""Doing an action at most once, across crashes and processes: by its key, in the journal.

The journal is written before the first byte leaves. Whoever comes back with the key, in whatever process, finds the
entry, and sends the very bytes that may be under way, or learns what became of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from solders.pubkey import Pubkey

from nosana_chain.engine.build import SignedTransaction
from nosana_chain.engine.engine import Engine
from nosana_chain.engine.journal import (
    Amount,
    Attempt,
    Balance,
    Begun,
    Conclusion,
    Entry,
    EntryState,
    Intent,
    Journal,
    Lease,
    Outcome,
)
from nosana_chain.engine.journal.entry import ENDED_EMPTY
from nosana_chain.engine.keys import Address, Seed
from nosana_chain.engine.plan import Landed, Plan
from nosana_chain.engine.prepare import Prepared
from nosana_chain.engine.stored_bytes import restored, stored_lifetime
from nosana_chain.errors import (
    AlreadyDoneError,
    BlockhashExpiredError,
    InProgressError,
    NosanaError,
    TransactionFailedError,
)
from nosana_chain.units import Lamports, NosUnits
from nosana_chain.wallet import Signer


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """What makes two calls the same action.

    Attributes:
        scope: genesis hash of the cluster.
        verb: what is done.
        key: the idempotency key.
        terms: what was asked for; the same key with other terms is an error.
        is_random: nobody gave the key.
        seed: of the account that the action makes; None for one that makes none.
        is_held: the seed can't be derived again: the journal holds it.
        payer: who pays, if it isn't the wallet: what it takes is reserved of the payer's.
    """

    scope: str
    verb: str
    key: str
    terms: Mapping[str, Any]
    is_random: bool
    seed: Seed | None = None
    is_held: bool = False
    payer: Pubkey | None = None


@dataclass(frozen=True, slots=True)
class Means:
    """Lamports of who pays an action, as they were read; None where nobody looked, or nothing is there.

    Attributes:
        payer: of the wallet, or who pays in its place.
        fee_payer: of who pays the transaction's fee, where that is another.
    """

    payer: int | None = None
    fee_payer: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """What one action is of a transaction that several share.

    Attributes:
        plan: the action's own.
        taken: NOS base units that it takes, with its network fee.
        parts: how many actions there are.
    """

    plan: Plan[Any]
    taken: NosUnits
    parts: int


class _Fee(NamedTuple):
    """What a transaction takes of a fee payer who isn't the payer."""

    payer: Pubkey | None
    lamports: Lamports


@dataclass(slots=True)
class Record:
    """An action's entry in the journal, while it is being done.

    Without a journal every method does nothing.
    """

    engine: Engine
    identity: Identity
    entry: Entry | None = None
    lease: Lease | None = None
    _held: Seed | None = None  # the seed that only the journal keeps: the entry's, as long as it has one

    def __post_init__(self) -> None:
        self._held = self.identity.seed if self.identity.is_held else None

    @property
    def journal(self) -> Journal | None:
        """Where it is kept."""
        return self.engine.journal

    @property
    def account(self) -> Signer | None:
        """The key of the account that the action makes: the journal's, where it holds one under this idempotency key.

        Of an action that is over the address alone, which is all that is left of a key that couldn't be derived.
        """
        seed = self._held or self.identity.seed
        if seed is None:
            return None
        made = made_account(self.entry) if self.entry and self.is_over else None
        return Address(made) if made else seed.wallet()

    @property
    def is_over(self) -> bool:
        """Whether the action was done before, and is on chain."""
        return self.entry is not None and self.entry.state in (EntryState.LANDED, EntryState.DONE)

    def charge(self, payer: Pubkey) -> None:
        """From now on it is `payer` who pays, as is known once it was simulated."""
        self.identity = replace(self.identity, payer=payer)

    async def look_up(self) -> SignedTransaction | None:
        """Find what an earlier call left under the key; the bytes that may be under way, if there are any.

        Raises:
            TermsDifferError: the key stands for something else.
            InProgressError: another task or process is at it.
        """
        if self.journal is None or (self.identity.is_random and self.entry is None):
            return None
        found = await self.journal.find(
            scope=self.identity.scope,
            wallet=self.engine.signer.address,
            verb=self.identity.verb,
            key=self.identity.key,
        )
        if found is None:
            return None
        if found.state in ENDED_EMPTY:  # begun again once it is known what for
            self.entry = found
            return None
        await self._begin(found.intent.bound, _Fee(found.intent.fee_payer, found.intent.fee_lamports), balance=None)
        live = self.entry.live if self.entry else ()
        return restored(live[-1], self.engine) if live else None

    async def begin(self, prepared: Prepared[Any], *, lamports: Means | None, share: Share | None = None) -> None:
        """Write down what is about to be signed, and reserve what it may take.

        Args:
            prepared: what it is.
            lamports: of who pays, as they were read; what isn't known is reserved without asking whether it fits.
            share: this action's own part, where it is one of several in the transaction.

        Raises:
            JournalError: the journal can't be written: nothing may be signed.
            ReservedFundsError, BudgetExceededError: it doesn't fit beside what is open.
            InProgressError: another task or process is at it.
            AlreadyDoneError: it was done in between.
        """
        if self.journal is None:
            return
        plan, parts = (share.plan, share.parts) if share else (prepared.plan, 1)
        bound = self._share_of(share, prepared) if share else self._bound(prepared)
        means = lamports or Means()
        if prepared.fee_payer != self.engine.fee_signer.address:  # whose nobody looked at
            means = replace(means, fee_payer=None)
        balance = _balance(plan, means)
        await self._begin(bound, self._fee(prepared, parts), balance=balance, addresses=self._made(plan))
        if self.is_over:
            raise self.done()

    async def record(self, prepared: Prepared[Any], signed: SignedTransaction) -> None:
        """Keep the signed bytes, before the first of them leaves.

        Raises:
            JournalError: the journal can't be written: nothing may leave.
            InProgressError: another task or process is at it.
            AlreadyDoneError: it was done in between.
        """
        if self.journal is None or await self._was_recorded(prepared, signed):
            return
        assert self.lease is not None  # noqa: S101  begun, or begun again
        attempt = Attempt(
            signature=signed.signature,
            signed_bytes=signed.raw,
            lifetime=stored_lifetime(signed.lifetime),
            signed_at=self.engine.wall_clock(),
            bound=self._bound(prepared),
            leases=(self.lease,),
            addresses=dict(prepared.plan.addresses),
        )
        await self.journal.record([attempt])

    async def landed(self, signed: SignedTransaction, landed: Landed, prepared: Prepared[Any] | None) -> None:
        """Write down that it happened."""
        fee = 0 if prepared and prepared.fee_payer != self._payer else landed.receipt.fee
        taken = Amount(nos=prepared.cost.taken, lamports=Lamports(fee)) if prepared and fee is not None else None
        spent = {self.entry.id: taken} if self.entry and taken else None
        await self._conclude(
            signed, Outcome.landed(landed.receipt.slot, final=self.engine.waits_for_final, spent=spent)
        )

    async def ended(self, signed: SignedTransaction, error: NosanaError, *, ends: bool = True) -> None:
        """Write down a verdict that it didn't happen, or that nobody knows yet: then others may find out.

        Args:
            signed: the bytes.
            error: the verdict.
            ends: False where the caller goes on, and signs anew.
        """
        if isinstance(error, TransactionFailedError):
            await self._conclude(signed, Outcome.failed(error.reason, ends=ends), keeps_lease=not ends)
        elif isinstance(error, BlockhashExpiredError):
            await self._conclude(signed, Outcome.expired(ends=ends), keeps_lease=not ends)
        else:
            await self.release()

    async def give_up(self, reason: str) -> None:
        """Nothing was signed, and nothing will be."""
        if self.journal is not None and self.lease is not None:
            lease, self.lease = self.lease, None
            await self.journal.end([lease], reason=reason)

    async def release(self) -> None:
        """Let others go on with it."""
        if self.journal is not None and self.lease is not None:
            lease, self.lease = self.lease, None
            await self.journal.release([lease])

    def let_go(self) -> None:
        """The same for somebody who was cancelled, and may not wait; what nothing was signed for is given up."""
        if self.journal is not None and self.lease is not None:
            lease, self.lease = self.lease, None
            self.journal.let_go([lease])

    def done(self) -> AlreadyDoneError:
        """The error for an action that was done under this key, of which nothing is left to be seen."""
        entry = self.entry
        last = next(reversed(entry.attempts), None) if entry else None
        signature = str(last.signature) if last else None
        addresses = {role: str(at) for role, at in last.addresses.items()} if last else {}
        return done_before(self.identity, signature=signature, addresses=addresses)

    async def _was_recorded(self, prepared: Prepared[Any], signed: SignedTransaction) -> bool:
        """Whether an earlier call kept these bytes, which was cancelled before it knew."""
        if self.lease is None:
            made = self._made(prepared.plan)
            await self._begin(self._bound(prepared), self._fee(prepared), balance=None, addresses=made)
        if self.entry is not None and any(one.signature == signed.signature for one in self.entry.attempts):
            return True
        if self.is_over:
            raise self.done()
        return False

    async def _begin(
        self, bound: Amount, fee: _Fee, *, balance: Balance | None, addresses: Mapping[str, Pubkey] | None = None
    ) -> None:
        journal, identity = self.journal, self.identity
        assert journal is not None  # noqa: S101  its callers looked
        if self.lease is not None:
            if self.entry is not None and _covers(self.entry.intent, bound, fee):
                return
            await self.give_up("begun again with another bound")
        intent = Intent(
            scope=identity.scope,
            wallet=self.engine.signer.address,
            verb=identity.verb,
            key=identity.key,
            terms=identity.terms,
            bound=bound,
            addresses=addresses or {},
            random_key=identity.is_random,
            held_seed=self._held,
            payer=self._payer,
            fee_payer=fee.payer,
            fee_lamports=fee.lamports,
        )
        [begun] = await journal.begin([intent], balance=balance, budget=self.engine.budget)
        self._take(begun)

    @property
    def _payer(self) -> Pubkey:
        return self.identity.payer or self.engine.signer.address

    def _bound(self, prepared: Prepared[Any]) -> Amount:
        """The most that a prepared transaction may take from who pays."""
        nos = prepared.max_nos if prepared.max_nos is not None else prepared.cost.taken
        return Amount(nos=NosUnits(nos), lamports=prepared.lamports.get(self._payer, Lamports(0)))

    def _fee(self, prepared: Prepared[Any], parts: int = 1) -> _Fee:
        """The most that it may take from a fee payer who isn't who pays; of several actions in it, the share of one."""
        payer = prepared.fee_payer
        if payer == self._payer:
            return _Fee(None, Lamports(0))
        return _Fee(payer, Lamports(-(-prepared.lamports.get(payer, Lamports(0)) // parts)))

    def _share_of(self, share: Share, prepared: Prepared[Any]) -> Amount:
        """What one of several actions may take of what their transaction may; they share its fees."""
        lamports = prepared.lamports.get(self._payer, Lamports(0))
        return Amount(nos=share.taken, lamports=Lamports(-(-lamports // share.parts)))

    def _made(self, plan: Plan[Any]) -> dict[str, Pubkey]:
        """The account that shows whether it was done: of a key that signs nothing else, the same in each attempt."""
        if self._held is None and self.identity.seed is None:
            return {}
        keys = {signer.address for signer in plan.signers}
        made = {role: at for role, at in plan.addresses.items() if at in keys}
        return {role: at for role, at in made.items() if role != "run" or len(made) == 1}  # a post's run need not come

    def _take(self, begun: Begun) -> None:
        self.entry, self.lease = begun.entry, begun.lease
        self._held = begun.entry.intent.held_seed or self._held
        if self.is_over and begun.entry.slot is not None:
            self.engine.connection.saw(begun.entry.slot)  # by a node that is behind, what was made would be gone
        if begun.lease is None and not self.is_over:
            raise InProgressError(
                f"{self.identity.verb} with the key {self.identity.key!r} is being done by {begun.entry.holder.host}, "
                f"process {begun.entry.holder.pid}; nothing was sent here: ask again later, with the same key",
                entry=begun.entry.id,
                place="",
            )

    async def _conclude(self, signed: SignedTransaction, outcome: Outcome, *, keeps_lease: bool = False) -> None:
        if self.journal is not None and self.entry is not None:
            await self.journal.conclude([Conclusion(signed.signature, outcome)])
            if not keeps_lease:
                self.lease = None


def _balance(plan: Plan[Any], means: Means) -> Balance | None:
    """What of it is known: the payer's, where the plan takes NOS, and the fee payer's."""
    payment = plan.payment if means.payer is not None else None
    if payment is None and means.fee_payer is None:
        return None
    return Balance(
        nos=payment.balance if payment else None,
        lamports=Lamports(means.payer) if payment and means.payer is not None else None,
        fee_lamports=None if means.fee_payer is None else Lamports(means.fee_payer),
    )


def _covers(intent: Intent, bound: Amount, fee: _Fee) -> bool:
    """Whether what was reserved is enough for this, too."""
    same = fee.payer is None or (intent.fee_payer == fee.payer and fee.lamports <= intent.fee_lamports)
    return same and intent.bound.covers(bound)


def done_before(identity: Identity, *, signature: str | None, addresses: Mapping[str, str]) -> AlreadyDoneError:
    """The error for an action that was done under its key before."""
    return AlreadyDoneError(
        f"{identity.verb} with the key {identity.key!r} was done before (transaction {signature}), and what it made is "
        "gone from the chain since, or never was an account; nothing was sent: use another key to do it again",
        key=identity.key,
        signature=signature,
        **addresses,
    )


def made_account(entry: Entry) -> Pubkey | None:
    """The account that an entry's action makes with a key of its own; None for one that makes none."""
    return next(iter(entry.intent.addresses.values()), None)
