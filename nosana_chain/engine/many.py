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
from nosana_chain.engine.once import Record, stored_lifetime
from nosana_chain.engine.packing import Pack, pack, packed
from nosana_chain.engine.plan import Plan, Series
from nosana_chain.engine.prepare import Prepared, prepare, sign
from nosana_chain.engine.sharing import all_of
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

WINDOW = 24  #: transactions that are under way at a time
_MOST_SIGNINGS = 3  #: how often a pack is signed that expires without having landed
_TAKEN = (AlreadyDoneError, InProgressError)  # somebody else did, or does, one of a pack
#: Why a pack can't be one transaction: then each of its actions is one.
_SPLITS = (TransactionFailedError, NotAsQuotedError, InputError, ReservedFundsError, BudgetExceededError, *_TAKEN)

Told = Callable[[int, int], None]


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
        runs += [self._in_turn(self._together(run)) for run in self._packs(together)]
        await asyncio.gather(*runs)
        return [await self._outcome(action) for action in self._actions]

    async def _plan(self, execution: Execution[Any]) -> tuple[Execution[Any], Plan[Any] | None]:
        """An execution with its only plan; with None, if it has to be run by itself, or can't be planned."""
        try:
            series = None if execution.has_begun else await execution.plan()
        except NosanaError:
            return execution, None  # running it says why
        return execution, series.plans[0] if series and _is_packable(execution, series) else None

    def _packs(self, planned: Sequence[tuple[Execution[Any], Plan[Any]]]) -> list[PackRun]:
        payer = self._engine.fee_signer.address
        ordered = sorted(planned, key=lambda one: _kind(one[1]))
        groups = pack([plan for _, plan in ordered], payer=payer, new_key=Wallet.generate)
        return [PackRun(self._engine, [ordered[at] for at in group]) for group in groups]

    async def _in_turn(self, running: Coroutine[Any, Any, None]) -> None:
        async with self._gate:
            await running

    async def _together(self, run: PackRun) -> None:
        try:
            await run.run()
        except _SPLITS:
            run.dissolve()
            await self._each(run.executions)
        except NosanaError as error:
            self._errors |= run.errors(error)
            self._tell(len(run.executions))
        else:
            self._tell(len(run.executions))

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
        if self._progress:
            self._progress(self._finished, len(self._executions))


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

    def __init__(self, engine: Engine, planned: Sequence[tuple[Execution[Any], Plan[Any]]]) -> None:
        self._engine = engine
        self._pack: Pack = packed([plan for _, plan in planned], new_key=Wallet.generate)
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
            record.entry.id: Amount(nos=_paid(plan), lamports=Lamports(-(-self._lamports(prepared) // len(results))))
            for record, plan in zip(self._records, self._pack.plans, strict=True)
            if record.entry
        }
        final = self._engine.waits_for_final
        await self._conclude(signed, Outcome.landed(landed.receipt.slot, final=final, spent=spent))

    async def _sign(self) -> tuple[Prepared[list[Any]], SignedTransaction]:
        prepared = await prepare(self._engine, self._pack.whole)
        self._records = [await execution.record() for execution in self.executions]
        parts = list(zip(self._records, self.executions, self._pack.plans, strict=True))
        try:
            await all_of(
                *(
                    record.begin(prepared, lamports=execution.lamports, share=plan, parts=len(parts))
                    for record, execution, plan in parts
                )
            )
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
