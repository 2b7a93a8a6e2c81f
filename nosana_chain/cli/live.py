"""A live view: lines of what happened, and below them, on a terminal, how it stands now, drawn anew each second."""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from nosana_chain.cli.columns import Column
from nosana_chain.cli.following import Turn
from nosana_chain.cli.output import json_line
from nosana_chain.cli.render import Lines

if TYPE_CHECKING:
    from rich.console import Console

    from nosana_chain.cli.session import Session
    from nosana_chain.client import NosanaClient

TICK_SECONDS = 1.0
_HINT = "  Ctrl-C ends this view, and nothing else"
Turns = Callable[["NosanaClient"], Awaitable[AsyncIterator[Turn[Any]]]]

Record = Callable[[Any], Any]


@dataclass(frozen=True, slots=True)
class View:
    """What people see.

    Attributes:
        draw: something that rich can draw, of what a look showed, and the seconds since it.
        line: of an event.
    """

    draw: Callable[[Any, float], Any]
    line: Callable[[Any], str]


def live(
    session: Session, turns: Turns, *columns: Column, view: View, wallet: bool = True, record: Record | None = None
) -> None:
    """Follow something until it is over, or the user ends it with Ctrl-C.

    Args:
        session: of the command.
        turns: what happens, for a client.
        columns: of each event, for pipes.
        view: for people at a terminal.
        wallet: as of `Session.run`.
        record: for pipes, of how it stands, in place of the events: a line of JSON for each look.
    """
    session.ends_with_ctrl_c()

    async def look(client: NosanaClient) -> None:
        if session.is_live:
            await _pictured(await turns(client), view)
        elif record is not None:
            await _recorded(await turns(client), record)
        else:
            await _printed(await turns(client), Lines(columns, kind=session.kind_of_lines))

    session.run(look, wallet=wallet)


async def _printed(turns: AsyncIterator[Turn[Any]], lines: Lines) -> None:
    async for turn in turns:
        if turn.event is not None:
            for line in lines.of(turn.event):
                print(line, flush=True)


async def _recorded(turns: AsyncIterator[Turn[Any]], record: Record) -> None:
    async for turn in turns:
        print(json_line(record(turn.seen)), flush=True)


async def _pictured(turns: AsyncIterator[Turn[Any]], view: View) -> None:
    from rich.console import Group
    from rich.live import Live
    from rich.text import Text

    console = live_console()
    shown: list[tuple[Turn[Any], float]] = []
    is_over = False

    def picture() -> Any:
        turn, at = shown[-1]
        below = [Text(f"waiting for the endpoint: {turn.trouble}", style="yellow")] if turn.trouble else []
        if not (turn.is_last or is_over):
            below.append(Text(_HINT, style="dim"))
        since = 0.0 if turn.is_last else time.monotonic() - at
        return Group(Text(""), view.draw(turn.seen, since), *below)

    with Live(console=console, auto_refresh=False, transient=False) as screen:

        async def tick() -> None:
            while True:
                await asyncio.sleep(TICK_SECONDS)
                if shown:
                    screen.update(picture(), refresh=True)

        ticking = asyncio.ensure_future(tick())
        try:
            async for turn in turns:
                if turn.event is not None:
                    screen.console.print(view.line(turn.event), soft_wrap=True)
                shown[:] = [(turn, time.monotonic())]
                screen.update(picture(), refresh=True)
        finally:
            ticking.cancel()
            if shown:
                is_over = True
                screen.update(picture())


def live_console() -> Console:
    """The terminal, as the user wants it: rich knows NO_COLOR and how wide it is."""
    from rich.console import Console

    return Console(file=sys.stdout, highlight=False, markup=False, emoji=False)
