"""The one way of every command that writes: quoted, shown, agreed to, sent, and told."""

from __future__ import annotations

import sys
from collections.abc import Awaitable, Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

import click

from nosana_chain.cli.columns import Column
from nosana_chain.cli.session import Session
from nosana_chain.errors import InputError, NotAsQuotedError
from nosana_chain.units import format_nos, format_sol

if TYPE_CHECKING:
    from nosana_chain.client import NosanaClient
    from nosana_chain.engine.action import Action
    from nosana_chain.models.explanation import Explanation
    from nosana_chain.models.quote import Quote
    from nosana_chain.models.receipt import Progress
    from nosana_chain.networks import Network
    from nosana_chain.wallet import Signer, Wallet

Seen = TypeVar("Seen")
Result = TypeVar("Result")
Make = Callable[["NosanaClient"], "Action[Any] | Awaitable[Action[Any]]"]

_MAINNET = "mainnet"


class Journaling(Session):
    """One run of a command that uses the journal: its client writes down what it sends.

    Args:
        wait: confirmed or finalized.
        max_priority_lamports: bound of the priority fee.
        payer: path of the key file of who pays a deposit or rent in the wallet's place.
        **reading: as of a `Session`.
    """

    OPTIONS: ClassVar[frozenset[str]] = Session.OPTIONS | {"wait", "fee_payer", "max_priority_lamports", "payer"}

    def __init__(
        self,
        *,
        wait: Any = None,
        max_priority_lamports: int | None = None,
        payer: str | None = None,
        **reading: Any,
    ) -> None:
        super().__init__(**reading)
        self._wait, self._max_priority, self._payer = wait, max_priority_lamports, payer

    def load_payer(self) -> Wallet | None:
        """Who pays in the wallet's place, of commands that take `--payer`; None for the wallet."""
        from nosana_chain.wallet import Wallet

        if self._payer is None:
            return None
        return Wallet.from_file(self._payer, allow_shared=self.settings.allow_shared_key)

    def _client(self, network: Network, wallet: Signer | None) -> NosanaClient:
        from nosana_chain.client import NosanaClient
        from nosana_chain.engine.fees import DEFAULT_FEES, FeePolicy
        from nosana_chain.units import Lamports

        priority = self._max_priority
        return NosanaClient(
            network,
            wallet,
            fee_payer=self._load_fee_payer(),
            wait=self._wait or "confirmed",
            fees=DEFAULT_FEES if priority is None else FeePolicy(max_priority_lamports=Lamports(priority)),
            progress=self._tell_progress,
            address_book=self._known(),
        )

    def _load_fee_payer(self) -> Signer | None:
        from nosana_chain.wallet import Wallet

        settings = self.settings
        if settings.fee_payer is None:
            return None
        shared = settings.allow_shared_key
        return Wallet.from_setting(settings.fee_payer, name=settings.fee_payer_origin, allow_shared=shared)

    def _tell_progress(self, progress: Progress) -> None:
        if progress.signature is not None and sys.stderr.isatty():
            self.note(f"{progress.step.value:<9}  {progress.signature}")


class Sending(Journaling):
    """One run of a command that sends what is no single action: shown, agreed to, done.

    Args:
        yes: don't ask.
        **journaling: as of `Journaling`.
    """

    OPTIONS: ClassVar[frozenset[str]] = Journaling.OPTIONS | {"yes"}

    def __init__(self, *, yes: bool = False, **journaling: Any) -> None:
        super().__init__(**journaling)
        self._yes = yes
        self._voice.interrupted = "interrupted; nothing was sent"

    def agree_and_do(
        self,
        look: Callable[[NosanaClient], Awaitable[tuple[Iterable[str], Seen]]],
        act: Callable[[NosanaClient, Seen], Awaitable[Result]],
        *,
        left: str = "",
    ) -> Result:
        """Look, show it where there is a question to ask, and act.

        Args:
            look: gives lines for people, and what `act` needs.
            act: does it.
            left: what is said after Ctrl-C, before what the journal says.
        """

        async def told(client: NosanaClient) -> str:
            return f"{left}{await _left_pending(client)}"

        async def looked(client: NosanaClient) -> Result:
            self._refuse_early(client)
            lines, seen = await look(client)
            if await self._asks(client):
                for line in lines:
                    self.note(line)
                _confirm(client.network.name)
            return await self._watched(act(client, seen), lambda: told(client))

        return self.run(looked)

    def _refuse_early(self, client: NosanaClient) -> None:
        """Refuse what could not be agreed to, before anything is looked at."""
        if client.network.name == _MAINNET and not self._yes and not _has_terminal():
            raise click.UsageError(_NOBODY)

    async def _asks(self, client: NosanaClient) -> bool:
        """Whether the user is to be asked: on mainnet, whatever it is called. Refused where nobody could answer."""
        if self._yes:
            return False
        from nosana_chain.networks import MAINNET

        if await client.connection.fetch_genesis_hash() != MAINNET.genesis_hash:
            return False
        if not _has_terminal():
            raise click.UsageError(_NOBODY)
        return True

    async def _watched(self, doing: Awaitable[Result], left: Callable[[], Awaitable[str]]) -> Result:
        """What comes of it; after Ctrl-C the journal says what is left."""
        import asyncio

        self._voice.interrupted = _LOOK
        try:
            done = await doing
        except asyncio.CancelledError:
            self._voice.interrupted = await left()
            raise
        self._voice.interrupted = "interrupted, after it had landed"
        return done


class Writing(Sending):
    """One run of a command that sends a transaction.

    Args:
        dry_run: try it, and show what it would move.
        unsigned: print it in base64, for others to sign.
        signer: whose transaction it is, where the key is elsewhere.
        nonce: a durable nonce for an unsigned one.
        max_nos: base units that it may take.
        idempotency_key: what it is for.
        **sending: as of `Sending`.
    """

    OPTIONS: ClassVar[frozenset[str]] = Sending.OPTIONS | {
        "dry_run",
        "unsigned",
        "signer",
        "nonce",
        "max_nos",
        "idempotency_key",
    }

    def __init__(
        self,
        *,
        dry_run: bool = False,
        unsigned: bool = False,
        signer: Any = None,
        nonce: Any = None,
        max_nos: int | None = None,
        idempotency_key: str | None = None,
        **sending: Any,
    ) -> None:
        super().__init__(**sending)
        if dry_run and unsigned:
            raise click.UsageError("--dry-run and --unsigned exclude each other")
        if nonce is not None and not unsigned:
            raise click.UsageError("--nonce goes with --unsigned")
        if signer is not None and not (dry_run or unsigned):
            raise click.UsageError("--signer goes with --unsigned or --dry-run: without a key nothing can be sent")
        self.max_nos = max_nos
        self.key = idempotency_key
        self._dry_run, self._unsigned = dry_run, unsigned
        self._signer, self._nonce = signer, nonce

    @property
    def only_looks(self) -> bool:
        """Whether nothing is to come of it: neither a transaction nor one for others to sign."""
        return self._dry_run

    def load_signer(self) -> Signer:
        """Who signs: the user's key, or an address whose key is elsewhere."""
        from nosana_chain.wallet import SignsElsewhere

        return self.load_wallet() if self._signer is None else SignsElsewhere(self._signer)

    # ------------------------------------------------------------ the way

    def do(self, make: Make, *columns: Column) -> None:
        """Carry out the action that `make` gives for a client, or what was asked for in its place; and show it.

        Args:
            make: one call of the library; or a coroutine that gives its action, where something is looked up first.
            columns: of the action's result, beside those of its receipt.
        """
        if self._unsigned:
            self._show_unsigned(self._run(lambda client: self._export(client, make)))
        elif self._dry_run:
            self._show_trial(*self._run(lambda client: _try(client, make)))
        else:
            self.send(make, *columns)

    def send(self, make: Make, *columns: Column) -> None:
        """Carry it out and show it."""
        from nosana_chain.cli.receipts import receipt_columns

        result, network = self._run(lambda client: self._agreed(client, make))
        columns = (*columns, *receipt_columns(network))
        if isinstance(result, (list, tuple)):
            self.show_rows(result, *columns)
        else:
            self.show_one(result, *columns)

    def _run(self, work: Callable[[NosanaClient], Any]) -> Any:
        """As `run`, for who signs, here or elsewhere."""
        import asyncio

        return asyncio.run(self._with_client(work, self.load_signer()))

    async def _export(self, client: NosanaClient, make: Make) -> str:
        return await (await _made(client, make)).unsigned(nonce=self._nonce)

    async def _agreed(self, client: NosanaClient, make: Make) -> tuple[Any, Network]:
        self._refuse_early(client)
        action = await _made(client, make)  # whose arguments are checked before anybody is asked
        with _given_up_on_error(action):
            asks = await self._asks(client)
            quote = await self._quoted(action)
            if asks:
                self._tell_before(action, quote, await action.dry_run() if quote else None)
                _confirm(client.network.name)
        return await self._watched(action, lambda: _left_open(client, action)), client.network

    async def _quoted(self, action: Action[Any]) -> Quote | None:
        """What it takes now, held against --max-nos; None of what takes several transactions, or is done already."""
        try:
            quote = await action.quote()
        except InputError:
            if self.max_nos is not None:
                raise
            return None  # whatever else it may be is raised again before anything is sent
        taken = quote.deposit + quote.network_fee
        if self.max_nos is not None and taken > self.max_nos:
            raise NotAsQuotedError(
                f"it takes {format_nos(taken)} NOS, and --max-nos allows {format_nos(self.max_nos)}; nothing was sent",
                meant=self.max_nos,
                taken=taken,
            )
        return quote

    # ------------------------------------------------------------ telling

    def _tell_before(self, action: Action[Any], quote: Quote | None, trial: Explanation | None) -> None:
        terms = " ".join(f"{name}={value}" for name, value in action.terms.items() if value is not None)
        self.note(f"{action.name} {terms}".rstrip())
        if quote is None:
            self.note("  it takes several transactions; what the later ones move can't be shown before the first")
        else:
            for line in _quote_lines(quote):
                self.note(f"  {line}")
        for movement in trial.movements if trial else ():
            self.note(f"  {movement.address}  {movement.describe()}")

    def _show_unsigned(self, transaction: str) -> None:
        self.show_whole({"transaction": transaction}, transaction)

    def _show_trial(self, quote: Quote, trial: Explanation) -> None:
        told = {"quote": _quote_json(quote), "dry_run": trial.as_json()}
        self.show_whole(told, "\n".join((str(trial), "quote", *(f"    {line}" for line in _quote_lines(quote)))))


@contextmanager
def _given_up_on_error(action: Action[Any]) -> Iterator[None]:
    """An action that isn't done after all was not forgotten: it is no reason for a warning."""
    try:
        yield
    except BaseException:
        action.close()
        raise


async def _made(client: NosanaClient, make: Make) -> Action[Any]:
    from nosana_chain.engine.action import Action

    found = make(client)
    return found if isinstance(found, Action) else await found


async def _try(client: NosanaClient, make: Make) -> tuple[Quote, Explanation]:
    action = await _made(client, make)
    return await action.quote(), await action.dry_run()


_LOOK = "interrupted while it was sent, and it may still land. Run: nosana-chain journal resume"
_NOBODY = "this sends a transaction on mainnet, and there is no terminal to ask on; add --yes to send it unasked"


def _has_terminal() -> bool:
    return sys.stdin.isatty() and sys.stderr.isatty()


def _confirm(network: str) -> None:
    with _interruptible():
        agreed = click.confirm(f"Send it on {network}?", err=True)
    if not agreed:
        raise InputError("you said no; nothing was sent")


@contextmanager
def _interruptible() -> Iterator[None]:
    """Let Ctrl-C end a question: asyncio would only mark the task, and go on waiting for an answer."""
    import signal

    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _quote_lines(quote: Quote) -> Iterator[str]:
    yield f"takes     {format_nos(quote.deposit)} NOS"
    if quote.network_fee:
        yield f"and       {format_nos(quote.network_fee)} NOS, the program's fee"
    if quote.received:
        yield f"brings    {format_nos(quote.received)} NOS"
    if quote.max_nos is not None:
        yield f"at most   {format_nos(quote.max_nos)} NOS, which the transaction itself holds"
    yield f"fee       {format_sol(quote.transaction_fee)} SOL, and up to {format_sol(quote.priority_fee)} for priority"
    yield f"rent      {format_sol(quote.rent)} SOL"
    yield f"leaves    {format_nos(quote.nos_after)} NOS and {format_sol(quote.lamports_after)} SOL"


def _quote_json(quote: Quote) -> dict[str, Any]:
    return {
        "deposit_units": quote.deposit,
        "network_fee_units": quote.network_fee,
        "received_units": quote.received,
        "max_nos_units": quote.max_nos,
        "rent_lamports": quote.rent,
        "transaction_fee_lamports": quote.transaction_fee,
        "priority_fee_lamports": quote.priority_fee,
        "nos_after_units": quote.nos_after,
        "lamports_after": quote.lamports_after,
    }


async def _left_open(client: NosanaClient, action: Action[Any]) -> str:
    """What the journal knows of an action that was interrupted."""
    key = action.idempotency_key
    entries = await client.journal.show(key) if key else []
    landed = [entry for entry in entries if entry.state.value in ("landed", "done")]
    live = [attempt.signature for entry in entries for attempt in entry.live]
    if live:
        sent = " and ".join(map(str, live))
        return f"interrupted; {sent} was signed and may still land. Run: nosana-chain journal resume"
    if landed:
        return f"interrupted, after it had landed: {landed[0].attempts[-1].signature}"
    return "interrupted; nothing was sent"


async def _left_pending(client: NosanaClient) -> str:
    """The same of many."""
    pending = [entry for entry in await client.journal.pending() if entry.live]
    if not pending:
        return "interrupted; nothing is under way"
    return f"interrupted; {len(pending)} transactions may still land. Run: nosana-chain journal resume"
