"""`nosana-chain node`: the registry of hosts' machines."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import click

from nosana_chain.cli.columns import Column, columns_of
from nosana_chain.cli.grammar import Noun
from nosana_chain.cli.options import payer, reads, writes
from nosana_chain.cli.parsing import ADDRESS
from nosana_chain.cli.session import Session
from nosana_chain.cli.writing import Writing

_SHOWN = ("authority", "audited", "country", "cpu", "gpu", "memory", "storage", "endpoint", "version")
_FIGURES = {
    "architecture": "0 to 9; the program gives the numbers no meaning.",
    "country": "ISO 3166-1 numeric code: 528 is the Netherlands.",
    "cpu": "Processor figure, 1 to 65535.",
    "gpu": "GPU figure, 0 to 65535.",
    "memory": "Memory figure, 1 to 65535.",
    "iops": "Disk speed, 1 to 65535.",
    "storage": "Storage figure, 1 to 65535.",
}
_TEXTS = {
    "endpoint": "Where the host is reached. With icon and version it has 62 bytes.",
    "icon": "The host's picture.",
    "version": "Of the host's software.",
}
_MACHINE = (
    "--architecture 1 --country 528 --cpu 8 --gpu 1 --memory 32 --iops 500 --storage 1000 --endpoint host.example"
)


@click.group(cls=Noun, example="node list")
def noun() -> None:
    """The registry of hosts' machines."""


def _columns() -> tuple[Column, ...]:
    from nosana_chain.models.node import Node

    return columns_of(Node, shown=_SHOWN)


def _described(*, required: bool) -> Callable[[Any], Any]:
    """The options of a machine's description: all of them, or those that change."""

    def decorate(command: Any) -> Any:
        for name, told in reversed(_TEXTS.items()):
            command = click.option(f"--{name}", help=told)(command)
        for name, told in reversed(_FIGURES.items()):
            command = click.option(f"--{name}", type=int, required=required, help=told)(command)
        return command

    return decorate


def _given(description: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in description.items() if value is not None}


@noun.command(example="node show\nnode show --host nosXBVoaCTtYdLvKY6Csb4AC8JCdQKKAaWYtx2ZMoo7")
@click.option("--host", type=ADDRESS, help="Whose. Default: the wallet's.")
@reads
def show(session: Session, host: Any) -> None:
    """A host's entry in the registry."""
    session.show_one(session.run(lambda client: client.nodes.fetch_node(host=host), wallet=host is None), *_columns())


@noun.command("list", example="node list --audited\nnode list --country 528 --output csv")
@click.option("--audited/--not-audited", default=None, help="Only those that are, or aren't, audited.")
@click.option("--architecture", type=int, help="Only those of this architecture.")
@click.option("--country", type=int, help="Only those of this country (ISO 3166-1 numeric).")
@reads
def list_nodes(session: Session, *, audited: bool | None, architecture: int | None, country: int | None) -> None:
    """The hosts of the cluster that are registered."""
    found = session.run(
        lambda client: client.nodes.find_nodes(audited=audited, architecture=architecture, country=country),
        wallet=False,
    )
    session.show_rows(found, *_columns(), empty="no nodes")


@noun.command(example=f"node register {_MACHINE}")
@_described(required=True)
@payer
@writes
def register(writing: Writing, **description: Any) -> None:
    """Enter the wallet's machine into the registry. Its rent of about 0.0018 SOL doesn't come back."""
    from nosana_chain.programs.nodes.terms import NodeSpec

    spec, payer = NodeSpec(**_given(description)), writing.load_payer()
    writing.do(lambda client: client.nodes.register_node(spec, payer=payer))


@noun.command(example="node update --memory 64 --version 1.2.0")
@_described(required=False)
@writes
def update(writing: Writing, **description: Any) -> None:
    """Change parts of the wallet's entry, and keep the rest."""
    changes: Any = _given(description)
    if not changes:
        raise click.UsageError("nothing to change; give one of the options")
    writing.do(lambda client: client.nodes.update_node(**changes))


@noun.command(
    example="node audit nosXBVoaCTtYdLvKY6Csb4AC8JCdQKKAaWYtx2ZMoo7\n"
    "node audit nosXBVoaCTtYdLvKY6Csb4AC8JCdQKKAaWYtx2ZMoo7 --revoke"
)
@click.argument("host", type=ADDRESS)
@click.option("--revoke", is_flag=True, help="Take the mark away.")
@writes
def audit(writing: Writing, host: Any, *, revoke: bool) -> None:
    """Mark the entry of HOST as audited. Only the network's authority may."""
    writing.do(lambda client: client.nodes.audit_node(host=host, audited=not revoke))
