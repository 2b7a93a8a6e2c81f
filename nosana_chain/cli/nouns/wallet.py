"""`nosana-chain wallet`: the user's key, and what it holds."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from nosana_chain.cli.columns import nos, sol, text
from nosana_chain.cli.grammar import Noun
from nosana_chain.cli.options import local, offline, reads
from nosana_chain.cli.parsing import ADDRESS
from nosana_chain.cli.session import Session


@click.group(cls=Noun, example="wallet balance")
def noun() -> None:
    """Your key and what it holds."""


@noun.command(example="wallet show --network localnet")
@reads
def show(session: Session) -> None:
    """Address, balances and network of the wallet, and where its key comes from."""

    async def look(client: Any) -> dict[str, Any]:
        return {
            "address": client.wallet.address,
            "network": client.network.name,
            "key_from": session.settings.wallet_origin,
            "nos": await client.fetch_nos_balance(),
            "sol": await client.fetch_sol_balance(),
        }

    session.show_one(session.run(look), *(_SHOWN[name] for name in ("address", "network", "key_from", "nos", "sol")))


@noun.command(example="wallet address")
@local
def address(session: Session) -> None:
    """The wallet's address, alone on its line. Asks no cluster."""
    session.show_text(str(session.load_wallet().address))


@noun.command(example="wallet balance\nwallet balance nosXBVoaCTtYdLvKY6Csb4AC8JCdQKKAaWYtx2ZMoo7 --network localnet")
@click.argument("owner", type=ADDRESS, required=False)
@reads
def balance(session: Session, owner: Any) -> None:
    """NOS and SOL of the wallet, or of any OWNER."""

    async def look(client: Any) -> dict[str, Any]:
        return {
            "address": owner or client.wallet.address,
            "nos": await client.fetch_nos_balance(owner=owner),
            "sol": await client.fetch_sol_balance(owner=owner),
        }

    found = session.run(look, wallet=owner is None)
    session.show_one(found, _SHOWN["address"], _SHOWN["nos"], _SHOWN["sol"])


@noun.command(example="wallet new my-key.json")
@click.argument("path", type=click.Path(path_type=Path))
@offline
def new(session: Session, path: Path) -> None:
    """Make a key, write it to PATH (which must not exist), and print its address.

    The file is in the Solana CLI's format, and only you may read it. Whoever has it has what the address holds: keep a
    copy in a safe place.
    """
    from nosana_chain.cli.key_file import write_new_key  # it imports solders

    session.show_text(str(write_new_key(path)))


def _of(name: str) -> Any:
    return lambda row: row[name]


_SHOWN = {
    "address": text("address", _of("address")),
    "network": text("network", _of("network")),
    "key_from": text("key_from", _of("key_from")),
    "nos": nos("nos", _of("nos")),
    "sol": sol("sol", _of("sol")),
}
