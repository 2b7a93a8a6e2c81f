"""What every command that sends has: the journal, the question on mainnet, and what is said after Ctrl-C."""

from __future__ import annotations

import sys
from collections.abc import Awaitable, Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

import click

from nosana_chain.cli.session import Session
from nosana_chain.errors import InputError

if TYPE_CHECKING:
    from solders.signature import Signature

    from nosana_chain.client import NosanaClient
    from nosana_chain.models.receipt import Progress
    from nosana_chain.networks import Network
    from nosana_chain.wallet import Signer, Wallet

Seen = TypeVar("Seen")
Result = TypeVar("Result")

_MAINNET = "mainnet"
_LOOK = "interrupted while it was sent, and it may still land. Run: nosana-chain journal resume"
_NOBODY = "this sends a transaction on mainnet, and there is no terminal to ask on; add --yes to send it unasked"


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
        self._told: Signature | None = None

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
        """A line a step; the signature, which fills a line, where it is another than in the line before."""
        if progress.signature is None or not sys.stderr.isatty():
            return
        whole = progress.signature != self._told
        self._told = progress.signature
        self.note(f"{progress.step.value:<9}  {progress.signature}" if whole else progress.step.value)


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
                confirm(client.network.name)
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


def _has_terminal() -> bool:
    return sys.stdin.isatty() and sys.stderr.isatty()


def confirm(network: str) -> None:
    """Ask whether to send; InputError where the answer isn't yes."""
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


async def _left_pending(client: NosanaClient) -> str:
    """The same of many."""
    pending = [entry for entry in await client.journal.pending() if entry.live]
    if not pending:
        return "interrupted; nothing is under way"
    return f"interrupted; {len(pending)} transactions may still land. Run: nosana-chain journal resume"
