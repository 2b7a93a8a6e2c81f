"""An action is a value: it can be quoted, tried, signed elsewhere, and done, once."""

from __future__ import annotations

import asyncio
import base64
import warnings
from collections.abc import Callable, Coroutine, Generator, Mapping
from typing import Any, Generic, TypeVar, overload

from nosana_chain.engine.bound import in_terms_of_bound
from nosana_chain.engine.build import SignedTransaction, sign_partly
from nosana_chain.engine.confirm import deliver
from nosana_chain.engine.engine import Engine
from nosana_chain.engine.looking import see
from nosana_chain.engine.plan import Plan, Planner, Series, series_of
from nosana_chain.engine.prepare import Prepared, prepare, sign
from nosana_chain.engine.rehearse import explanation_of, quote_of, rehearse
from nosana_chain.errors import BlockhashExpiredError, InputError, NosanaError, NotAsQuotedError, TransactionFailedError
from nosana_chain.models.explanation import Explanation
from nosana_chain.models.quote import Quote
from nosana_chain.models.receipt import Progress, Step
from nosana_chain.units import u64

T = TypeVar("T")

_MOST_PLANS = 3  #: races that are lost in a row before the error is the caller's
_STEP = object()


class Action(Coroutine[Any, Any, T], Generic[T]):
    """Something that can be done on chain, once: `await` it, or keep it and look at it first.

    It is a coroutine to everything that takes one: `await`, `asyncio.gather`, `create_task`, `TaskGroup`,
    `asyncio.run`. Awaited again it gives the same result and pays nothing more. After an error it may be awaited again
    as `error.retry` says; as long as signed bytes may still land, the same bytes are sent and looked for, and nothing
    is signed.

    Args:
        engine: the cluster, the wallet, fees and waiting.
        planner: begins to plan, from what is seen then.
        name: the verb, for people.
        terms: what was asked for, for people.
        max_nos: NOS base units that it may take in all; by default what its quote says.
        simulate_first: False signs without a trial run.

    Raises:
        AmountError: max_nos is out of range.
    """

    def __init__(
        self,
        engine: Engine,
        planner: Planner[T],
        *,
        name: str,
        terms: Mapping[str, Any] | None = None,
        max_nos: int | None = None,
        simulate_first: bool = True,
    ) -> None:
        self._used = True  # until everything about it is valid
        self.name = name
        self.terms = dict(terms or {})
        self._engine = engine
        self._planner = planner
        self._max_nos = None if max_nos is None else u64(max_nos, "max_nos")
        self._simulate_first = simulate_first
        self._lock = asyncio.Lock()
        self._series: Series[T] | None = None
        self._results: list[Any] = []
        self._outstanding: tuple[Prepared[Any], SignedTransaction] | None = None
        self._done: tuple[T] | None = None
        self._stepping: Coroutine[Any, Any, T] | None = None
        self._used = False

    # ------------------------------------------------------------ looking before doing

    async def quote(self) -> Quote:
        """What it takes now. From then on it takes no more NOS than that, unless `max_nos` allows it.

        Network: 5 calls or more. Safe to retry: yes, nothing is signed.

        Raises:
            TransactionFailedError: it would fail now; a subclass says why.
            InputError: it takes several transactions, which can't be tried before the first is done.
        """
        self._used = True
        prepared = await self._prepare_alone()
        return quote_of(self._engine, await rehearse(self._engine, prepared))

    async def dry_run(self) -> Explanation:
        """What it says and would move, account by account; print it. Network: 5 calls or more, nothing is signed.

        Raises:
            TransactionFailedError: it would fail now; `explanation` on it says where.
            InputError: as in `quote`.
        """
        self._used = True
        return explanation_of(self._engine, await rehearse(self._engine, await self._prepare_alone()))

    async def unsigned(self) -> str:
        """The transaction in base64, without the wallet's signature: for a hardware wallet or a multisig.

        The keys that it makes itself have signed. It can land for about a minute. Network: 4 calls or more.

        Raises:
            TransactionFailedError: it would fail now.
            InputError: as in `quote`.
        """
        self._used = True
        prepared = await self._prepare_alone()
        transaction = sign_partly(prepared.message, signers=prepared.plan.signers)
        return base64.b64encode(bytes(transaction)).decode()

    # ------------------------------------------------------------ doing

    @overload
    def send(self) -> Coroutine[Any, Any, T]: ...

    @overload
    def send(self, value: Any, /) -> Any: ...

    def send(self, value: Any = _STEP) -> Any:
        """Do it: `await action.send()` is `await action`. With a value it is the step of a coroutine."""
        self._used = True
        if value is _STEP:
            return self._do()
        return self._step(lambda running: running.send(value))

    def throw(self, *raised: Any) -> Any:
        """As of any coroutine: a task is cancelled that way."""
        self._used = True
        return self._step(lambda running: running.throw(*raised))

    def close(self) -> None:
        """As of any coroutine: give up running, or say that it will not be used."""
        self._used = True
        running, self._stepping = self._stepping, None
        if running is not None:
            running.close()

    def __await__(self) -> Generator[Any, Any, T]:
        self._used = True
        return self._do().__await__()

    def __repr__(self) -> str:
        state = "done" if self._done else "under way" if self._outstanding else "not sent"
        terms = "".join(f" {name}={value}" for name, value in self.terms.items() if value is not None)
        return f"<Action {self.name}{terms}: {state}>"

    def __del__(self) -> None:
        if not getattr(self, "_used", True):
            warnings.warn(f"{self!r} was never awaited: nothing has happened", RuntimeWarning, stacklevel=2)

    def _step(self, step: Callable[[Coroutine[Any, Any, T]], Any]) -> Any:
        if self._stepping is None:
            self._stepping = self._do()
        try:
            return step(self._stepping)
        except BaseException:  # it returned, failed, or was cancelled: the next run is a new one
            self._stepping = None
            raise

    async def _do(self) -> T:
        async with self._lock:
            if self._done is None:
                self._done = (await self._carry_out(),)
            return self._done[0]

    async def _carry_out(self) -> T:
        for attempt in range(_MOST_PLANS):
            series = self._series = self._series or series_of(await see(self._engine.connection, self._planner()))
            try:
                while len(self._results) < len(series.plans):
                    self._results.append(await self._carry_out_one(series.plans[len(self._results)]))
                return series.result(self._results)
            except NosanaError as error:
                if self._outstanding is None and not self._results:
                    self._series = None  # what was seen may have changed
                if attempt + 1 == _MOST_PLANS or not self._may_plan_anew(series, error):
                    raise
        raise AssertionError("unreachable")

    def _may_plan_anew(self, series: Series[T], error: NosanaError) -> bool:
        """Whether nothing is under way, and the error says that what was seen has changed since."""
        stale = bool(series.plans) and isinstance(error, series.plans[0].plan_anew)
        moved = isinstance(error, NotAsQuotedError) and self._max_nos is None
        return self._series is None and (stale or moved)

    async def _carry_out_one(self, plan: Plan[Any]) -> Any:
        if self._outstanding is None:
            await self._engine.connection.check_network()
            prepared = await self._prepare(plan)
            self._outstanding = prepared, sign(self._engine, prepared)
            # told before the first byte leaves: from here on the signature is known, whatever comes
            self._engine.tell(Progress(Step.SIGNED, self._outstanding[1].signature))
        prepared, signed = self._outstanding
        try:
            landed = await deliver(self._engine, prepared.plan, signed)
        except TransactionFailedError as error:
            self._outstanding = None  # a verdict: these bytes can't land any more
            raise in_terms_of_bound(error, prepared.plan.payment, prepared.max_nos) from error
        except BlockhashExpiredError:
            self._outstanding = None  # likewise
            raise
        self._outstanding = None
        return prepared.plan.result(landed)

    async def _prepare_alone(self) -> Prepared[T]:
        await self._engine.connection.check_network()
        series = series_of(await see(self._engine.connection, self._planner()))
        if len(series.plans) != 1:
            raise InputError(f"{self.name} takes {len(series.plans)} transactions; look at them one by one")
        return await self._prepare(series.plans[0])

    async def _prepare(self, plan: Plan[Any]) -> Prepared[Any]:
        prepared = await prepare(self._engine, plan, max_nos=self._max_nos, simulate_first=self._simulate_first)
        if self._max_nos is None and prepared.max_nos is not None:
            self._max_nos = prepared.cost.taken  # what was told once is not exceeded by a later attempt
        return prepared
