"""`nosana-chain market`: where jobs and hosts meet."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import click

from nosana_chain.cli.columns import Column, moment, nos, number, span, text
from nosana_chain.cli.event_columns import MARKET_EVENTS
from nosana_chain.cli.grammar import Noun
from nosana_chain.cli.market_names import MARKET, fetch_listings, market_of
from nosana_chain.cli.market_terms import TERMS, differences, listing_columns, terms_of, with_terms
from nosana_chain.cli.options import reads, writes, writes_with_key
from nosana_chain.cli.parsing import ADDRESS
from nosana_chain.cli.session import Session
from nosana_chain.cli.writing import Writing
from nosana_chain.units import format_nos

_WAITING: tuple[Column, ...] = (
    number("jobs_waiting", lambda row: len(row.waiting_jobs)),
    number("hosts_waiting", lambda row: len(row.waiting_hosts)),
)
_LISTED: tuple[Column, ...] = (text("market", "address"), TERMS[0], TERMS[1], *_WAITING, *TERMS[2:])
_WHOLE: tuple[Column, ...] = (
    text("market", "address"),
    text("authority"),
    *TERMS,
    *_WAITING,
    number("queue_capacity"),
    text("vault"),
)
_CHAIN_ONLY = click.option("--chain-only", is_flag=True, help="Don't ask Nosana's markets API for name, GPU and USD.")


@click.group(cls=Noun, example="market list")
def noun() -> None:
    """Where jobs and hosts meet: a price, and one queue of whoever has to wait."""


@noun.command("list", example="market list\nmarket list --authority nosXBVoaCTtYdLvKY6Csb4AC8JCdQKKAaWYtx2ZMoo7")
@click.option("--authority", type=ADDRESS, help="Only those of this operator.")
@_CHAIN_ONLY
@click.option("--hosts", is_flag=True, help="Only those where a host waits, so that a job starts at once.")
@reads
def list_markets(session: Session, *, authority: Any, hosts: bool, chain_only: bool) -> None:
    """Every market with its price and its queue; of mainnet with name, GPU and USD an hour."""

    async def look(client: Any) -> Any:
        return await client.markets.find_markets(authority=authority), await _listings(session, client, chain_only)

    found, listings = session.run(look, wallet=False)
    chosen = [market for market in found if market.waiting_hosts or not hosts]
    chosen.sort(key=lambda market: (-len(market.queue), market.job_price, bytes(market.address)))
    session.show_rows(chosen, _LISTED[0], *listing_columns(listings), *_LISTED[1:], empty="no such market here")


async def _listings(session: Session, client: Any, chain_only: bool) -> Any:  # noqa: FBT001  an option
    """What the markets API says; where it can't be asked, that is said."""
    listings = None if chain_only else await fetch_listings(client)
    if listings is not None and listings.problem:
        session.note(f"names, GPUs and USD are missing: {listings.problem}")
    return listings


@noun.command(example="market show nvidia-4090\nmarket show 97G9 --output json")
@click.argument("market", type=MARKET)
@_CHAIN_ONLY
@reads
def show(session: Session, *, market: Any, chain_only: bool) -> None:
    """A market's terms, and who waits there; of mainnet with name, GPU and USD an hour."""

    async def look(client: Any) -> Any:
        address = await market_of(client, market)
        return await client.markets.fetch_market(address), await _listings(session, client, chain_only)

    found, listings = session.run(look, wallet=False)
    session.show_one(found, *_WHOLE[:2], *listing_columns(listings), *_WHOLE[2:])


@noun.command(example="market queue nvidia-4090\nmarket queue 97G9 --history 0")
@click.argument("market", type=MARKET)
@click.option(
    "--history",
    type=click.IntRange(0, 1000),
    default=100,
    show_default=True,
    help="How many of the market's transactions are looked through for when somebody joined.",
)
@reads
def queue(session: Session, *, market: Any, history: int) -> None:
    """Who waits in a market: position, since when, and of jobs what they ask for."""

    async def look(client: Any) -> Any:
        return await client.markets.fetch_queue(await market_of(client, market), most_read=history)

    session.show_rows(
        session.run(look, wallet=False),
        text("address", "place.address"),
        number("position", "place.position"),
        text("kind", lambda row: _KINDS.get(row.kind.name, row.kind.name.lower())),
        moment("since"),
        span("timeout", lambda row: row.job and row.job.timeout),
        nos("deposit", lambda row: row.job and row.job.deposit),
        text("project", lambda row: row.job and row.job.project),
        empty="nobody waits there",
    )


_KINDS = {"JOBS": "job", "NODES": "host"}


@noun.command("open", example="market open --price 0.000216 --timeout 2h\nmarket open --price-per-hour 1.8 --type gpu")
@with_terms
@click.option("--strict-key", is_flag=True, help="Refuse a key of which nobody can tell whether it was used.")
@writes_with_key
def open_market(writing: Writing, *, strict_key: bool, **given: Any) -> None:
    """Open a market, of which your wallet is the authority. Its rent is about 0.075 SOL."""
    terms = terms_of(given)
    if "job_price" not in terms:
        raise click.UsageError("a market needs a price: --price 0.000216 a second, or --price-per-hour")
    from nosana_chain.programs.jobs.terms import MarketTerms  # it imports solders

    chosen = MarketTerms(**terms)
    writing.do(
        lambda client: client.markets.open_market(chosen, idempotency_key=writing.key, strict_key=strict_key),
        text("market"),
    )


@noun.command(example="market update 97G9 --price 0.00025\nmarket update 97G9 --no-access-key --dry-run")
@click.argument("market", type=MARKET)
@with_terms
@click.option("--no-access-key", is_flag=True, help="Open it to all hosts.")
@writes
def update(writing: Writing, *, market: Any, no_access_key: bool, **given: Any) -> None:
    """Change the terms that are given, and keep the rest. Jobs that are posted keep their price.

    It is refused where somebody has changed the terms since they were shown.
    """
    changes = terms_of(given)
    if no_access_key and "node_access_key" in changes:
        raise click.UsageError("--access-key and --no-access-key exclude each other")
    if no_access_key:
        changes["node_access_key"] = None
    if not changes:
        raise click.UsageError("nothing is to be changed; say what, such as --price 0.0003")
    changed: list[dict[str, Any]] = []

    async def make(client: Any) -> Any:
        before = await client.markets.fetch_market(await market_of(client, market))
        changed.extend(differences(before, changes))
        for each in changed:
            writing.note(each.pop("shown"))
        return client.markets.update_market(before, **changes)

    writing.do(make, Column("changes", "changes", lambda _: changed, _count))


def _count(changed: Any) -> str:
    return f"{len(changed)} of its terms"


@noun.command(example="market close 97G9\nmarket close 97G9 --force --dry-run")
@click.argument("market", type=MARKET)
@click.option("--force", is_flag=True, help="Although jobs are open: you get their builders' deposits.")
@click.option("--as-admin", is_flag=True, help="As the network's market admin, not as the market's authority.")
@writes
def close(writing: Writing, *, market: Any, force: bool, as_admin: bool) -> None:
    """Close a market and get its rent back, and all NOS in its vault.

    It is refused while jobs are open, hosts wait or finished jobs aren't cleaned; the error names them.
    """

    async def make(client: Any) -> Any:
        address = await market_of(client, market)
        if force:
            for line in _stranded(await client.markets.audit_market(address)):
                writing.note(line)
        return client.markets.close_market(address, force=force, as_admin=as_admin)

    writing.do(make)


def _stranded(audit: Any) -> Iterator[str]:
    for job in audit.open_jobs:
        yield f"takes the deposit of job {job.address}: {format_nos(job.deposit)} NOS of {job.payer}"
    for job in audit.finished_jobs:
        yield f"strands the rent of job {job.address}, which is done and not cleaned, of {job.payer}"


@noun.command(example="market audit 97G9\nmarket audit 97G9 --output json")
@click.argument("market", type=MARKET)
@reads
def audit(session: Session, *, market: Any) -> None:
    """Whether a market's vault holds what its open jobs are owed."""

    async def look(client: Any) -> Any:
        return await client.markets.audit_market(await market_of(client, market))

    session.show_one(
        session.run(look, wallet=False),
        text("market", "market.address"),
        nos("vault", "vault_balance"),
        nos("owed"),
        nos("surplus"),
        Column("open_jobs", "open jobs", lambda row: _addresses(row.open_jobs), _joined),
        Column("finished_jobs", "jobs to clean", lambda row: _addresses(row.finished_jobs), _joined),
    )


def _addresses(jobs: Any) -> list[str]:
    return [str(job.address) for job in jobs]


def _joined(addresses: list[str]) -> str:
    return " ".join(addresses) or "none"


@noun.command(example="market watch nvidia-4090\nmarket watch 97G9 --output jsonl")
@click.argument("market", type=MARKET)
@click.option("--since", metavar="CURSOR", help="Go on after an event that was told before: its cursor.")
@reads
def watch(session: Session, *, market: Any, since: str | None) -> None:
    """What happens to a market and its queue, as it happens, until Ctrl-C."""
    from nosana_chain.cli.following import Course
    from nosana_chain.cli.live import live
    from nosana_chain.cli.pictures import market_view

    async def turns(client: Any) -> Any:
        address = await market_of(client, market)
        course = Course(look=lambda: client.markets.fetch_market(address))
        return course.turns(client.markets.watch_market(address, since=since))

    live(session, turns, *MARKET_EVENTS, view=market_view(), wallet=False)


@noun.command(example="market evict 97G9 nosXBVoaCTtYdLvKY6Csb4AC8JCdQKKAaWYtx2ZMoo7")
@click.argument("market", type=MARKET)
@click.argument("host", type=ADDRESS)
@writes
def evict(writing: Writing, *, market: Any, host: Any) -> None:
    """Send HOST out of a market's queue, as the market's authority."""

    async def make(client: Any) -> Any:
        return client.hosts.remove_from_queue(await market_of(client, market), host=host)

    writing.do(make)
