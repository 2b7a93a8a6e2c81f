"""An action is a value: it can be quoted, tried, signed elsewhere, and done, once."""

from __future__ import annotations

import asyncio
import warnings
from collections.abc import Callable, Coroutine, Generator, Mapping
from typing import Any, Generic, TypeVar, overload

from solders.pubkey import Pubkey

from nosana_chain.addresses import AddressLike, as_address
from nosana_chain.engine.engine import Engine
from nosana_chain.engine.execution import Execution, Request
from nosana_chain.engine.exported import text_of
from nosana_chain.engine.plan import Planning
from nosana_chain.engine.rehearse import explanation_of, quote_of, rehearse
from nosana_chain.engine.signing import sign_by_some
from nosana_chain.errors import ConfigError, InputError
from nosana_chain.models.explanation import Explanation
from nosana_chain.models.quote import Quote
from nosana_chain.models.review import ExportedInstruction
from nosana_chain.units import u64
from nosana_chain.wallet import Signer

T = TypeVar("T")

_LONGEST_KEY = 255
_STEP = object()


class Action(Coroutine[Any, Any, T], Generic[T]):
    """Something that can be done on chain, once: `await` it, or keep it and look at it first.

    It is a coroutine to everything that takes one: `await`, `asyncio.gather`, `create_task`, `TaskGroup`,
    `asyncio.run`. Awaited again it gives the same result and pays nothing more. After an error it may be awaited again
    as `error.retry` says; as long as signed bytes may still land, the same bytes are sent and looked for, and nothing
    is signed.

    Args:
        engine: the cluster, the wallet, fees, waiting, the journal.
        planner: begins to plan, from what is seen then; with `makes_account`, is given the key of that account.
        name: the verb.
        terms: what makes two uses of an idempotency key the same action: addresses, texts, numbers.
        details: what else was asked for, to be shown.
        makes_account: whether it makes an account of its own, whose key follows from the idempotency key.
        idempotency_key: the same key again does nothing twice, in whatever process or machine; up to 255 characters.
        strict_key: refuse a key about which nobody can tell whether it was used before.
        max_nos: NOS base units that it may take in all; by default what it takes when it is first quoted or sent.
        simulate_first: False signs without a trial run.
        payer: who pays, if it isn't the wallet; part of the terms.

    Raises:
        AmountError: max_nos is out of range.
        InputError: the key is empty, or too long.
        ConfigError: a key without a journal, for an action that makes no account by which it could be told.
    """

    def __init__(
        self,
        engine: Engine,
        planner: Callable[[], Planning[T]] | Callable[[Signer | None], Planning[T]],
        *,
        name: str,
        terms: Mapping[str, Any] | None = None,
        details: Mapping[str, Any] | None = None,
        makes_account: bool = False,
        idempotency_key: str | None = None,
        strict_key: bool = False,
        max_nos: int | None = None,
        simulate_first: bool = True,
        payer: Pubkey | None = None,
    ) -> None:
        self._used = True  # until everything about it is valid
        self.name = name
        terms = {**(terms or {}), **({"payer": payer} if payer else {})}
        self.terms = {**terms, **(details or {})}
        request: Request[T] = Request(
            verb=name,
            planner=planner if makes_account else lambda _account: planner(),  # type: ignore[arg-type, call-arg]
            terms={what: _plain(value) for what, value in terms.items()},
            makes_account=makes_account,
            idempotency_key=_checked_key(idempotency_key, is_told=makes_account or engine.journal is not None),
            strict_key=strict_key,
            max_nos=None if max_nos is None else u64(max_nos, "max_nos"),
            simulate_first=simulate_first,
            payer=payer,
        )
        self._engine = engine
        self._execution = Execution(engine, request)
        self._lock = asyncio.Lock()
        self._done: tuple[T] | None = None
        self._stepping: Coroutine[Any, Any, T] | None = None
        self._used = False

    @property
    def idempotency_key(self) -> str | None:
        """The key that it was given, or the random one under which the journal has it; None before that is known."""
        return self._execution.idempotency_key

    @property
    def execution(self) -> Execution[T]:
        """What carries it out; for whoever carries out many at once."""
        self._used = True
        return self._execution

    # ------------------------------------------------------------ looking before doing

    async def quote(self) -> Quote:
        """What it takes now. From then on it takes no more NOS than that, unless `max_nos` allows it.

        Network: 5 calls or more. Safe to retry: yes, nothing is signed.

        Raises:
            TransactionFailedError: it would fail now; a subclass says why.
            InputError: it takes several transactions, which can't be tried before the first is done.
        """
        self._used = True
        prepared = await self._execution.prepare_alone()
        return quote_of(self._engine, await rehearse(self._engine, prepared))

    async def dry_run(self) -> Explanation:
        """What it says and would move, account by account; print it. Network: 5 calls or more, nothing is signed.

        Raises:
            TransactionFailedError: it would fail now; `explanation` on it says where.
            InputError: as in `quote`.
        """
        self._used = True
        return explanation_of(self._engine, await rehearse(self._engine, await self._execution.prepare_alone()))

    async def unsigned(self, *, nonce: AddressLike | None = None) -> str:
        """The transaction in base64, without anybody's signature: for a hardware wallet or a multisig.

        Only the fresh keys of accounts that it makes have signed; `client.transactions.sign`, `combine` and
        `send_signed` do the rest. It can land for about a minute; with the address of a durable `nonce`, as long as
        that isn't advanced, and its authority signs too. Network: 4 calls or more, with a nonce 1 more.

        Raises:
            TransactionFailedError: it would fail now.
            InputError: as in `quote`.
        """
        self._used = True
        living = None if nonce is None else as_address(nonce, "nonce")
        prepared = await self._execution.prepare_alone(nonce=living)
        transaction = await sign_by_some(prepared.message, signers=prepared.plan.signers)
        return text_of(transaction)

    async def instructions(self) -> tuple[ExportedInstruction, ...]:
        """What it does, for a transaction that somebody else builds: a multisig's proposal. Data is in base58.

        Its bound is among them; limit and price of compute units are not. Where accounts are made, the fresh keys of
        this action are named as signers, and only `unsigned` has their signatures. Network: 4 calls or more.

        Raises:
            TransactionFailedError: it would fail now.
            InputError: as in `quote`.
        """
        self._used = True
        prepared = await self._execution.prepare_alone()
        return tuple(ExportedInstruction.of(instruction) for instruction in prepared.instructions)

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
        state = "done" if self._done else "under way" if self._execution.is_under_way else "not sent"
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
                self._done = (await self._execution.run(),)
            return self._done[0]


def _checked_key(key: str | None, *, is_told: bool) -> str | None:
    if key is not None and not is_told:
        raise ConfigError(
            "an idempotency key of an action that makes no account is known to the journal alone, and this client has "
            "none: give it one, or leave the key out"
        )
    if key is not None and not (isinstance(key, str) and 0 < len(key) <= _LONGEST_KEY and key.isprintable()):
        raise InputError(
            f"an idempotency key is a text of 1 to {_LONGEST_KEY} printable characters, such as an order's id"
        )
    return key


def _plain(value: Any) -> Any:
    """A term as JSON has it."""
    return value if value is None or isinstance(value, (str, int)) else str(value)
