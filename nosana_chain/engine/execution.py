"""Carrying out what was asked for, once: plan, prepare, write down, sign, send, and see what became of it.

An execution can be cancelled or fail at any point and be run again: it goes on with the bytes that may be under way,
and signs nothing new as long as they may land.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from solders.account import Account
from solders.pubkey import Pubkey

from nosana_chain.engine.bound import in_terms_of_bound
from nosana_chain.engine.build import SignedTransaction
from nosana_chain.engine.confirm import VERDICTS, deliver
from nosana_chain.engine.engine import Engine
from nosana_chain.engine.identify import identify, require_never_made
from nosana_chain.engine.looking import Looking, look, see_all
from nosana_chain.engine.nonces import SeenNonce, fetch_seen_nonce
from nosana_chain.engine.once import Means, Record
from nosana_chain.engine.plan import Landed, Plan, Planning, Series, account_made, series_of
from nosana_chain.engine.prepare import Prepared, prepare, sign
from nosana_chain.engine.shortage import with_amounts
from nosana_chain.errors import (
    AddressTakenError,
    AlreadyDoneError,
    InputError,
    InsufficientFundsError,
    JournalError,
    NosanaError,
    NotAsQuotedError,
    TransactionFailedError,
)
from nosana_chain.models.receipt import Progress, Step
from nosana_chain.wallet import Signer

T = TypeVar("T")

_LOG = logging.getLogger(__name__)
_MOST_PLANS = 3  #: races that are lost in a row before the error is the caller's


@dataclass(frozen=True, slots=True, kw_only=True)
class Request(Generic[T]):
    """What was asked for.

    Attributes:
        verb: the action's name.
        planner: begins to plan; is given the key of the account that the action makes, if it makes one.
        terms: what makes two uses of an idempotency key the same action; JSON values.
        makes_account: whether it makes an account of its own.
        idempotency_key: the caller's; None for a random one.
        strict_key: whether to refuse a key about which nobody can tell if it was used before.
        max_nos: base units that it may take in all; None for what it takes when it is first prepared.
        simulate_first: False signs without a trial run.
        payer: who pays, if it isn't the wallet.
    """

    verb: str
    planner: Callable[[Signer | None], Planning[T]]
    terms: Mapping[str, Any] = field(default_factory=dict)
    makes_account: bool = False
    idempotency_key: str | None = None
    strict_key: bool = False
    max_nos: int | None = None
    simulate_first: bool = True
    payer: Pubkey | None = None


@dataclass(slots=True)
class _UnderWay:
    """Signed bytes, and whether the journal has them."""

    prepared: Prepared[Any]
    signed: SignedTransaction
    is_recorded: bool = False


class Execution(Generic[T]):
    """One request, on its way."""

    def __init__(self, engine: Engine, request: Request[T]) -> None:
        self._engine = engine
        self._request = request
        self._most = request.max_nos
        self._records: list[Record] = []
        self._series: Series[T] | None = None
        self._results: list[Any] = []
        self._lamports: Means | None = None
        self._under_way: _UnderWay | None = None
        self._elsewhere: Callable[[], Awaitable[Any]] | None = None

    @property
    def is_under_way(self) -> bool:
        """Whether signed bytes may still land."""
        return self._under_way is not None or self._elsewhere is not None

    @property
    def has_begun(self) -> bool:
        """Whether it has results, or bytes under way: then no other transaction may take it over."""
        return self.is_under_way or bool(self._results)

    @property
    def most(self) -> int | None:
        """NOS base units that it may take in all; None for what it takes."""
        return self._most

    @property
    def lamports(self) -> Means | None:
        """What those had who pay, when it was planned; None where nobody looked."""
        return self._lamports

    async def plan(self) -> Series[T]:
        """What it comes to now: its plans, or none where it is done already.

        Raises:
            NosanaError: it can't be planned.
        """
        await self._engine.reads.check_network()
        self._series = self._series or await self._plan()
        return self._series

    async def record(self) -> Record:
        """Its entry in the journal."""
        return await self._record(0)

    def be_carried_by(self, carrier: Callable[[], Awaitable[Any]] | None) -> None:
        """From now on its result comes from a transaction that it shares; None gives it back to itself."""
        self._elsewhere = carrier
        if carrier is None:
            self._series = None

    def take(self, result: Any) -> None:
        """What its only plan came to, in a transaction that it shared."""
        self._results, self._elsewhere = [result], None

    @property
    def idempotency_key(self) -> str | None:
        """The key under which the journal has it, the caller's or a random one; None before it is known."""
        return self._records[0].identity.key if self._records else self._request.idempotency_key

    async def run(self) -> T:
        """Do it, or go on with it; the result, once it has landed."""
        await self._engine.reads.check_network()
        try:
            return await self._run()
        except BaseException:  # above all CancelledError, which may not wait
            if self._under_way is None and not self._results:
                self._series = None  # what was seen may have changed when it is run again
            for record in self._records:
                record.let_go()
            raise

    async def _run(self) -> T:
        if self._elsewhere is not None:
            await self._elsewhere()
        for attempt in range(_MOST_PLANS):
            try:
                series = self._series = self._series or await self._plan()
                while len(self._results) < len(series.plans):
                    await self._carry_out(len(self._results), series.plans[len(self._results)])
                return series.result(self._results)
            except NosanaError as error:
                stale = self._series if self._under_way is None and not self._results else None
                if stale is not None:
                    self._series = None  # what was seen may have changed
                if attempt + 1 == _MOST_PLANS or stale is None or not self._is_worth_a_new_plan(stale, error):
                    raise await self._in_words(error, stale) from error.__cause__
        raise AssertionError("unreachable")

    async def prepare_alone(self, *, nonce: Pubkey | None = None) -> Prepared[T]:
        """The request's only transaction, ready to be signed; with `nonce`, it lives by that in place of a blockhash.

        Raises:
            InputError: it takes several, or none since it is done already.
        """
        await self._engine.reads.check_network()
        series = await self._plan()
        if len(series.plans) != 1:
            count = len(series.plans)
            reason = f"takes {count} transactions; look at them one by one" if count else "is done already"
            raise InputError(f"{self._request.verb} {reason}")
        seen = None if nonce is None else await fetch_seen_nonce(self._engine.connection, nonce)
        try:
            return await self._prepare(series.plans[0], nonce=seen)
        except NosanaError as error:
            raise await self._in_words(error, series) from error.__cause__

    async def _plan(self) -> Series[T]:
        record = await self._record(0)
        earlier = await record.look_up()
        account = record.account
        if earlier:
            await self._settle_earlier(record, earlier, account)
        if record.is_over and account is None:  # nothing would show it: what there is now is another matter
            raise record.done()
        series = series_of(await self._see(account))
        if series.plans and record.is_over:
            raise record.done()
        if series.plans and account is not None and self._request.idempotency_key and record.entry is None:
            try:
                await require_never_made(
                    self._engine, account.address, record.identity, strict=self._request.strict_key
                )
            except AlreadyDoneError:
                series = series_of(await self._see(account))  # it may have come after the first look
                if series.plans:
                    raise
        return series

    async def _see(self, account: Signer | None) -> Any:
        """What the planner makes of what is there; and with it, what those have who pay."""
        engine = self._engine
        wallet = self._request.payer or engine.signer.address
        plannings: list[Any] = [self._request.planner(account)]
        if engine.journal is not None:
            plannings.append(_look_for_means(wallet, engine.fee_signer.address))
        planned, *balance = await see_all(engine.connection, plannings, read=engine.reads.accounts)
        if isinstance(planned, NosanaError):
            raise planned
        self._lamports = balance[0] if balance and isinstance(balance[0], Means) else None
        return planned

    async def _settle_earlier(self, record: Record, earlier: SignedTransaction, account: Signer | None) -> None:
        """Send what an earlier call signed again, and wait for what becomes of it.

        If it can't land any more, this call goes on and signs anew; if nobody can tell, it ends here.
        """
        plan = earlier_plan(account.address if account else None)
        try:
            landed = await deliver(self._engine, plan, earlier)
        except VERDICTS as error:
            await self._note(record.ended(earlier, error, ends=False))
        except NosanaError as error:
            await self._note(record.ended(earlier, error))
            raise
        else:
            await self._note(record.landed(earlier, landed, None))
            if account is None:  # what it made can't be seen: the journal's word has to do
                raise record.done()

    async def _carry_out(self, number: int, plan: Plan[Any]) -> None:
        record = await self._record(number)
        under_way = self._under_way or await self._sign(record, plan)
        if not under_way.is_recorded:
            await self._write_down(record, under_way)
        try:
            landed = await deliver(self._engine, under_way.prepared.plan, under_way.signed)
        except NosanaError as error:
            if isinstance(error, VERDICTS):
                self._under_way = None
            await self._note(record.ended(under_way.signed, error))
            raise self._told(error, under_way.prepared, record) from error.__cause__
        self._results.append(under_way.prepared.plan.result(landed))  # before anything else can be cancelled
        self._under_way = None
        await self._note(record.landed(under_way.signed, landed, under_way.prepared))

    async def _write_down(self, record: Record, under_way: _UnderWay) -> None:
        try:
            await record.record(under_way.prepared, under_way.signed)
        except AlreadyDoneError:
            self._under_way = None  # these bytes never left, and never will
            raise
        under_way.is_recorded = True

    async def _sign(self, record: Record, plan: Plan[Any]) -> _UnderWay:
        prepared = await self._prepare(plan)
        await record.begin(prepared, lamports=self._lamports)
        try:
            signed = await self._signed(prepared)
        except NosanaError as error:
            await self._note(record.give_up(str(error)))
            raise
        self._under_way = _UnderWay(prepared, signed)
        # told before the first byte leaves: from here on the signature is known, whatever comes
        self._engine.tell(Progress(Step.SIGNED, signed.signature))
        return self._under_way

    async def _signed(self, prepared: Prepared[Any]) -> SignedTransaction:
        return await sign(self._engine, prepared)

    async def _prepare(self, plan: Plan[Any], *, nonce: SeenNonce | None = None) -> Prepared[Any]:
        simulate_first = self._request.simulate_first
        prepared = await prepare(self._engine, plan, max_nos=self._most, simulate_first=simulate_first, nonce=nonce)
        if self._most is None and prepared.max_nos is not None:
            self._most = prepared.cost.taken  # what was told once is not exceeded by a later attempt
        return prepared

    async def _record(self, number: int) -> Record:
        while len(self._records) <= number:
            request, at = self._request, len(self._records)
            identity = await identify(
                self._engine,
                verb=request.verb,
                key=request.idempotency_key,
                terms=request.terms,
                makes_account=request.makes_account,
                number=at,
                payer=request.payer,
            )
            self._records.append(Record(self._engine, identity))
        return self._records[number]

    def _is_worth_a_new_plan(self, series: Series[T], error: NosanaError) -> bool:
        """Whether the error says that what was seen has changed since."""
        lost_race = bool(series.plans) and isinstance(error, series.plans[0].plan_anew)
        moved = isinstance(error, NotAsQuotedError) and self._most is None
        done = isinstance(error, (AlreadyDoneError, AddressTakenError))
        overtaken = done and self._request.makes_account  # somebody else did it
        return lost_race or moved or overtaken

    async def _in_words(self, error: NosanaError, series: Series[T] | None) -> NosanaError:
        """The error as the caller should hear it: with the amounts, and as what the plan knows that it means."""
        if isinstance(error, InsufficientFundsError):
            return await with_amounts(self._engine.connection, error)
        return series.plans[0].in_words(error) if series and series.plans else error

    def _told(self, error: NosanaError, prepared: Prepared[Any], record: Record) -> NosanaError:
        """The error as the caller gets it: what it means for a bound, and the key to come back with."""
        if isinstance(error, TransactionFailedError):
            error = in_terms_of_bound(error, prepared.plan.payment, prepared.max_nos)
        if self._engine.journal is not None:
            error.add_facts(idempotency_key=record.identity.key)
        return error

    async def _note(self, writing: Awaitable[None]) -> None:
        """Write down what the chain decided: that the journal can't be written changes nothing about it."""
        try:
            await writing
        except JournalError as error:
            _LOG.warning("the journal could not be told what became of %s: %s", self._request.verb, error)


def earlier_plan(address: Pubkey | None) -> Plan[Landed]:
    """What can be said about bytes of another time: that the account they make is there, if they make one."""
    if address is None:
        return Plan(instructions=(), result=_itself)
    proof = account_made(address, _is_any)
    return Plan(instructions=(), result=_itself, addresses={"account": address}, reads=(address,), proof=proof)


def _itself(landed: Landed) -> Landed:
    return landed


def _is_any(_account: Account) -> bool:
    return True


def _look_for_means(payer: Pubkey, fee_payer: Pubkey) -> Looking[Means]:
    seen = yield from look(payer, fee_payer)
    held, fees = seen[payer], seen[fee_payer]
    other = fees is not None and fee_payer != payer
    return Means(payer=held.lamports if held else None, fee_payer=fees.lamports if fees and other else None)
