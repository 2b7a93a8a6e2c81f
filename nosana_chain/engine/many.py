"""Many actions at once: planned together, packed, sent in a window, each with its own result or error."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine, Iterable, Sequence
from typing import Any

from nosana_chain.engine.action import Action
from nosana_chain.engine.build import SignedTransaction
from nosana_chain.engine.confirm import deliver
from nosana_chain.engine.engine import Engine
from nosana_chain.engine.execution import Execution
from nosana_chain.engine.journal import Amount, Attempt, Conclusion, Outcome
from nosana_chain.engine.once import Record, Share
from nosana_chain.engine.packing import Pack, pack, packed
from nosana_chain.engine.plan import Plan, Series
from nosana_chain.engine.prepare import Prepared, prepare, sign
from nosana_chain.engine.sharing import all_of
from nosana_chain.engine.stored_bytes import stored_lifetime
from nosana_chain.engine.telling import tell
from nosana_chain.errors import (
    AlreadyDoneError,
    BlockhashExpiredError,
    BudgetExceededError,
    InProgressError,
    InputError,
    JournalError,
    NosanaError,
    NotAsQuotedError,
    ReservedFundsError,
    TransactionFailedError,
)
from nosana_chain.models.receipt import Progress, Step
from nosana_chain.units import Lamports, NosUnits
from nosana_chain.wallet import Wallet

_LOG = logging.getLogger(__name__)

WINDOW = 64  #: transactions that are under way at a time; with fewer, slots of 400 ms leave the client waiting
_MOST_SIGNINGS = 3  #: how often a pack is signed that expires without having landed
_TAKEN = (AlreadyDoneError, InProgressError)  # somebody else did, or does, one of a pack
#: Why a pack can't be one transaction: then each of its actions is one.
_SPLITS = (TransactionFailedError, NotAsQuotedError, InputError, ReservedFundsError, BudgetExceededError, *_TAKEN)

Told = Callable[[int, int], None]
_Planned = tuple[Execution[Any], Plan[Any]]


async def send_all(
    engine: Engine, actions: Iterable[Action[Any]], *, progress: Told | None = None, window: int = WINDOW
) -> list[Any]:
    """Carry out many actions; for each its result or its own error, in their order.

    Actions of one kind share transactions, as many as fit. A pack is carried out whole or not at all; one that fails is
    done again one by one, so that what can't be done fails alone. What expires unlanded is signed anew. Each action is
    in the journal by itself, and can be awaited afterwards: after an error, as its `retry` says, it goes on.

    Args:
        engine: the cluster and the wallet.
        actions: of this engine; the same one twice is done once.
        progress: told how many of how many are done or have failed, each time that this changes.
        window: transactions under way at a time, 1 or more.

    Network: the reads of all at once, and for each transaction those of one action. Safe to retry: yes, the same
    actions are done once.
    """
    return await _Batch(engine, list(actions), progress, window).run()


class _Batch:
    """One call of `send_all`."""

    def __init__(self, engine: Engine, actions: list[Action[Any]], progress: Told | None, window: int) -> None:
        self._engine = engine
        self._actions = actions
        self._executions = list(dict.fromkeys(action.execution for action in actions))
        self._progress = progress
        self._gate = asyncio.Semaphore(window)
        self._errors: dict[Execution[Any], NosanaError] = {}
        self._finished = 0

    async def run(self) -> list[Any]:
        planned = await asyncio.gather(*(self._plan(one) for one in self._executions))
        together = [(one, plan) for one, plan in planned if plan is not None]
        runs = [self._in_turn(self._each([one])) for one, plan in planned if plan is None]
        own_bounds = self._own_bounds
        groups = self._groups(together, own_bounds=own_bounds)
        runs += [self._in_turn(self._group(group, own_bounds=own_bounds)) for group in groups]
        await asyncio.gather(*runs)
        return [await self._outcome(action) for action in self._actions]

    async def _plan(self, execution: Execution[Any]) -> tuple[Execution[Any], Plan[Any] | None]:
        """An execution with its only plan; with None, if it has to be run by itself, or can't be planned."""
        try:
            series = None if execution.has_begun else await execution.plan()
        except NosanaError:
            return execution, None  # running it says why
        return execution, series.plans[0] if series and _is_packable(execution, series) else None

    @property
    def _own_bounds(self) -> bool:
        return self._engine.fee_seen.is_set

    def _groups(self, planned: Sequence[_Planned], *, own_bounds: bool) -> list[list[_Planned]]:
        """What goes into one transaction each, in as few as they fit into."""
        payer = self._engine.fee_signer.address
        ordered = sorted(planned, key=lambda one: _kind(one[1]))
        plans = [plan for _, plan in ordered]
        groups = pack(plans, payer=payer, new_key=Wallet.generate, own_bounds=own_bounds)
        return [[ordered[at] for at in group] for group in groups]

    async def _group(self, planned: Sequence[_Planned], *, own_bounds: bool) -> None:
        if len(planned) > 1:
            await self._together(PackRun(self._engine, planned, own_bounds=own_bounds))
        else:
            await self._each([execution for execution, _ in planned])

    async def _in_turn(self, running: Coroutine[Any, Any, None]) -> None:
        async with self._gate:
            await running

    async def _together(self, run: PackRun) -> None:
        if run.shares_a_bound and self._own_bounds:
            await self._apart(run)
            return
        try:
            await run.run()
        except _SPLITS:
            run.dissolve()
            if run.shares_a_bound and self._own_bounds:
                await self._apart(run)
            else:
                await self._each(run.executions)
        except NosanaError as error:
            self._errors |= run.errors(error)
            self._tell(len(run.executions))
        else:
            self._tell(len(run.executions))

    async def _apart(self, run: PackRun) -> None:
        """Pack it again, with a bound for each payment: a network fee was seen."""
        planned = await asyncio.gather(*(self._plan(one) for one in run.executions))
        known = [(one, plan) for one, plan in planned if plan is not None]
        for group in self._groups(known, own_bounds=True):
            await self._group(group, own_bounds=True)
        await self._each([one for one, plan in planned if plan is None])

    async def _each(self, executions: Sequence[Execution[Any]]) -> None:
        for execution in executions:
            try:
                await execution.run()
            except NosanaError as error:
                self._errors[execution] = error
            self._tell(1)

    async def _outcome(self, action: Action[Any]) -> Any:
        return self._errors.get(action.execution) or await action

    def _tell(self, count: int) -> None:
        self._finished += count
        tell(self._progress, self._finished, len(self._executions))


def _is_packable(execution: Execution[Any], series: Series[Any]) -> bool:
    """Whether it is one transaction, of the wallet alone, of which something is known, and that leaves room."""
    if len(series.plans) != 1 or not series.plans[0].checked or series.plans[0].cosigners:
        return False
    payment = series.plans[0].payment
    return execution.most is None or payment is None or payment.amount <= execution.most


def _kind(plan: Plan[Any]) -> tuple[str, ...]:
    """What plans must have in common to share a transaction, to sort by."""
    if plan.payment is None:
        return ("",)
    return ("paid", str(plan.payment.destination), str(plan.payment.bounded))


class PackRun:
    """Several actions on their way in one transaction. Run again after an error or a cancellation, it goes on."""

    def __init__(self, engine: Engine, planned: Sequence[_Planned], *, own_bounds: bool) -> None:
        self._engine = engine
        self._pack: Pack = packed([plan for _, plan in planned], new_key=Wallet.generate, own_bounds=own_bounds)
        self.executions = [execution for execution, _ in planned]
        self._records: list[Record] = []
        self._under_way: tuple[Prepared[list[Any]], SignedTransaction] | None = None
        self._is_recorded = False
        self._lock = asyncio.Lock()
        self._is_over = False

    async def run(self) -> None:
        """Do it; each execution has its result then.

        Raises:
            NosanaError: as of one action. After one of `_SPLITS` nothing is under way.
        """
        async with self._lock:
            for signing in range(_MOST_SIGNINGS):
                if self._is_over:
                    return
                try:
                    await self._once()
                except BlockhashExpiredError:
                    if signing + 1 == _MOST_SIGNINGS:
                        raise

    @property
    def shares_a_bound(self) -> bool:
        """Whether one amount bounds the payments of several."""
        payment = self._pack.whole.payment
        return payment is not None and payment.bounded and not self._pack.whole.bounds

    def dissolve(self) -> None:
        """Give every action back to itself."""
        for execution in self.executions:
            execution.be_carried_by(None)

    def errors(self, error: NosanaError) -> dict[Execution[Any], NosanaError]:
        """An error of the pack, as each of its actions has it."""
        told: dict[Execution[Any], NosanaError] = {}
        for execution, plan in zip(self.executions, self._pack.plans, strict=True):
            own = type(error)(error.message, **error.facts)
            own.retry = error.retry
            own.add_facts(**{role: str(at) for role, at in plan.addresses.items()})
            own.add_facts(idempotency_key=execution.idempotency_key)
            told[execution] = own
        return told

    async def _once(self) -> None:
        under_way = self._under_way or await self._sign()
        prepared, signed = under_way
        await self._write_down(prepared, signed)
        try:
            landed = await deliver(self._engine, self._pack.whole, signed)
        except (TransactionFailedError, BlockhashExpiredError) as error:
            self._under_way, self._is_recorded = None, False
            await self._conclude(signed, _ending(error))
            raise
        except asyncio.CancelledError:
            self._let_go()
            raise
        results = self._pack.whole.result(landed)
        for execution, result in zip(self.executions, results, strict=True):
            execution.take(result)
        self._under_way, self._is_over = None, True
        spent = {
            record.entry.id: Amount(nos=taken, lamports=Lamports(-(-self._lamports(prepared) // len(results))))
            for record, taken in zip(self._records, self._taken(prepared), strict=True)
            if record.entry
        }
        final = self._engine.waits_for_final
        await self._conclude(signed, Outcome.landed(landed.receipt.slot, final=final, spent=spent))

    async def _sign(self) -> tuple[Prepared[list[Any]], SignedTransaction]:
        prepared = await prepare(self._engine, self._pack.whole)
        shares = self._shares(prepared)
        self._records = [await execution.record() for execution in self.executions]
        means = [execution.lamports for execution in self.executions]
        begun = zip(self._records, means, shares, strict=True)
        try:
            await all_of(*(record.begin(prepared, lamports=lamports, share=share) for record, lamports, share in begun))
            signed = await sign(self._engine, prepared)
        except NosanaError as error:
            await all_of(*(record.give_up(str(error)) for record in self._records))
            raise
        except asyncio.CancelledError:  # nothing has left
            self._let_go()
            raise
        self._under_way = prepared, signed
        for execution in self.executions:
            execution.be_carried_by(self.run)
        self._engine.tell(Progress(Step.SIGNED, signed.signature))
        return self._under_way

    def _shares(self, prepared: Prepared[Any]) -> list[Share]:
        """Each action's part of it.

        Raises:
            NotAsQuotedError: with its network fee one takes more than it may.
        """
        parts = len(self.executions)
        each = zip(self._pack.plans, self._taken(prepared), strict=True)
        shares = [Share(plan=plan, taken=taken, parts=parts) for plan, taken in each]
        for execution, share in zip(self.executions, shares, strict=True):
            if execution.most is not None and share.taken > execution.most:
                raise NotAsQuotedError("a network fee is charged on top", meant=execution.most, taken=share.taken)
        return shares

    def _taken(self, prepared: Prepared[Any]) -> Sequence[NosUnits]:
        """What each action takes, with its network fee."""
        return prepared.cost.each or [_paid(plan) for plan in self._pack.plans]

    def _let_go(self) -> None:
        for record in self._records:
            record.let_go()

    def _lamports(self, prepared: Prepared[Any]) -> Lamports:
        """The most that it takes of the wallet's, which pays for all of a pack."""
        return prepared.lamports.get(self._engine.signer.address, Lamports(0))

    async def _write_down(self, prepared: Prepared[Any], signed: SignedTransaction) -> None:
        journal, leases = self._engine.journal, tuple(record.lease for record in self._records if record.lease)
        if journal is None or self._is_recorded:
            return
        attempt = Attempt(
            signature=signed.signature,
            signed_bytes=signed.raw,
            lifetime=stored_lifetime(signed.lifetime),
            signed_at=self._engine.wall_clock(),
            bound=Amount(nos=NosUnits(prepared.max_nos or prepared.cost.taken), lamports=self._lamports(prepared)),
            leases=leases,
        )
        try:
            await journal.record([attempt])
        except _TAKEN:
            self._under_way = None  # these bytes never left, and never will
            raise
        self._is_recorded = True

    async def _conclude(self, signed: SignedTransaction, outcome: Outcome) -> None:
        if self._engine.journal is None:
            return
        try:
            await self._engine.journal.conclude([Conclusion(signed.signature, outcome)])
        except JournalError as error:
            _LOG.warning("the journal could not be told what became of %s: %s", signed.signature, error)


def _ending(error: TransactionFailedError | BlockhashExpiredError) -> Outcome:
    """A verdict after which the same entries go on: signed anew, or one by one."""
    if isinstance(error, TransactionFailedError):
        return Outcome.failed(error.reason, ends=False)
    return Outcome.expired(ends=False)


def _paid(plan: Plan[Any]) -> NosUnits:
    return plan.payment.amount if plan.payment else NosUnits(0)
