"""What a command works with: settings, a client, and where its result goes."""

from __future__ import annotations

import os
import shlex
import sys
from collections.abc import AsyncIterable, Awaitable, Callable, Iterable
from typing import TYPE_CHECKING, Any, ClassVar, NoReturn, TypeVar

import click

from nosana_chain.cli.columns import Column
from nosana_chain.cli.grammar import PROGRAM
from nosana_chain.cli.output import note

if TYPE_CHECKING:  # the SDK is imported when a command runs: help comes without it
    from nosana_chain.cli.render import Look
    from nosana_chain.cli.running import Voice
    from nosana_chain.client import NosanaClient
    from nosana_chain.config import Settings
    from nosana_chain.engine.addresses.book import AddressBook
    from nosana_chain.networks import Network
    from nosana_chain.wallet import Signer, Wallet

Result = TypeVar("Result")

_FOR_PROGRAMS = ("json", "jsonl")


class Session:
    """One run of a command.

    Args:
        voice: how errors are told.
        network: a name or a URL, as all that follows as the user gave it, None where he didn't.
        rpc_url: an endpoint of the network.
        keypair: path of a key file.
        allow_shared_key: whether others may read it.
        fee_payer: path of the key file of who pays fees.
        address_book: path of a file with addresses that are known, which grows.
        output: table, json, jsonl, csv.
        debug: read before, by `voice`.
    """

    OPTIONS: ClassVar[frozenset[str]] = frozenset(
        {"network", "rpc_url", "keypair", "allow_shared_key", "address_book", "output", "debug"}
    )

    def __init__(
        self,
        *,
        voice: Voice,
        network: str | None = None,
        rpc_url: str | None = None,
        keypair: str | None = None,
        allow_shared_key: bool | None = None,
        fee_payer: str | None = None,
        address_book: str | None = None,
        output: str | None = None,
        debug: bool = False,
    ) -> None:
        self._voice = voice
        self._arguments = {
            "network": network,
            "rpc_url": rpc_url,
            "wallet": keypair,
            "allow_shared_key": allow_shared_key,
            "fee_payer": fee_payer,
            "output": output,
        }
        self._output = output
        self._book_path = address_book
        self._book: AddressBook | None = None
        self._settings: Settings | None = None
        voice.debug = voice.debug or debug

    # ------------------------------------------------------------ settings, keys, client

    @property
    def settings(self) -> Settings:
        """What arguments, environment and file come to."""
        if self._settings is None:
            from nosana_chain.config import load_settings  # it imports solders

            self._settings = load_settings(**self._arguments)  # type: ignore[arg-type]
            self._voice.as_json = self._voice.as_json or self._settings.output in _FOR_PROGRAMS
        return self._settings

    def load_wallet(self) -> Wallet:
        """The user's key."""
        from nosana_chain.wallet import Wallet

        settings = self.settings
        return Wallet.from_setting(settings.wallet, name=settings.wallet_origin, allow_shared=settings.allow_shared_key)

    def run(self, work: Callable[[NosanaClient], Awaitable[Result]], *, wallet: bool = True) -> Result:
        """What `work` makes of a client.

        Args:
            work: one call of the library, as a rule.
            wallet: False for what needs no key, such as a look at somebody else's account.
        """
        import asyncio  # half of the time of a help text

        return asyncio.run(self._with_client(work, self.load_wallet() if wallet else None))

    async def _with_client(self, work: Callable[[NosanaClient], Awaitable[Result]], wallet: Signer | None) -> Result:
        async with self._client(await self._find_network(), wallet) as client:
            try:
                return await work(client)
            finally:  # what was read is kept, also where it wasn't enough
                if self._book is not None and self._book_path:
                    self._book.save(self._book_path)

    def _client(self, network: Network, wallet: Signer | None) -> NosanaClient:
        from nosana_chain.client import NosanaClient

        return NosanaClient(network, wallet, journal=None, address_book=self._known())  # it reads, and leaves nothing

    def require_book(self) -> None:
        """Refuse to go on without `--address-book`: what is read would be lost."""
        if not self._book_path:
            raise click.UsageError("name the file that keeps it: --address-book known.json")

    def _known(self) -> AddressBook | None:
        """The user's address book, for endpoints that list no accounts; None without one."""
        from nosana_chain.engine.addresses.book import AddressBook

        if self._book_path:
            self._book = AddressBook.load(self._book_path)
        return self._book

    async def _find_network(self) -> Network:
        settings = self.settings
        if not settings.by_url:
            return settings.network
        from nosana_chain.cli.clusters import find_network

        return await find_network(settings.network)

    # ------------------------------------------------------------ showing

    @property
    def is_for_people(self) -> bool:
        """Whether results are tables."""
        return self._kind("json") == "table"

    @property
    def is_live(self) -> bool:
        """Whether people look at a terminal on which a picture can be drawn anew."""
        return self.is_for_people and sys.stdout.isatty() and os.environ.get("TERM") != "dumb"

    @property
    def has_colors(self) -> bool:
        """Whether the terminal shows colours, and its user wants them."""
        return _look().color

    @property
    def kind_of_lines(self) -> str:
        """How what comes one by one is written."""
        return self._kind("jsonl")

    def ends_with_ctrl_c(self, told: str = "") -> None:
        """Say only this of an end by Ctrl-C: nothing where that is how it is meant to end."""
        self._voice.interrupted = told

    def show_one(self, row: Any, *columns: Column) -> None:
        """A single result: a line for each fact, or one JSON object."""
        from nosana_chain.cli.render import one_text

        print(one_text(columns, row, kind=self._kind("json"), look=_look()))

    def show_rows(self, rows: Iterable[Any], *columns: Column, empty: str = "none") -> None:
        """Many results: a table, or a JSON object on each line; `empty` is told to people where there is none."""
        from nosana_chain.cli.render import rows_text

        kind = self._kind("jsonl")
        text = rows_text(columns, rows, kind=kind, look=_look(), empty=empty)
        if text or kind != "jsonl":
            print(text)

    def follow(
        self, watch: Callable[[NosanaClient], AsyncIterable[Any]], *columns: Column, wallet: bool = True
    ) -> None:
        """A live view: each row as it comes, until the user ends it with Ctrl-C, or it ends by itself.

        Args:
            watch: one call of the library, which gives an asynchronous iterator.
            columns: of each row; people see a line, pipes a JSON object on a line (or of CSV).
            wallet: as of `run`.
        """
        from nosana_chain.cli.render import Lines

        lines = Lines(columns, kind=self.kind_of_lines)
        self.ends_with_ctrl_c()

        async def look(client: NosanaClient) -> None:
            async for row in watch(client):
                for line in lines.of(row):
                    print(line, flush=True)

        self.run(look, wallet=wallet)

    def show_text(self, text: str) -> None:
        """Text that is the result itself, whoever reads it."""
        print(text)

    def show_whole(self, told: Any, for_people: str) -> None:
        """A result that is no list of facts: a text, in a pipe too, and JSON where that was asked for."""
        from nosana_chain.cli.output import json_line, json_text, printable_lines

        written = {"json": json_text, "jsonl": json_line}.get(self._kind("table"))
        print(written(told) if written else printable_lines(for_people))

    def leave(self, code: int) -> NoReturn:
        """End with another exit code than 0, after the result was shown."""
        raise click.exceptions.Exit(code)

    def note(self, text: str) -> None:
        """A line for people beside the result, on stderr."""
        note(text)

    def suggest(self, command: str) -> None:
        """What may be done next, for people, with the network and key they named; nothing where they gave a URL."""
        network, url = self._arguments["network"], self._arguments["rpc_url"]
        is_for_people = self._kind("json") == "table" and sys.stderr.isatty()
        if url or "://" in str(network) or not is_for_people:
            return
        named = {"--network": network, "--keypair": self._arguments["wallet"]}
        options = "".join(f" {name} {shlex.quote(str(value))}" for name, value in named.items() if value)
        self.note(f"next: {PROGRAM} {command}{options}")

    def _kind(self, in_a_pipe: str) -> str:
        chosen = self._output or (self._settings.output if self._settings else os.environ.get("NOSANA_OUTPUT"))
        return chosen or ("table" if sys.stdout.isatty() else in_a_pipe)


def _look() -> Look:
    import shutil

    from nosana_chain.cli.render import WIDE, Look

    terminal = sys.stdout.isatty()
    encoding = (sys.stdout.encoding or "ascii").lower().replace("-", "")
    return Look(
        width=shutil.get_terminal_size().columns if terminal else WIDE,
        color=terminal and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb",
        narrow_letters=not encoding.startswith("utf"),
    )
