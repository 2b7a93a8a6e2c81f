"""`nosana-chain demo`: the whole life of Nosana on a local network, with a ledger at the end."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import click

from nosana_chain.cli.grammar import Verb

_OUTPUTS = ("text", "json")
_PORT = click.IntRange(1, 65535)


@click.command(cls=Verb, name="demo", example="demo my-job.json --output json")
@click.argument("job_file", type=click.Path(path_type=Path), required=False)
@click.option("--wallet", type=click.Path(path_type=Path), help="Play the builder with your own key file.")
@click.option(
    "--allow-shared-key",
    is_flag=True,
    envvar="NOSANA_ALLOW_SHARED_KEY",
    help="Accept a key file that other users may read, as secrets mounted into containers are.",
)
@click.option(
    "--output", type=click.Choice(_OUTPUTS), default="text", show_default=True, help="For people, or for scripts."
)
@click.option("--rpc-port", type=_PORT, help="Port of the local JSON-RPC endpoint. Default: any free one.")
@click.option("--ws-port", type=_PORT, help="Port of the local WebSocket endpoint. Default: the one after.")
@click.option("--debug", is_flag=True, help="Show where an error comes from.")
def noun(
    job_file: Path | None,
    *,
    wallet: Path | None,
    allow_shared_key: bool,
    output: Literal["text", "json"],
    rpc_port: int | None,
    ws_port: int | None,
    debug: bool,  # noqa: ARG001  read before, by the voice
) -> None:
    """Post, extend, run, stop and recover jobs on a local Nosana network, and account for every base unit.

    JOB_FILE is a job definition (JSON); without one it is an example that ships with it. Nothing leaves this machine
    and no real money moves.
    """
    import asyncio

    from nosana_chain.cli.demo import conclude, tell  # the SDK, the local network and rich

    as_json = output == "json"
    told = asyncio.run(
        tell(job_file, wallet, allow_shared_key=allow_shared_key, as_json=as_json, rpc_port=rpc_port, ws_port=ws_port)
    )
    conclude(told, as_json=as_json)
