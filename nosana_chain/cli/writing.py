"""The one way of every command that writes: quoted, shown, agreed to, sent, and told."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, ClassVar

import click

from nosana_chain.cli.columns import Column
from nosana_chain.cli.quotes import quote_json, quote_lines
from nosana_chain.cli.sending import Sending, confirm
from nosana_chain.errors import InputError, NotAsQuotedError
from nosana_chain.units import format_nos

if TYPE_CHECKING:
    from nosana_chain.client import NosanaClient
    from nosana_chain.engine.action import Action
    from nosana_chain.models.explanation import Explanation
    from nosana_chain.models.quote import Quote
    from nosana_chain.networks import Network
    from nosana_chain.wallet import Signer

Make = Callable[["NosanaClient"], "Action[Any] | Awaitable[Action[Any]]"]


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

    def do(self, make: Make, *columns: Column, then: Callable[[Any], str] | None = None) -> None:
        """Carry out the action that `make` gives for a client, or what was asked for in its place; and show it.

        Args:
            make: one call of the library; or a coroutine that gives its action, where something is looked up first.
            columns: of the action's result, beside those of its receipt.
            then: the command that may follow, of the action's result; without the program's name.
        """
        if self._unsigned:
            self._show_unsigned(self._run(lambda client: self._export(client, make)))
        elif self._dry_run:
            self._show_trial(*self._run(lambda client: _try(client, make)))
        else:
            result = self.send(make, *columns)
            if then is not None:
                self.suggest(then(result))

    def send(self, make: Make, *columns: Column) -> Any:
        """Carry it out and show it; its result."""
        from nosana_chain.cli.receipts import receipt_columns

        result, network = self._run(lambda client: self._agreed(client, make))
        columns = (*columns, *receipt_columns(network))
        if isinstance(result, (list, tuple)):
            self.show_rows(result, *columns)
        else:
            self.show_one(result, *columns)
        return result

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
                confirm(client.network.name)
        return await self._watched(action, lambda: _left_open(client, action)), client.network

    async def _quoted(self, action: Action[Any]) -> Quote | None:
        """What it takes now, held against --max-nos; None of what takes several transactions, or is done already."""
        try:
            quote = await action.quote()
        except InputError as error:
            if self.max_nos is not None or type(error) is not InputError:  # a subclass says what is wrong
                raise
            return None
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
            self.note(
                "  it takes several transactions, which can't be tried before the first is done, or it is done already"
            )
        else:
            for line in quote_lines(quote):
                self.note(f"  {line}")
        for movement in trial.movements if trial else ():
            self.note(f"  {movement.address}  {movement.describe()}")

    def _show_unsigned(self, transaction: str) -> None:
        self.show_whole({"transaction": transaction}, transaction)

    def _show_trial(self, quote: Quote, trial: Explanation) -> None:
        told = {"quote": quote_json(quote), "dry_run": trial.as_json()}
        self.show_whole(told, "\n".join((str(trial), "quote", *(f"    {line}" for line in quote_lines(quote)))))


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
