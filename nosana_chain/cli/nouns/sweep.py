"""`nosana-chain sweep`: what can be got back for a wallet, and getting it back."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Any

import click

from nosana_chain.cli.columns import Column, base_units, moment, nos, number, sol, text
from nosana_chain.cli.exit_codes import exit_code_of
from nosana_chain.cli.grammar import Noun
from nosana_chain.cli.options import reads, sends
from nosana_chain.cli.parsing import ADDRESS, SOME_NOS
from nosana_chain.cli.sending import Sending
from nosana_chain.cli.session import Session

if TYPE_CHECKING:
    from nosana_chain.client import NosanaClient
    from nosana_chain.sweep import Sweep

#: What is done only if it is asked for, by its name in the library's `ON_REQUEST` (a test compares).
ON_REQUEST = (
    "end_job",
    "leave_rewards",
    "share_fees",
    "withdraw_nonce",
    "close_pool",
    "close_market",
    "close_nos_account",
)

_FOUND: tuple[Column, ...] = (
    text("state", lambda row: row[0]),
    text("kind", lambda row: getattr(row[1], "kind", None)),
    text("address", lambda row: getattr(row[1], "address", None)),
    nos("nos", lambda row: getattr(row[1], "nos", None)),
    sol("sol", lambda row: getattr(row[1], "lamports", None)),
    base_units("tokens", lambda row: getattr(row[1], "tokens", None) or None),
    text("mint", lambda row: getattr(row[1], "mint", None)),
    moment("due", lambda row: getattr(row[1], "due_at", None)),
    text("why", lambda row: getattr(row[1], "why", None) or str(row[1])),
)


@click.group(cls=Noun, example="sweep find")
def noun() -> None:
    """Deposits, rent, rewards, pools, empty accounts: what comes back to whoever asks."""


def _chosen(command: Any) -> Any:
    """What both verbs look for: they get a function that makes a `Sweep` of a client, and the kinds on request."""
    options = (
        click.option("--also", multiple=True, type=click.Choice(ON_REQUEST), help="Do this too, which is on request."),
        click.option("--job", "jobs", multiple=True, type=ADDRESS, help="A job to look at, where none can be listed."),
        click.option("--known-nonce", "nonces", multiple=True, type=ADDRESS, help="A nonce to look at, likewise."),
        click.option(
            "--result", "results", multiple=True, nargs=2, metavar="JOB CID", help="A job's result, as its host."
        ),
        click.option("--nos-per-sol", type=SOME_NOS, help="Leave what brings less than its fee at this price."),
    )

    @wraps(command)
    def call(session: Any, *, also: Any, jobs: Any, nonces: Any, results: Any, nos_per_sol: int | None) -> None:
        def sweep(client: NosanaClient) -> Sweep:
            from nosana_chain.sweep import FindingKind, Sweep

            kinds = [FindingKind(kind) for kind in also]
            return Sweep(client, also=kinds, jobs=jobs, nonces=nonces, results=dict(results), nos_per_sol=nos_per_sol)

        command(session, sweep, frozenset(also))

    for option in reversed(options):
        call = option(call)
    return call


@noun.command(example="sweep find\nsweep find --output csv")
@reads
@_chosen
def find(session: Session, sweep: Callable[[Any], Any], _asked: frozenset[str]) -> None:
    """What can be got back now, on request, later, or not at all; sends nothing."""
    found = session.run(lambda client: sweep(client).find())
    rows = [
        *(("ready", one) for one in found.ready),
        *(("on request", one) for one in found.on_request),
        *(("not now", one) for one in found.remarks),
        *(("not seen", one) for one in found.unseen),
    ]
    session.show_rows(rows, *_FOUND, empty="nothing to get back")


@noun.command(example="sweep do\nsweep do --also close_market --also withdraw_nonce")
@sends
@_chosen
def do(sending: Sending, sweep: Callable[[Any], Any], asked: frozenset[str]) -> None:
    """Get back all that is ready and worth its fee, packed into few transactions."""

    async def look(client: Any) -> tuple[list[str], Any]:
        sweeping = sweep(client)
        found = await sweeping.find()
        chosen = (*found.ready, *(one for one in found.on_request if one.kind in asked))
        return [*map(str, chosen), "and what these lead to: a stake that was withdrawn is closed"], sweeping

    async def act(_client: Any, sweeping: Any) -> Any:
        return await sweeping.run(progress=lambda done, of: sending.note(f"{done} of {of} done"))

    swept = sending.agree_and_do(look, act)
    sending.show_one(
        swept,
        nos("nos"),
        sol("sol", "lamports"),
        sol("fees"),
        number("done", lambda row: len(row.done)),
        number("failed", lambda row: len(row.failed)),
        text("signatures", lambda row: [receipt.signature for receipt in row.receipts]),
    )
    for finding, error in swept.failed:
        sending.note(f"error: {finding.kind.value} {finding.address}: {error}")
    if swept.failed:
        sending.leave(exit_code_of(swept.failed[0][1]))
