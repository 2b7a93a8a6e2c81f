"""`nosana-chain wallet`: the user's key, and what it holds."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from nosana_chain.cli.columns import base_units, columns_of, nos, sol, text
from nosana_chain.cli.grammar import Noun
from nosana_chain.cli.options import local, offline, reads, writes
from nosana_chain.cli.parsing import ADDRESS
from nosana_chain.cli.session import Session
from nosana_chain.cli.writing import Writing


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
    own = str(session.load_wallet().address)
    session.show_whole({"address": own}, own)


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

    made = str(write_new_key(path))
    session.show_whole({"address": made}, made)


@noun.command(example="wallet tokens\nwallet tokens --owner nosXBVoaCTtYdLvKY6Csb4AC8JCdQKKAaWYtx2ZMoo7 --output csv")
@click.option("--owner", type=ADDRESS, help="Whose. Default: the wallet's.")
@reads
def tokens(session: Session, owner: Any) -> None:
    """Every token account of SPL Token: what it holds, and its rent."""
    from nosana_chain.models.token_account import TokenAccount

    found = session.run(lambda client: client.tokens.find_token_accounts(owner=owner), wallet=owner is None)
    columns = columns_of(TokenAccount, shown=("address", "mint"), without=("amount", "lamports"))
    session.show_rows(found, *columns, base_units("amount"), sol("balance", "lamports"), empty="no token accounts")


@noun.command("close-account", example="wallet close-account nosXBVoaCTtYdLvKY6Csb4AC8JCdQKKAaWYtx2ZMoo7")
@click.argument("address", type=ADDRESS)
@writes
def close_account(writing: Writing, address: Any) -> None:
    """Close an empty token account; its rent of about 0.002 SOL comes back."""
    writing.do(lambda client: client.tokens.close_token_account(address))


@noun.command(example="wallet watch")
@click.option("--owner", type=ADDRESS, help="Whose. Default: the wallet's.")
@click.option("--since", help="Go on after this event's cursor.")
@reads
def watch(session: Session, owner: Any, since: str | None) -> None:
    """What comes into a NOS account and leaves it, as it happens; Ctrl-C ends it."""
    from nosana_chain.cli.events import event_columns

    session.follow(
        lambda client: client.watch_nos_balance(owner=owner, since=since), *event_columns(), wallet=owner is None
    )


def _of(name: str) -> Any:
    return lambda row: row[name]


_SHOWN = {
    "address": text("address", _of("address")),
    "network": text("network", _of("network")),
    "key_from": text("key_from", _of("key_from")),
    "nos": nos("nos", _of("nos")),
    "sol": sol("sol", _of("sol")),
}
