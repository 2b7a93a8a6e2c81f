"""`nosana-chain journal`: what was begun, what is under way, and going on with it."""

from __future__ import annotations

from typing import Any

import click

from nosana_chain.cli.columns import Column, moment, nos, number, sol, text
from nosana_chain.cli.exit_codes import ExitCode
from nosana_chain.cli.grammar import Noun
from nosana_chain.cli.options import journals
from nosana_chain.cli.sending import Journaling


def _columns(entry: str = "") -> tuple[Column, ...]:
    """Of an entry, or of the entry of a row at that attribute."""
    at = f"{entry}." if entry else ""

    def last(fact: str) -> Any:
        def of(row: Any) -> Any:
            attempts = (getattr(row, entry) if entry else row).attempts
            return getattr(attempts[-1], fact) if attempts else None

        return of

    return (
        text("verb", f"{at}intent.verb"),
        text("key", f"{at}intent.key"),
        text("state", f"{at}state"),
        text("signature", last("signature")),
        nos("bound", f"{at}intent.bound.nos"),
        sol("bound", f"{at}intent.bound.lamports"),
        moment("begun", lambda row: int((getattr(row, entry) if entry else row).begun_at)),
        number("attempts", lambda row: len((getattr(row, entry) if entry else row).attempts)),
        text("wallet", f"{at}intent.wallet"),
        text("cluster", f"{at}intent.scope"),
        text("reason", f"{at}reason"),
    )


@click.group(cls=Noun, example="journal pending")
def noun() -> None:
    """What was begun, what is under way, and going on with it."""


@noun.command(example="journal pending")
@journals
def pending(session: Journaling) -> None:
    """What may still change on this cluster: begun, under way, or landed and not final yet."""
    session.show_rows(session.run(lambda client: client.journal.pending()), *_columns(), empty="nothing is pending")


@noun.command(example="journal resume")
@journals
def resume(session: Journaling) -> None:
    """Send the same bytes again, or learn what became of them. Nothing new is signed.

    Exit code 7 where nobody can tell yet.
    """
    resumed = session.run(lambda client: client.journal.resume())
    session.show_rows(resumed, text("fate"), text("error"), *_columns("entry"), empty="nothing was left")
    if any(one.fate.value == "unknown" for one in resumed):
        session.leave(ExitCode.UNKNOWN)


@noun.command(example="journal show order-4711")
@click.argument("key")
@journals
def show(session: Journaling, key: str) -> None:
    """Every entry of an idempotency key, of all networks and wallets."""
    session.show_rows(session.run(lambda client: client.journal.show(key)), *_columns(), empty="no entry has this key")


@noun.command(example="journal forget order-4711")
@click.argument("key")
@journals
def forget(session: Journaling, key: str) -> None:
    """Delete the entries of a key that are over, and with them what protects it: it can be used again then."""

    async def forgotten(client: Any) -> dict[str, int]:
        return {"forgotten": await client.journal.forget(*await client.journal.show(key))}

    session.show_one(session.run(forgotten), number("forgotten", lambda row: row["forgotten"]))
