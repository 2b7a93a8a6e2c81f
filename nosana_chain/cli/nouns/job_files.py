"""The verbs of `nosana-chain job` that deal with what is on IPFS: definitions, results, and the services they name."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from nosana_chain.cli.columns import flag, text
from nosana_chain.cli.grammar import Verb
from nosana_chain.cli.options import offline, reads
from nosana_chain.cli.parsing import ADDRESS
from nosana_chain.cli.session import Session

JOB = "2vrFcQ5BTuLtBCyLUKpZ1ZCK8JyTcMYBnrTrS5gzYHuR"  # of examples

_GATEWAY = click.option(
    "--gateway",
    "gateways",
    metavar="URL",
    multiple=True,
    help="Where to fetch from, in this order. Default: NOSANA_IPFS_GATEWAYS, or public ones.",
)


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


@click.command(cls=Verb, example=f"job definition {JOB}\njob definition {JOB} --raw job.json")
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
    example=f"job results {JOB}\njob results {JOB} --artifacts results --output json\njob results {JOB} --logs",
)
@click.argument("job", type=ADDRESS)
@click.option("--logs", is_flag=True, help="The logs alone, as text.")
@click.option("--op", metavar="ID", help="Of this operation alone.")
@click.option("--artifacts", type=click.Path(path_type=Path), help="Write logs and results into this new folder.")
@click.option("--raw", type=click.Path(path_type=Path), help="Write the very bytes to this file, which mustn't exist.")
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
    gateways: tuple[str, ...],
) -> None:
    """What a job did, fetched from IPFS and held to the CID that its host wrote on chain.

    Logs are shown without what could move the cursor or set a title. Nobody proves what a host says that it did.
    """
    from nosana_chain.cli import result_files

    async def look(client: Any) -> Any:
        async with result_files.chosen_gateways(gateways) as chosen:
            return await client.jobs.fetch_result(job, gateways=chosen)

    result_files.require_absent(artifacts, raw)
    found = session.run(look, wallet=False)
    if raw is not None:
        result_files.write_new(raw, found.content)
    flow = result_files.flow_of(found, op)
    if artifacts is not None:
        result_files.write_artifacts(artifacts, found, flow)
    if logs:
        session.show_text(flow.log_text(op).rstrip("\n"))
    else:
        session.show_whole(result_files.result_record(found, flow), "\n".join(result_files.result_lines(found, flow)))


@click.command(cls=Verb, example=f"job url {JOB}\njob url {JOB} --file job.json --output json")
@click.argument("job", type=ADDRESS)
@click.option(
    "--file", type=click.Path(path_type=Path), help="Its real definition, which of a confidential job is needed."
)
@_GATEWAY
@reads
def url(session: Session, *, job: Any, file: Path | None, gateways: tuple[str, ...]) -> None:
    """The addresses of the services that a job exposes; they are there once it runs."""
    from nosana_chain.cli.result_files import chosen_gateways
    from nosana_chain.job_definition.check import check_job_definition

    given = None if file is None else check_job_definition(file).require_valid()

    async def look(client: Any) -> Any:
        async with chosen_gateways(gateways) as chosen:
            return await client.jobs.fetch_services(job, definition=given, gateways=chosen)

    found = session.run(look, wallet=False)
    session.show_rows(
        found.services,
        text("url"),
        text("operation", "op_id"),
        text("port"),
        flag("health_check", "has_health_check"),
        empty="its addresses are private: ask its host for them" if found.is_private else "it exposes nothing",
    )
