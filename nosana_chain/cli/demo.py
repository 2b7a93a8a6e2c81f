"""`nosana-chain demo`: the whole life of Nosana on a local network, with a ledger at the end."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table

from nosana_chain.cli.exit_codes import ExitCode
from nosana_chain.cli.output import Output, console, note, print_json, run
from nosana_chain.job_definition import EXAMPLE_JOB, JobDefinition, read_job_definition
from nosana_chain.localnet.genesis import BUILDER, PURSES
from nosana_chain.localnet.network import Localnet
from nosana_chain.testing.ledger import Asset, Sheet
from nosana_chain.testing.story import Step, Story, Told
from nosana_chain.units import format_nos, format_sol
from nosana_chain.wallet import ALLOW_SHARED_VARIABLE, Wallet

_SLOT_MS = 50  # nobody waits between its steps
_FORMATS = {Asset.NOS: format_nos, Asset.SOL: format_sol}


def demo(
    job_file: Annotated[
        Path, typer.Argument(help="Job definition (JSON) to post.", show_default="an example that ships with it")
    ] = EXAMPLE_JOB,
    *,
    wallet: Annotated[
        Path | None, typer.Option(help="Play the builder with your own key file. Only local money moves.")
    ] = None,
    allow_shared_key: Annotated[
        bool,
        typer.Option(
            "--allow-shared-key",
            envvar=ALLOW_SHARED_VARIABLE,
            help="Accept a key file that other users may read, as secrets mounted into containers are.",
        ),
    ] = False,
    output: Annotated[Output, typer.Option(help="Text for people, or JSON for scripts.")] = Output.TEXT,
    rpc_port: Annotated[
        int | None, typer.Option(min=1, max=65535, help="Port of the local JSON-RPC endpoint; default: any free one.")
    ] = None,
    ws_port: Annotated[
        int | None, typer.Option(min=1, max=65535, help="Port of the local WebSocket endpoint; default: the one after.")
    ] = None,
) -> None:
    """Post, extend, run, stop and recover jobs on a local Nosana network, and account for every base unit.

    Nothing leaves this machine and no real money moves. Example: nosana-chain demo my-job.json --output json
    """
    key = partial(Wallet.from_file, wallet, allow_shared=allow_shared_key) if wallet else None
    conclude(run(_tell(job_file, key, output, rpc_port, ws_port), output=output), output=output)


def conclude(told: Told, *, output: Output) -> None:
    """Print the ledger of a story.

    Raises:
        typer.Exit: it doesn't balance.
    """
    if output is Output.JSON:
        print_json(_as_json(told))
    else:
        _print_ledger(told)
    if told.errors():
        for line in told.errors():
            note(f"error: {line}")
        raise typer.Exit(ExitCode.UNEXPECTED)


async def _tell(
    job_file: Path, read_key: Callable[[], Wallet] | None, output: Output, rpc_port: int | None, ws_port: int | None
) -> Told:
    job = read_job_definition(job_file)
    builder = read_key() if read_key else None
    async with Localnet.start(rpc_port=rpc_port, ws_port=ws_port, slot_ms=_SLOT_MS, progress=note) as net:
        if builder:
            await net.airdrop(builder.address, PURSES[BUILDER].lamports)
            await net.mint_nos(builder.address, PURSES[BUILDER].nos_units)
        if output is Output.TEXT:
            _print_opening(net, job)
        on_step = _print_step if output is Output.TEXT else _ignore
        return await Story(net=net, job=job, builder=builder, on_step=on_step).tell()


def _ignore(_step: Step) -> None:
    """JSON is printed at the end, in one piece."""


def _print_opening(net: Localnet, job: JobDefinition) -> None:
    print(f"local Nosana network at {net.network.rpc_url}")
    print(f"job definition {job.path} has CID {job.cid}\n")


def _print_step(step: Step) -> None:
    print(f"{step.number:3}  {step.actor:<8}  {step.text}")
    units = step.receipt.compute_units
    print(f"     {'':<8}  {step.receipt.signature}  {'?' if units is None else f'{units:,}'} CU", flush=True)


def _print_ledger(told: Told) -> None:
    screen = console()
    for sheet in (told.nos, told.sol):
        screen.print()
        screen.print(_table(sheet))
    sums = "every column sums to zero" if not told.errors() else "THE LEDGER DOES NOT BALANCE"
    print(f"\n{len(told.steps)} transactions; {sums}")


def _table(sheet: Sheet) -> Table:
    write = _FORMATS[sheet.asset]
    table = Table(title=f"{sheet.asset} ledger", title_justify="left", title_style="bold")
    table.add_column("account")
    for heading in ("before", *sheet.columns, "after"):
        table.add_column(str(heading), justify="right", no_wrap=True)
    for row in sheet.rows:
        cells = [sheet.cell(row, column) for column in sheet.columns]
        moved = [write(cell) if cell else "" for cell in cells]
        table.add_row(row, write(sheet.before[row]), *moved, write(sheet.after[row]))
    table.add_section()
    sums = [write(sheet.column_sum(column)) for column in sheet.columns]
    table.add_row("sum", write(sum(sheet.before.values())), *sums, write(sum(sheet.after.values())))
    return table


def _as_json(told: Told) -> dict[str, Any]:
    return {
        "steps": [_step_json(step) for step in told.steps],
        "ledger": {
            "nos_units": _sheet_json(told.nos),
            "lamports": _sheet_json(told.sol),
            "balanced": not told.errors(),
            "errors": told.errors(),
        },
    }


def _step_json(step: Step) -> dict[str, Any]:
    receipt = step.receipt
    return {
        "number": step.number,
        "actor": step.actor,
        "text": step.text,
        "signature": str(receipt.signature),
        "slot": receipt.slot,
        "compute_units": receipt.compute_units,
        "fee_lamports": receipt.fee,
    }


def _sheet_json(sheet: Sheet) -> dict[str, Any]:
    return {
        "rows": [
            {
                "account": row,
                "before": sheet.before[row],
                "moved": {str(column): sheet.cell(row, column) for column in sheet.columns},
                "after": sheet.after[row],
            }
            for row in sheet.rows
        ],
        "column_sums": {str(column): sheet.column_sum(column) for column in sheet.columns},
    }
