"""The options that commands share, each defined once.

`@reads` gives a command those of a look at the chain, and a `Session` as its first argument; `@writes` those of a
transaction, and a `Writing`. They stand nearest to the function, below its own options.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

import click

from nosana_chain.cli.grammar import SharedOption
from nosana_chain.cli.parsing import ADDRESS, LAMPORTS, SOME_NOS
from nosana_chain.cli.sending import Journaling, Sending
from nosana_chain.cli.session import Session
from nosana_chain.cli.writing import Writing
from nosana_chain.errors import ConfigError

Command = TypeVar("Command", bound=Callable[..., None])
Option = Callable[[Any], Any]

OUTPUTS = ("table", "json", "jsonl", "csv")


def _option(*names: str, **settings: Any) -> Option:
    return click.option(*names, cls=SharedOption, **settings)


_OUTPUT = _option(
    "--output",
    type=click.Choice(OUTPUTS),
    help="Default: a table on a terminal, JSON (lines, of many) in a pipe.",
)
_DEBUG = _option("--debug", is_flag=True, help="Show where an error comes from.")


def _complete_network(_ctx: click.Context, _option: click.Parameter, incomplete: str) -> list[str]:
    """The networks that there are, those of the configuration file too."""
    import os

    from nosana_chain.config import user_file
    from nosana_chain.config_file import read_config_file
    from nosana_chain.environment import Environment
    from nosana_chain.networks import NETWORKS

    try:
        own = read_config_file(None, default=user_file(Environment(os.environ))).values.get("networks", {})
    except ConfigError:  # a shell that completes is no place for a complaint
        own = {}
    return [name for name in dict.fromkeys((*NETWORKS, *own)) if str(name).startswith(incomplete)]


_CLUSTER = (
    _option(
        "--network",
        metavar="NAME|URL",
        shell_complete=_complete_network,
        help="mainnet, devnet, localnet, one of your own, or an endpoint's URL.",
    ),
    _option("--rpc-url", metavar="URL", help="Another endpoint of that network."),
)
_KEYS = (
    _option("--keypair", metavar="PATH", help="Key file. Default: your setting, or the Solana CLI's."),
    _option("--allow-shared-key", is_flag=True, default=None, help="Accept a key file that others may read."),
)
_BOOK = _option("--address-book", metavar="PATH", help="Known addresses, where no accounts are listed; it grows.")
_READING = (*_CLUSTER, *_KEYS, _BOOK, _OUTPUT, _DEBUG)
_LOCAL = (*_CLUSTER, *_KEYS, _OUTPUT, _DEBUG)
_KEY = _option("--idempotency-key", metavar="TEXT", help="What it is for: the same key again does nothing twice.")
_JOURNALING = (
    _option("--wait", type=click.Choice(("confirmed", "finalized")), help="Until when to wait. Default: confirmed."),
    _option("--fee-payer", metavar="PATH", help="Key file of who pays transaction fees in the wallet's place."),
    _option("--max-priority-lamports", type=LAMPORTS, help="Most to pay for being taken early. Default: 100000."),
)
_YES = _option("--yes", is_flag=True, help="Don't ask, on mainnet either.")
_WRITING = (
    _option("--dry-run", is_flag=True, help="Simulate it, show what it would move, send nothing."),
    _YES,
    _option("--unsigned", is_flag=True, help="Print the transaction in base64 for others to sign; send nothing."),
    _option("--signer", type=ADDRESS, help="With --unsigned or --dry-run: whose it is, if the key is elsewhere."),
    _option("--nonce", type=ADDRESS, help="With --unsigned: a durable nonce, so that it lives longer than a minute."),
    _option("--max-nos", type=SOME_NOS, help="Take no more NOS than this, fees of the program included."),
    *_JOURNALING,
)

#: Of commands whose deposit or rent somebody else may pay; `writing.load_payer()` reads it.
payer = _option("--payer", metavar="PATH", help="Key file of who pays it in the wallet's place.")


def offline(command: Command) -> Command:
    """A command that asks no cluster."""
    return _given(command, Session, (_OUTPUT, _DEBUG))


def local(command: Command) -> Command:
    """A command about settings and keys, which asks no cluster either."""
    return _given(command, Session, _LOCAL)


def reads(command: Command) -> Command:
    """A command that looks at the chain."""
    return _given(command, Session, _READING)


def journals(command: Command) -> Command:
    """A command about what the journal has."""
    return _given(command, Journaling, (*_JOURNALING, *_READING))


def sends(command: Command) -> Command:
    """A command that sends what is no single action: a `Sending`."""
    return _given(command, Sending, (_YES, *_JOURNALING, *_READING))


def writes(command: Command) -> Command:
    """A command that sends a transaction, of an action which can't be done twice."""
    return _given(command, Writing, (*_WRITING, *_READING))


def writes_with_key(command: Command) -> Command:
    """A command that sends a transaction, of an action that takes an idempotency key: `writing.key`."""
    return _given(command, Writing, (_KEY, *_WRITING, *_READING))


def _given(command: Command, session: type[Session], options: tuple[Option, ...]) -> Command:
    @wraps(command)
    def call(**given: Any) -> None:
        own = {name: given.pop(name) for name in tuple(given) if name not in session.OPTIONS}
        command(session(voice=click.get_current_context().obj, **given), **own)

    decorated: Any = call
    for option in reversed(options):
        decorated = option(decorated)
    return decorated  # type: ignore[no-any-return]
