"""`nosana-chain localnet`: a Nosana network on this machine, with local money."""

from __future__ import annotations

import sys
from collections.abc import Awaitable, Callable
from operator import itemgetter
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from nosana_chain.cli.columns import Column, moment, nos, sol, text
from nosana_chain.cli.grammar import Noun
from nosana_chain.cli.options import offline
from nosana_chain.cli.parsing import SOME_NOS, SOME_SOL, SOME_TIME
from nosana_chain.cli.session import Session

if TYPE_CHECKING:
    from nosana_chain.localnet import Localnet
    from nosana_chain.localnet.up import LocalnetSummary

Result = TypeVar("Result")

_TOOLS = ("python", "kit", "anchor", "solana")
_PORT = click.IntRange(0, 65535)
_STATE = click.option(
    "--state", "folder", metavar="DIR", type=click.Path(path_type=Path), help="Its folder. Default: one of yours."
)


@click.group(cls=Noun, example="localnet up")
def noun() -> None:
    """A whole Nosana network on this machine, with local money."""


@noun.command(example="localnet up\nlocalnet up --state my-net --slot-ms 50\nlocalnet up --fork devnet --rpc-port 0")
@click.option("--mainnet", is_flag=True, help="With Nosana's addresses of mainnet. Default: those of devnet.")
@click.option("--fee", is_flag=True, help="With a jobs program that takes a network fee of one tenth.")
@click.option("--slot-ms", type=click.IntRange(min=1), help="Length of a slot in milliseconds. Default: 250.")
@click.option(
    "--state", metavar="DIR", type=click.Path(path_type=Path), help="Keep its state in this folder, and go on from it."
)
@click.option("--fork", metavar="NAME|URL", help="Run on a copy of a live cluster: devnet, mainnet, or an endpoint.")
@click.option("--rpc-port", type=_PORT, default=8899, show_default=True, help="Of JSON-RPC; 0 for any free one.")
@click.option("--ws-port", type=_PORT, default=0, help="Of WebSockets. Default: the next one.")
@click.option("--ipfs-port", type=_PORT, default=0, help="Of the local IPFS. Default: any free one.")
@offline
def up(session: Session, *, fee: bool, rpc_port: int, ws_port: int, ipfs_port: int, **settings: Any) -> None:
    """Start a network, say where everything is, and keep it running until Ctrl-C or `localnet down`."""
    from nosana_chain.localnet.up import UpSettings, localnet_up

    _require_no_csv(session)
    ports: Any = {"rpc_port": rpc_port or None, "ws_port": ws_port or None, "ipfs_port": ipfs_port or None}
    chosen = UpSettings(jobs_fee=fee, **ports, **settings)

    async def run() -> None:
        async with localnet_up(chosen, progress=session.note) as running:
            _show_start(session, running.summary)
            await running.until_stopped()
        if session.is_for_people:
            session.note("stopped" + (f"; its state is in {running.summary.folder}" if chosen.state else ""))

    _run(run)


def _show_start(session: Session, summary: LocalnetSummary) -> None:
    from nosana_chain.cli.localnet_shown import start_lines, summary_lines

    if session.is_for_people:
        _show_lines(session, "Nosana's local network is up.", "", *summary_lines(summary))
        session.show_text("\n".join(("", *start_lines(summary), "", "Ctrl-C stops it.")))
    else:
        _show_record(session, summary)
    sys.stdout.flush()


def _show_lines(session: Session, *lines: str) -> None:
    from nosana_chain.cli.localnet_shown import colored

    session.show_text("\n".join(colored(lines) if session.has_colors else lines))


def _show_record(session: Session, summary: LocalnetSummary) -> None:
    from nosana_chain.cli.localnet_shown import summary_record

    record = summary_record(summary)
    session.show_one(record, *(Column(name, name, itemgetter(name)) for name in record))


@noun.command(example="localnet status\nlocalnet status --output json\nlocalnet status --snippet kit")
@_STATE
@click.option("--snippet", type=click.Choice(_TOOLS), help="What to write where, for this tool.")
@offline
def status(session: Session, *, folder: Path | None, snippet: str | None) -> None:
    """Where the network is that runs, and what is in it. It exits with 4 where none runs."""
    from nosana_chain.cli.localnet_shown import summary_lines
    from nosana_chain.localnet.up import find_localnet

    _require_no_csv(session)
    summary = find_localnet(folder)
    if snippet:
        session.show_text(summary.snippets()[snippet].rstrip("\n"))
    elif session.is_for_people:
        _show_lines(session, f"Process {summary.process_id} runs it.", "", *summary_lines(summary))
    else:
        _show_record(session, summary)


@noun.command(example="localnet warp 2h30m")
@click.argument("by", type=SOME_TIME)
@_STATE
@offline
def warp(session: Session, *, by: int, folder: Path | None) -> None:
    """Move the network's clock forward. It doesn't go back."""
    now = _attached(folder, lambda net, _summary: net.warp(by))
    session.show_one(now, moment("now", lambda now: now))


@noun.command(example="localnet mint builder 1000\nlocalnet mint nosXBVoaCTtYdLvKY6Csb4AC8JCdQKKAaWYtx2ZMoo7 12.5")
@click.argument("owner")
@click.argument("amount", type=SOME_NOS)
@_STATE
@offline
def mint(session: Session, *, owner: str, amount: int, folder: Path | None) -> None:
    """Give OWNER, an address or one of its wallets by name, AMOUNT NOS more."""

    async def give(net: Localnet, summary: LocalnetSummary) -> Any:
        address = _owner(summary, owner)
        return address, await net.mint_nos(address, amount)

    found = _attached(folder, give)
    session.show_one(
        found,
        text("owner", lambda row: row[0]),
        nos("minted", lambda _: amount),
        text("signature", lambda row: row[1].signature),
    )


@noun.command(example="localnet fund builder 2.5")
@click.argument("owner")
@click.argument("amount", type=SOME_SOL)
@_STATE
@offline
def fund(session: Session, *, owner: str, amount: int, folder: Path | None) -> None:
    """Give OWNER, an address or one of its wallets by name, AMOUNT SOL more."""

    async def give(net: Localnet, summary: LocalnetSummary) -> Any:
        address = _owner(summary, owner)
        await net.airdrop(address, amount)
        return address

    session.show_one(_attached(folder, give), text("owner", lambda row: row), sol("given", lambda _: amount))


@noun.command(example="localnet snapshot before-the-test")
@click.argument("name")
@_STATE
@offline
def snapshot(session: Session, *, name: str, folder: Path | None) -> None:
    """Keep the state of the network that runs under NAME."""
    from nosana_chain.localnet.up import snapshot_localnet

    file = _run(lambda: snapshot_localnet(name, folder))
    session.show_one(file, text("snapshot", lambda _: name), text("file", lambda file: file))


@noun.command(example="localnet reset before-the-test\nlocalnet reset")
@click.argument("name", required=False)
@_STATE
@offline
def reset(session: Session, *, name: str | None, folder: Path | None) -> None:
    """Go back to the snapshot NAME, or to the very beginning. What isn't in a snapshot is lost."""
    from nosana_chain.localnet.up import reset_localnet

    _run(lambda: reset_localnet(name, folder))
    session.show_one(name, text("reset_to", lambda name: name or "the beginning"))


@noun.command(example="localnet down\nlocalnet down --state my-net")
@_STATE
@offline
def down(session: Session, *, folder: Path | None) -> None:
    """Stop the network that runs, and wait until it has ended."""
    from nosana_chain.localnet.up import stop_localnet

    summary = _run(lambda: stop_localnet(folder))
    session.show_one(summary, text("stopped", "rpc_url"), text("folder"), _KEPT)


_KEPT = Column("kept", "state", lambda summary: summary.is_kept, lambda kept: "kept" if kept else "gone")


def _owner(summary: LocalnetSummary, owner: str) -> Any:
    """An address, or a wallet of the network by its name."""
    from difflib import get_close_matches

    from nosana_chain.addresses import as_address
    from nosana_chain.errors import InputError

    if owner in summary.wallets:
        return summary.wallets[owner].address
    near = get_close_matches(owner, summary.wallets, n=1)
    try:
        return as_address(owner, "OWNER")
    except InputError as error:
        names = ", ".join(summary.wallets)
        hint = f"did you mean {near[0]}?" if near else f"its wallets are {names}"
        raise InputError(f"{error.message}; {hint}") from None


def _attached(folder: Path | None, act: Callable[[Localnet, LocalnetSummary], Awaitable[Result]]) -> Result:
    """Do something on the network that runs."""
    from nosana_chain.localnet.up import attached_localnet, find_localnet

    async def work() -> Result:
        summary = find_localnet(folder)
        async with attached_localnet(folder) as net:
            return await act(net, summary)

    return _run(work)


def _run(work: Callable[[], Awaitable[Result]]) -> Result:
    import asyncio

    async def awaited() -> Result:
        return await work()

    return asyncio.run(awaited())


def _require_no_csv(session: Session) -> None:
    if session.kind_of_lines == "csv":
        raise click.UsageError("a network is no table: take --output json")
