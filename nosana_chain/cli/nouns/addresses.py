"""`nosana-chain addresses`: what is known of addresses, for endpoints that refuse to list accounts."""

from __future__ import annotations

from typing import Any

import click

from nosana_chain.cli.columns import flag, number, text
from nosana_chain.cli.grammar import Noun
from nosana_chain.cli.options import reads
from nosana_chain.cli.parsing import ADDRESS
from nosana_chain.cli.session import Session

_AT = "nosXBVoaCTtYdLvKY6Csb4AC8JCdQKKAaWYtx2ZMoo7"
_REACH = (text("address"), number("newest_slot"), number("oldest_slot"), flag("is_whole"), number("unread"))


@click.group(cls=Noun, example=f"addresses grow {_AT} --address-book known.json")
def noun() -> None:
    """What transactions tell of addresses, in a file of yours, for endpoints that refuse to list accounts."""


@noun.command(example=f"addresses grow {_AT} --address-book known.json")
@click.argument("address", type=ADDRESS)
@click.option("--most", type=click.IntRange(1), default=10_000, show_default=True, help="Transactions to read at once.")
@reads
def grow(session: Session, address: Any, most: int) -> None:
    """Read which accounts the transactions of ADDRESS name: a market's, a wallet's. Call it again to go on."""
    session.require_book()
    session.show_one(session.run(lambda client: client.addresses.grow(address, most=most), wallet=False), *_REACH)


@noun.command(example=f"addresses reach {_AT} --address-book known.json")
@click.argument("address", type=ADDRESS)
@reads
def reach(session: Session, address: Any) -> None:
    """How far the transactions of ADDRESS are in the book: what is beyond is missing there."""
    session.require_book()

    async def look(client: Any) -> Any:
        return client.addresses.reach(address)

    session.show_one(session.run(look, wallet=False), *_REACH)
