"""The verbs of `nosana-chain job` that deal with what is on IPFS: definitions, results, and the services they name."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from nosana_chain.cli import host_calls
from nosana_chain.cli.columns import flag, number, text
from nosana_chain.cli.grammar import Verb
from nosana_chain.cli.options import offline, reads
from nosana_chain.cli.parsing import ADDRESS, SOME_TIME
from nosana_chain.cli.session import Session

JOB = "2vrFcQ5BTuLtBCyLUKpZ1ZCK8JyTcMYBnrTrS5gzYHuR"  # of examples

_GATEWAY = click.option(
    "--gateway",
    "gateways",
    metavar="URL",
    multiple=True,
    help="Where to fetch from, in this order. Default: NOSANA_IPFS_GATEWAYS, or public ones.",
)
_FROM_HOST = click.option("--from-host", is_flag=True, help="Ask its host, as the job's project.")
_HOST_URL = click.option("--host-url", metavar="URL", help="In place of the host's public address.")
_WITHIN = click.option("--within", type=SOME_TIME, default="10m", show_default=True, help="How long to ask its host.")


@click.command(cls=Verb, example="job check job.json\njob check job.yaml --output json")
@click.argument("file", type=click.Path(path_type=Path))
@offline
def check(session: Session, *, file: Path) -> None:
    """Hold a definition (JSON or YAML) to the rules of Nosana's validators, and tell what a host would need.

    What is wrong is told with line, column and path, and the exit code is 3. It asks nobody.
    """
    from nosana_chain.cli.job_check import check_lines, check_record  # they import what reads job files
    from nosana_chain.job_definition.check import check_job_definition

    found = check_job_definition(file)
    session.show_whole(check_record(found), "\n".join(check_lines(found)))
    found.require_valid()


@click.command(cls=Verb, example=f"job definition {JOB}\njob definition {JOB} --raw definition.json")
@click.argument("job", type=ADDRESS)
@click.option("--raw", type=click.Path(path_type=Path), help="Write the very bytes to this file, which mustn't exist.")
@_GATEWAY
@reads
def definition(session: Session, *, job: Any, raw: Path | None, gateways: tuple[str, ...]) -> None:
    """What a job was posted with, fetched from IPFS and held to the CID on chain."""
    from nosana_chain.cli.result_files import chosen_gateways, write_new
    from nosana_chain.models.flow_state import terminal_text

    async def look(client: Any) -> Any:
        async with chosen_gateways(gateways) as chosen:
            return await client.jobs.fetch_definition(job, gateways=chosen)

    found = session.run(look, wallet=False)
    if raw is not None:
        write_new(raw, found.content)
        session.note(f"wrote {len(found.content)} bytes of {found.cid}")
    else:
        session.show_text(terminal_text(found.content.decode(errors="replace")).rstrip("\n"))


@click.command(
    cls=Verb,
    example=f"job results {JOB}\njob results {JOB} --artifacts results --output json\njob results {JOB} --logs\n"
    f"job results {JOB} --from-host",
)
@click.argument("job", type=ADDRESS)
@click.option("--logs", is_flag=True, help="The logs alone, as text.")
@click.option("--op", metavar="ID", help="Of this operation alone.")
@click.option("--artifacts", type=click.Path(path_type=Path), help="Write logs and results into this new folder.")
@click.option("--raw", type=click.Path(path_type=Path), help="Write the very bytes to this file, which mustn't exist.")
@_FROM_HOST
@_HOST_URL
@_WITHIN
@_GATEWAY
@reads
def results(
    session: Session,
    *,
    job: Any,
    logs: bool,
    op: str | None,
    artifacts: Path | None,
    raw: Path | None,
    from_host: bool,
    gateways: tuple[str, ...],
    **host: Any,
) -> None:
    """What a job did, fetched from IPFS and held to the CID that its host wrote on chain.

    That of a confidential job only its host has, and waits a minute to be asked: --from-host. Logs are shown without
    what could move the cursor or set a title. Nobody proves what a host says that it did.
    """
    from nosana_chain.cli import result_files as files

    async def look(client: Any) -> Any:
        if from_host:
            return await host_calls.fetch_results(client, job, **host)
        async with files.chosen_gateways(gateways) as chosen:
            result = await client.jobs.fetch_result(job, gateways=chosen)
        if raw is not None:
            files.write_new(raw, result.content)
        return files.Finding.pinned(result)

    if from_host and raw is not None:
        raise click.UsageError("--raw goes with what is on IPFS, not with --from-host")
    files.require_absent(artifacts, raw)
    found = session.run(look, wallet=from_host).of(op)
    if artifacts is not None:
        files.write_artifacts(artifacts, found)
    if logs:
        session.show_text(found.flow.log_text(op).rstrip("\n"))
    else:
        session.show_whole(files.result_record(found), "\n".join(files.result_lines(found)))


@click.command(
    cls=Verb,
    example=f"job url {JOB}\njob url {JOB} --file job.json --output json\njob url {JOB} --from-host",
)
@click.argument("job", type=ADDRESS)
@click.option(
    "--file", type=click.Path(path_type=Path), help="Its real definition, which of a confidential job is needed."
)
@_FROM_HOST
@_HOST_URL
@_GATEWAY
@reads
def url(
    session: Session, *, job: Any, file: Path | None, from_host: bool, host_url: str | None, gateways: tuple[str, ...]
) -> None:
    """The addresses of the services that a job exposes; they are there once it runs.

    Private ones only the host tells, to the job's project: --from-host.
    """
    if from_host:
        told = session.run(lambda client: host_calls.fetch_endpoints(client, job, host_url=host_url))
        shown = (text("url"), text("operation", "op_id"), text("port"), text("status"))
        session.show_rows(told, *shown, empty="it exposes nothing")
        return
    found = session.run(lambda client: _services(client, job, file, gateways), wallet=False)
    session.show_rows(
        found.services,
        text("url"),
        text("operation", "op_id"),
        text("port"),
        flag("health_check", "has_health_check"),
        empty="its addresses are private: --from-host asks for them" if found.is_private else "it exposes nothing",
    )


async def _services(client: Any, job: Any, file: Path | None, gateways: tuple[str, ...]) -> Any:
    from nosana_chain.cli.result_files import chosen_gateways
    from nosana_chain.job_definition.check import check_job_definition

    given = None if file is None else check_job_definition(file).require_valid()
    async with chosen_gateways(gateways) as chosen:
        return await client.jobs.fetch_services(job, definition=given, gateways=chosen)


@click.command(cls=Verb, example=f"job send {JOB} job.json")
@click.argument("job", type=ADDRESS)
@click.argument("file", type=click.Path(path_type=Path))
@_HOST_URL
@_WITHIN
@reads
def send(session: Session, *, job: Any, file: Path, **host: Any) -> None:
    """Give its host the real definition of a confidential job, which was posted with --confidential."""
    from nosana_chain.job_definition.check import check_job_definition

    given = check_job_definition(file).require_valid()
    node = session.run(lambda client: host_calls.send_definition(client, job, given, **host))
    session.show_one(
        node, text("job", lambda _: job), text("host", lambda node: node), text("sent", lambda _: given.cid)
    )


@click.command(cls=Verb, example=f"job follow {JOB}")
@click.argument("job", type=ADDRESS)
@_HOST_URL
@reads
def follow(session: Session, *, job: Any, host_url: str | None) -> None:
    """What its host tells of a job while it runs, operation by operation, until it ends."""
    session.follow(
        lambda client: host_calls.watch_flow(client, job, host_url=host_url),
        text("status", "flow.status"),
        text("operation", "op.id"),
        text("operation_status", "op.status"),
        number("exit_code", "op.exit_code"),
    )
