"""`nosana-chain host`: whoever runs jobs."""

from __future__ import annotations

from typing import Any

import click

from nosana_chain.cli.columns import moment, nos, number, text
from nosana_chain.cli.event_columns import HOST_EVENTS
from nosana_chain.cli.grammar import Noun
from nosana_chain.cli.market_names import MARKET, market_of
from nosana_chain.cli.options import payer, reads, writes, writes_with_key
from nosana_chain.cli.parsing import ADDRESS, MOMENT
from nosana_chain.cli.posting import pinned_first, result_of
from nosana_chain.cli.session import Session
from nosana_chain.cli.writing import Writing

JOB = "2vrFcQ5BTuLtBCyLUKpZ1ZCK8JyTcMYBnrTrS5gzYHuR"  # of examples
HOST = "nosXBVoaCTtYdLvKY6Csb4AC8JCdQKKAaWYtx2ZMoo7"
CID = "QmYwAPJzv5CZsnA625s3Xf2nemtYgPpHdWEz79ojWnPbdG"

_HOST = click.option("--host", type=ADDRESS, help="Whose. Default: the wallet's.")
_RUN = click.option("--run", type=ADDRESS, help="Its run account, so that it needn't be searched for.")
_NO_PIN = click.option("--no-pin", is_flag=True, help="Don't pin the file: it is pinned already, or will be.")
_SINCE = click.option("--since", metavar="CURSOR", help="Go on after an event that was told before: its cursor.")


@click.group(cls=Noun, example="host status")
def noun() -> None:
    """Whoever runs jobs: a stake, a place in a queue, a job, its pay."""


@noun.command(example="host status\nhost status --follow\nhost status --output json")
@_HOST
@click.option("--follow", is_flag=True, help="Show it anew whenever something happens, until Ctrl-C.")
@reads
def status(session: Session, *, host: Any, follow: bool) -> None:
    """A host's stake, place in queues, current job and earnings."""
    from nosana_chain.cli.host_status import fetch_status, status_record  # it imports solders
    from nosana_chain.cli.pictures import host_lines

    if follow:
        _watch(session, host, since=None, is_status=True)
        return
    who = host or session.load_wallet().address
    found = session.run(lambda client: fetch_status(client, who), wallet=False)
    session.show_whole(status_record(found), "\n".join(host_lines(found)))


@noun.command(example="host watch\nhost watch --output jsonl")
@_HOST
@_SINCE
@reads
def watch(session: Session, *, host: Any, since: str | None) -> None:
    """What happens to a host, as it happens, until Ctrl-C: its place, its next job, its pay."""
    _watch(session, host, since=since, is_status=False)


def _watch(session: Session, host: Any, *, since: str | None, is_status: bool) -> None:
    """Events, and on a terminal the picture; with `is_status` a pipe gets the status in place of the events."""
    from nosana_chain.cli.following import Course
    from nosana_chain.cli.host_status import fetch_status, status_record
    from nosana_chain.cli.live import live
    from nosana_chain.cli.pictures import host_view

    who = host or session.load_wallet().address

    async def turns(client: Any) -> Any:
        return Course(look=lambda: fetch_status(client, who)).turns(client.hosts.watch_host(host=who, since=since))

    record = status_record if is_status else None
    live(session, turns, *HOST_EVENTS, view=host_view(), wallet=False, record=record)


@noun.command(example=f"host info {HOST}")
@click.argument("host", type=ADDRESS)
@click.option("--host-url", metavar="URL", help="In place of the host's public address.")
@reads
def info(session: Session, *, host: Any, host_url: str | None) -> None:
    """What a host's own API tells everybody: its state, and its machine. Nobody proves it."""
    from nosana_chain.cli.host_calls import fetch_info
    from nosana_chain.cli.output import json_text

    told = session.run(lambda client: fetch_info(client, host, host_url=host_url), wallet=False)
    session.show_whole(told, json_text(told))


@noun.command(example="host queue nvidia-4090\nhost queue 97G9 --idempotency-key shift-2026-03-01")
@click.argument("market", type=MARKET)
@click.option("--access-account", type=ADDRESS, help="Your token account with the NFT that opens the market.")
@click.option("--access-mint", type=ADDRESS, help="That NFT's mint.")
@payer
@writes_with_key
def queue(writing: Writing, *, market: Any, access_account: Any, access_mint: Any) -> None:
    """Offer the wallet as a host: it gets the first waiting job, or waits for one."""
    access, payer = _access(access_account, access_mint), writing.load_payer()

    async def make(client: Any) -> Any:
        address = await market_of(client, market)
        return client.hosts.join_queue(address, access=access, idempotency_key=writing.key, payer=payer)

    writing.do(make, text("run"), then=lambda _: "host status --follow")


@noun.command(example="host leave 97G9")
@click.argument("market", type=MARKET)
@writes
def leave(writing: Writing, *, market: Any) -> None:
    """Leave a market's queue."""

    async def make(client: Any) -> Any:
        return client.hosts.leave_queue(await market_of(client, market))

    writing.do(make)


@noun.command(example="host place nvidia-4090")
@click.argument("market", type=MARKET)
@_HOST
@reads
def place(session: Session, *, market: Any, host: Any) -> None:
    """The place in a market's queue. It exits with 4 where the host doesn't wait there."""

    async def look(client: Any) -> Any:
        return await client.hosts.fetch_place(await market_of(client, market), host=host)

    found = session.run(look, wallet=host is None)
    session.show_one(
        found, text("market"), text("host", "address"), number("position"), number("ahead"), number("waiting")
    )


@noun.command(example="host runs --output jsonl")
@_HOST
@reads
def runs(session: Session, *, host: Any) -> None:
    """What a host works on now."""
    found = session.run(lambda client: client.hosts.find_runs(host=host), wallet=host is None)
    session.show_rows(
        found, text("run", "address"), text("job"), moment("started", "time"), text("payer"), empty="it runs nothing"
    )


@noun.command(example=f"host finish {JOB} result.json\nhost finish {JOB} {CID} --dry-run")
@click.argument("job", type=ADDRESS)
@click.argument("result")
@_RUN
@click.option("--to", type=ADDRESS, help="Who gets the pay in the wallet's place: a wallet, or a NOS account.")
@_NO_PIN
@writes
def finish(writing: Writing, *, job: Any, result: str, run: Any, to: Any, no_pin: bool) -> None:
    """Hand in the RESULT of a running job, a file or its CID, and be paid for its seconds.

    A file is pinned first, by your own service: NOSANA_PINATA_JWT, NOSANA_PINATA_JWT_FILE or NOSANA_KUBO_URL.
    """
    content = result_of(result)
    pinning = content.require_pinning(no_pin=no_pin or writing.only_looks)

    async def make(client: Any) -> Any:
        action = client.hosts.finish_job(job, result_cid=content.cid, run=run, to=to)
        return pinned_first(action, content, pinning)

    writing.do(make, nos("paid"), nos("refunded"), text("result_cid", lambda _: content.cid))


@noun.command(example=f"host quit {JOB}")
@click.argument("job", type=ADDRESS)
@_RUN
@writes
def quit(writing: Writing, *, job: Any, run: Any) -> None:  # noqa: A001  the verb
    """Give a running job up, without pay; its builder gets the deposit back."""
    writing.do(lambda client: client.hosts.quit_job(job, run=run))


@noun.command(example=f"host claim {JOB}")
@click.argument("job", type=ADDRESS)
@click.option("--access-account", type=ADDRESS, help="Your token account with the NFT that opens the market.")
@click.option("--access-mint", type=ADDRESS, help="That NFT's mint.")
@click.option("--strict-key", is_flag=True, help="Refuse a key of which nobody can tell whether it was used.")
@payer
@writes_with_key
def claim(writing: Writing, *, job: Any, access_account: Any, access_mint: Any, strict_key: bool) -> None:
    """Take over a job whose host gave it up. Its builder can still recover the deposit while you work."""
    terms: Any = {"access": _access(access_account, access_mint), "payer": writing.load_payer()}
    writing.do(
        lambda client: client.hosts.claim_job(job, idempotency_key=writing.key, strict_key=strict_key, **terms),
        text("run"),
    )


@noun.command(example=f"host complete {JOB} result.json")
@click.argument("job", type=ADDRESS)
@click.argument("result")
@_NO_PIN
@writes
def complete(writing: Writing, *, job: Any, result: str, no_pin: bool) -> None:
    """Add the RESULT, a file or its CID, to a job that its builder ended."""
    content = result_of(result)
    pinning = content.require_pinning(no_pin=no_pin or writing.only_looks)

    async def make(client: Any) -> Any:
        return pinned_first(client.hosts.complete_job(job, result_cid=content.cid), content, pinning)

    writing.do(make, text("result_cid", lambda _: content.cid))


@noun.command(example="host earnings\nhost earnings --since 2026-03-01 --until 2026-04-01")
@_HOST
@click.option("--since", type=MOMENT, help="Of what was paid: only jobs that ended from then on.")
@click.option("--until", type=MOMENT, help="Likewise: before then.")
@reads
def earnings(session: Session, *, host: Any, since: int | None, until: int | None) -> None:
    """What a host earned with jobs that are still on chain, and earns with what runs."""
    found = session.run(lambda client: client.hosts.fetch_earnings(host=host), wallet=host is None)
    end = found.now + 1 if until is None else until
    session.show_one(
        found,
        text("host"),
        nos("paid", lambda row: row.paid_between(since or 0, end)),
        nos("accruing"),
        number("finished", lambda row: len(row.finished)),
        number("running", lambda row: len(row.running)),
        moment("now"),
    )


@noun.command(example=f"host evict {JOB}")
@click.argument("job", type=ADDRESS)
@_RUN
@writes
def evict(writing: Writing, *, job: Any, run: Any) -> None:
    """Close the run of a job, as the network's market admin. The job is left in no queue."""
    writing.do(lambda client: client.hosts.evict_host(job, run=run))


def _access(account: Any, mint: Any) -> Any:
    """The NFT that opens a market; None where none is shown."""
    if (account is None) != (mint is None):
        raise click.UsageError("--access-account and --access-mint go together")
    if account is None:
        return None
    from nosana_chain.programs.jobs.terms import AccessNft  # it imports solders

    return AccessNft(account=account, mint=mint)
