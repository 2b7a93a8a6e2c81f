"""What `nosana-chain demo` plays and shows."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.table import Table

from nosana_chain.cli.exit_codes import ExitCode
from nosana_chain.cli.output import json_text, note
from nosana_chain.job_definition import EXAMPLE_JOB, JobDefinition, read_job_definition
from nosana_chain.localnet.genesis import BUILDER, PURSES
from nosana_chain.localnet.network import Localnet
from nosana_chain.testing.ledger import Asset, Sheet
from nosana_chain.testing.story import Step, Story, Told
from nosana_chain.units import format_nos, format_sol
from nosana_chain.wallet import Wallet

_SLOT_MS = 50  # nobody waits between its steps
_FORMATS = {Asset.NOS: format_nos, Asset.SOL: format_sol}


def conclude(told: Told, *, as_json: bool) -> None:
    """Print the ledger of a story.

    Raises:
        click.exceptions.Exit: it doesn't balance.
    """
    if as_json:
        print(json_text(_as_json(told)))
    else:
        _print_ledger(told)
    if told.errors():
        for line in told.errors():
            note(f"error: {line}")
        raise click.exceptions.Exit(ExitCode.UNEXPECTED)


async def tell(
    job_file: Path | None,
    wallet: Path | None,
    *,
    allow_shared_key: bool,
    as_json: bool,
    rpc_port: int | None,
    ws_port: int | None,
) -> Told:
    """Play the story on a local network, and show each step to people."""
    job = read_job_definition(job_file or EXAMPLE_JOB)
    builder = Wallet.from_file(wallet, allow_shared=allow_shared_key) if wallet else None
    async with Localnet.start(
        validator="surfpool",  # whatever the user's default is: the story travels in time
        slot_ms=_SLOT_MS,
        rpc_port=rpc_port,
        ws_port=ws_port,
        progress=note,
    ) as net:
        if builder:
            await net.airdrop(builder.address, PURSES[BUILDER].lamports)
            await net.mint_nos(builder.address, PURSES[BUILDER].nos_units)
        if not as_json:
            _print_opening(net, job)
        on_step = _ignore if as_json else _print_step
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
    screen = Console(width=None if sys.stdout.isatty() else 160, highlight=False)
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
