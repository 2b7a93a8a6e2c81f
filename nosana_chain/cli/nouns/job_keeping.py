"""`nosana-chain job keep`: a service that stays up within a budget."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import click

from nosana_chain.cli.columns import nos, span, text
from nosana_chain.cli.grammar import Verb
from nosana_chain.cli.market_names import MARKET, market_of
from nosana_chain.cli.options import sends
from nosana_chain.cli.parsing import SOME_NOS, SOME_TIME
from nosana_chain.cli.posting import definition_of
from nosana_chain.cli.sending import Sending
from nosana_chain.units import HOUR, format_nos

_STEPS = (
    text("step", lambda step: step.kind.value),
    text("job", lambda step: step.job),
    span("timeout", lambda step: step.timeout),
    nos("taken", lambda step: step.taken),
    text("trouble", lambda step: step.error),
)


@click.command(
    cls=Verb,
    example="job keep job.json --name my-api --market nvidia-4090 --max-nos 50 --lasts 8h\n"
    "job keep --cid QmYwAPJzv5CZsnA625s3Xf2nemtYgPpHdWEz79ojWnPbdG --name my-api --market 97G9 --max-nos 50",
)
@click.argument("file", type=click.Path(path_type=Path), required=False)
@click.option("--cid", metavar="CID", help="In place of FILE: a definition that is pinned already.")
@click.option("--name", required=True, help="Of the service: the same name goes on with its job, another is another's.")
@click.option("--market", type=MARKET, required=True, help="Where: address, first letters of it, or a name.")
@click.option("--max-nos", type=SOME_NOS, required=True, help="Most NOS that this run of the command may take.")
@click.option("--lasts", type=SOME_TIME, help="How long, such as 8h; then it is stopped. Default: as the NOS last.")
@click.option("--step", type=SOME_TIME, default=HOUR, show_default="1h", help="What is paid for at a time.")
@click.option("--no-pin", is_flag=True, help="Don't pin FILE: it is pinned already, or will be.")
@sends
def keep(
    sending: Sending,
    *,
    file: Path | None,
    cid: str | None,
    name: str,
    market: Any,
    max_nos: int,
    lasts: int | None,
    step: int,
    no_pin: bool,
) -> None:
    """Keep a service up: post a job, extend it in time, and post the next one when it ends.

    Each step is a line. Ctrl-C ends this command and not the job; started again with the same name it goes on with it.
    """
    content = definition_of(file, cid)
    pinning = content.require_pinning(no_pin=no_pin)

    async def look(client: Any) -> tuple[list[str], Any]:
        address = await market_of(client, market)
        price = (await client.markets.fetch_market(address)).job_price
        hourly = f"{format_nos(price * HOUR)} NOS an hour now"
        return [f"keep {name!r} up in market {address}, {hourly}, for {format_nos(max_nos)} NOS at most"], address

    async def act(client: Any, address: Any) -> None:
        from nosana_chain.cli.render import Lines
        from nosana_chain.ipfs.pinning import pinned

        if pinning is not None and content.content is not None:
            await pinned(content.content, pinning)
        lines = Lines(_STEPS, kind=sending.kind_of_lines)
        until = None if lasts is None else int(time.time()) + lasts
        keeping = client.jobs.keep_job(
            address, definition_cid=content.cid, name=name, max_nos=max_nos, timeout=step, until=until
        )
        async for taken in keeping:
            for line in lines.of(taken):
                print(line, flush=True)

    sending.agree_and_do(look, act, left="the job goes on, and so does the same command; or take it back: job stop\n")
