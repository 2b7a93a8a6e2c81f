"""`nosana-chain job`: what runs on a host's GPU."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from nosana_chain.cli import job_columns
from nosana_chain.cli.columns import moment, nos, sol, span, text
from nosana_chain.cli.grammar import Noun
from nosana_chain.cli.market_names import MARKET, market_of
from nosana_chain.cli.nouns import job_files, job_keeping
from nosana_chain.cli.options import payer, reads, writes, writes_with_key
from nosana_chain.cli.parsing import ADDRESS, MOMENT, SOME_TIME
from nosana_chain.cli.posting import definition_of, pinned_first, stub_for
from nosana_chain.cli.session import Session
from nosana_chain.cli.writing import Writing
from nosana_chain.units import HOUR

JOB = "2vrFcQ5BTuLtBCyLUKpZ1ZCK8JyTcMYBnrTrS5gzYHuR"  # of examples

_STATES = ("queued", "running", "done", "stopped")
_AWAITED = ("queued", "running", "stopped", "done", "gone")


@click.group(cls=Noun, example="job post job.json --market nvidia-4090 --timeout 2h")
def noun() -> None:
    """What runs on a host's GPU, and is paid by the second."""


noun.add_command(job_files.check)

_MARKET = click.option("--market", type=MARKET, required=True, help="Where: address, first letters of it, or a name.")
_TIMEOUT = click.option("--timeout", type=SOME_TIME, required=True, help="Longest time to run, such as 2h; paid for.")


@noun.command(example="job quote --market nvidia-4090 --timeout 2h")
@_MARKET
@_TIMEOUT
@reads
def quote(session: Session, *, market: Any, timeout: int) -> None:
    """What a job would take now: the deposit, of which what isn't used comes back, fees and rent."""
    from nosana_chain.job_definition.reading import EXAMPLE_JOB, read_job_definition

    cid = read_job_definition(EXAMPLE_JOB).cid  # any costs the same

    async def look(client: Any) -> dict[str, Any]:
        address = await market_of(client, market)
        found = await client.markets.fetch_market(address)
        quoted = await client.jobs.post_job(address, definition_cid=cid, timeout=timeout).quote()
        return {"market": address, "timeout": timeout, "job_price": found.job_price, "quote": quoted}

    session.show_one(
        session.run(look),
        text("market", lambda row: row["market"]),
        span("timeout", lambda row: row["timeout"]),
        nos("price_per_second", lambda row: row["job_price"]),
        nos("price_per_hour", lambda row: row["job_price"] * HOUR),
        nos("deposit", lambda row: row["quote"].deposit),
        nos("network_fee", lambda row: row["quote"].network_fee),
        sol("rent", lambda row: row["quote"].rent),
        sol("transaction_fee", lambda row: row["quote"].transaction_fee),
        sol("priority_fee", lambda row: row["quote"].priority_fee),
        nos("nos_after", lambda row: row["quote"].nos_after),
        sol("sol_after", lambda row: row["quote"].lamports_after),
    )


@noun.command(
    example="job post job.json --market nvidia-4090 --timeout 2h --idempotency-key order-4711\n"
    "job post --cid QmYwAPJzv5CZsnA625s3Xf2nemtYgPpHdWEz79ojWnPbdG --market 97G9 --timeout 10m --dry-run"
)
@click.argument("file", type=click.Path(path_type=Path), required=False)
@click.option("--cid", metavar="CID", help="In place of FILE: a definition that is pinned already.")
@_MARKET
@_TIMEOUT
@click.option("--host", type=ADDRESS, help="The one host that shall run it; it must wait in the market's queue.")
@click.option("--no-pin", is_flag=True, help="Don't pin FILE: it is pinned already, or will be.")
@click.option(
    "--confidential", is_flag=True, help="Pin a stub in FILE's place; `job send` gives FILE to the host alone."
)
@click.option("--allow-invalid", is_flag=True, help="Post what Nosana's validators refuse.")
@click.option("--strict-key", is_flag=True, help="Refuse a key of which nobody can tell whether it was used.")
@payer
@writes_with_key
def post(
    writing: Writing,
    *,
    file: Path | None,
    cid: str | None,
    market: Any,
    timeout: int,
    no_pin: bool,
    allow_invalid: bool,
    confidential: bool,
    **terms: Any,
) -> None:
    """Post the job that FILE (JSON or YAML) defines: check it, pin it, pay for it, in this order.

    It is pinned by your own service: NOSANA_PINATA_JWT, NOSANA_PINATA_JWT_FILE or NOSANA_KUBO_URL.
    """
    content = definition_of(file, cid, allow_invalid=allow_invalid)
    if confidential:
        content = stub_for(content)
    pinning = content.require_pinning(no_pin=no_pin or writing.only_looks)
    payer = writing.load_payer()

    async def make(client: Any) -> Any:
        action = client.jobs.post_job(
            await market_of(client, market),
            definition_cid=content.cid,
            timeout=timeout,
            max_nos=writing.max_nos,
            idempotency_key=writing.key,
            payer=payer,
            **terms,
        )
        return pinned_first(action, content, pinning)

    shown = (text("job"), text("run"), nos("deposit"), nos("network_fee"))
    then = None if confidential else lambda posted: f"job watch {posted.job}"
    writing.do(make, *shown, text("definition_cid", lambda _: content.cid), then=then)
    if confidential and not writing.only_looks:
        writing.note(f"once it runs: nosana-chain job send JOB {file}")


@noun.command("list", example="job list\njob list --market 97G9 --state running --output csv")
@click.option("--market", type=MARKET, help="Only those of this market.")
@click.option("--project", type=ADDRESS, help="Only those of this project. Default, where nothing is given: yours.")
@click.option("--payer", type=ADDRESS, help="Only those that this wallet paid for.")
@click.option("--host", type=ADDRESS, help="Only those that this host did.")
@click.option("--state", type=click.Choice(_STATES), help="Only those that stand so.")
@reads
def list_jobs(session: Session, *, market: Any, state: str | None, **whose: Any) -> None:
    """Jobs that are still on chain: those that aren't over first, then the latest."""
    is_own = market is None and not any(whose.values())

    async def look(client: Any) -> Any:
        if is_own:
            whose["project"] = client.wallet.address
        where = None if market is None else await market_of(client, market)
        return await client.jobs.find_jobs(market=where, **whose)

    found = session.run(look, wallet=is_own)
    chosen = [job for job in found if state in (None, job.state.name.lower())]
    chosen.sort(key=lambda job: (job.time_end is not None, -(job.time_end or 0), bytes(job.address)))
    session.show_rows(chosen, *job_columns.LISTED, empty="no such job on chain")


@noun.command(example=f"job show {JOB}")
@click.argument("job", type=ADDRESS)
@reads
def show(session: Session, *, job: Any) -> None:
    """How a job stands: its place in the queue, its time left, what it has cost so far."""
    session.show_one(session.run(lambda client: client.jobs.fetch_progress(job), wallet=False), *job_columns.SHOWN)


@noun.command(example=f"job watch {JOB}\njob watch --market nvidia-4090 --output jsonl")
@click.argument("job", type=ADDRESS, required=False)
@click.option("--market", type=MARKET, help="In place of JOB: all jobs of a market.")
@click.option("--project", type=ADDRESS, help="Likewise those of a project. Default, where nothing is given: yours.")
@click.option("--payer", type=ADDRESS, help="Likewise those that a wallet paid for.")
@click.option("--host", type=ADDRESS, help="Likewise those that a host runs.")
@click.option("--since", metavar="CURSOR", help="Go on after an event that was told before: its cursor.")
@reads
def watch(session: Session, *, job: Any, market: Any, since: str | None, **whose: Any) -> None:
    """What happens to a job, as it happens, until it is over; or to many, until Ctrl-C."""
    from nosana_chain.cli.job_watching import watch_many, watch_one  # they import solders

    is_many = market is not None or any(whose.values())
    if job is not None and is_many:
        raise click.UsageError("a JOB is watched alone: leave out --market, --project, --payer and --host")
    if job is not None:
        watch_one(session, job, since=since)
    else:
        watch_many(session, market=market, since=since, is_own=not is_many, **whose)


@noun.command(example=f"job wait {JOB} --until done --within 3h")
@click.argument("job", type=ADDRESS)
@click.option("--until", type=click.Choice(_AWAITED), default="done", show_default=True, help="What is waited for.")
@click.option("--within", type=SOME_TIME, required=True, help="Longest time to wait, such as 3h; then it exits with 4.")
@reads
def wait(session: Session, *, job: Any, until: str, within: int) -> None:
    """Wait until a job runs, is done, or stands otherwise. It exits with 4 where that can't come any more."""
    session.ends_with_ctrl_c("interrupted; the job goes on")
    found = session.run(lambda client: client.jobs.wait_for(job, until=until, within=within), wallet=False)
    session.show_one(
        found,
        text("job", "address"),
        text("awaited"),
        text("standing", lambda row: row.standing.value),
        text("result_cid", lambda row: row.job and row.job.result_cid),
        text("signature"),
    )
    if not found.is_as_awaited:
        session.note(f"error: job {job} is {found.standing.value}, and won't be {until} any more")
        session.leave(_NOT_FOUND)


_NOT_FOUND = 4  # of exit_codes


@noun.command(example=f"job extend {JOB} --by 30m\njob extend {JOB} --to 1h --max-nos 5")
@click.argument("job", type=ADDRESS)
@click.option("--by", type=SOME_TIME, help="How much longer it may run.")
@click.option("--to", type=SOME_TIME, help="In its place: how long it may run in all, so that twice does nothing more.")
@payer
@writes_with_key
def extend(writing: Writing, *, job: Any, by: int | None, to: int | None) -> None:
    """Give a waiting or running job more time, and pay for that."""
    if (by is None) == (to is None):
        raise click.UsageError("give either --by or --to")
    payer = writing.load_payer()
    bounds: Any = {"max_nos": writing.max_nos, "idempotency_key": writing.key, "payer": payer}
    shown = (span("timeout"), nos("deposit"), nos("network_fee"))
    writing.do(lambda client: client.jobs.extend_job(job, by=by, to=to, **bounds), *shown)


@noun.command(example=f"job stop {JOB}")
@click.argument("job", type=ADDRESS)
@writes
def stop(writing: Writing, *, job: Any) -> None:
    """Take a job back while it waits, or end it while it runs; what isn't used goes back to its payer."""
    shown = (text("kind", lambda row: row.kind.value), nos("paid"), nos("refunded"))
    writing.do(lambda client: client.jobs.stop_job(job), *shown)


@noun.command(example=f"job recover {JOB}")
@click.argument("job", type=ADDRESS)
@click.option("--to", type=ADDRESS, help="Who gets the deposit in the payer's place: a wallet, or a NOS account.")
@writes
def recover(writing: Writing, *, job: Any, to: Any) -> None:
    """Get deposit and rent of a job back whose host gave it up."""
    writing.do(lambda client: client.jobs.recover_job(job, to=to))


@noun.command(example=f"job clean {JOB}")
@click.argument("job", type=ADDRESS)
@click.option("--as-admin", is_flag=True, help="As the network's market admin: any job, whose deposit is lost.")
@writes
def clean(writing: Writing, *, job: Any, as_admin: bool) -> None:
    """Close a job that is done, once its market lets it; its payer gets the rent."""
    if as_admin:
        writing.do(lambda client: client.jobs.clean_job_as_admin(job))
    else:
        writing.do(lambda client: client.jobs.clean_job(job))


noun.add_command(job_keeping.keep)
noun.add_command(job_files.send)
noun.add_command(job_files.follow)
noun.add_command(job_files.definition)
noun.add_command(job_files.results)
noun.add_command(job_files.url)


@noun.command(example="job spending\njob spending --since 2026-03-01 --until 2026-04-01")
@click.option("--project", type=ADDRESS, help="Whose jobs. Default: yours.")
@click.option("--payer", type=ADDRESS, help="Those that a wallet paid for.")
@click.option("--since", type=MOMENT, help="Of what was paid: only jobs that ended from then on.")
@click.option("--until", type=MOMENT, help="Likewise: before then.")
@reads
def spending(session: Session, *, project: Any, payer: Any, since: int | None, until: int | None) -> None:
    """What jobs have cost, as far as they are still on chain."""
    found = session.run(
        lambda client: client.jobs.fetch_spending(project=project, payer=payer), wallet=not (project or payer)
    )
    start, end = since or 0, found.now + 1 if until is None else until
    session.show_one(
        found,
        nos("paid", lambda row: row.paid_between(start, end)),
        nos("accruing"),
        nos("locked"),
        nos("recoverable"),
        moment("now"),
    )
