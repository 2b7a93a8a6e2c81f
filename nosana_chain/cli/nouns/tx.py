"""`nosana-chain tx`: transactions in words, signing for others, and durable nonces."""

from __future__ import annotations

from typing import Any

import click

from nosana_chain.cli.columns import sol, text
from nosana_chain.cli.grammar import Noun
from nosana_chain.cli.options import local, payer, reads, sends, writes, writes_with_key
from nosana_chain.cli.parsing import ADDRESS, LAMPORTS, SIGNATURE, text_argument
from nosana_chain.cli.receipts import receipt_columns
from nosana_chain.cli.sending import Sending
from nosana_chain.cli.session import Session
from nosana_chain.cli.writing import Writing

_SIGNED = "5Pj7UvVhhDG8XTBHbLRRvWNTbfcTQEDEF9rCcqFXqKo1HcVbKNRTnkGtwxjfMbGVHUz3mMTLvVyKqNwVXw2Wgt4n"
_NONCE = "nosXBVoaCTtYdLvKY6Csb4AC8JCdQKKAaWYtx2ZMoo7"
_NONCE_COLUMNS = (text("address"), text("authority"), text("value"), sol("balance", "lamports"))
_TEXT = click.argument("transaction")


@click.group(cls=Noun, example="tx explain -")
def noun() -> None:
    """Transactions in words; signing for others; durable nonces. "-" reads a transaction from standard input."""


@noun.command(example="tx explain -")
@_TEXT
@reads
def explain(session: Session, transaction: str) -> None:
    """What a transaction says and did: by its signature, or in base64 before it is sent."""
    given = text_argument(transaction)
    found = session.run(lambda client: client.transactions.explain(given), wallet=False)
    session.show_whole(found.as_json(), str(found))


@noun.command(example=f"tx events {_SIGNED}")
@click.argument("signature", type=SIGNATURE)
@reads
def events(session: Session, signature: str) -> None:
    """What a transaction did to jobs, markets, hosts, stakes, pools, nodes and in the rewards pool."""
    from nosana_chain.cli.events import event_columns

    found = session.run(lambda client: client.transactions.fetch_events(signature), wallet=False)
    rows = [(about, event) for about, of_it in found.items() for event in of_it]
    inner = tuple(column.within(1) for column in event_columns()[:-2])
    session.show_rows(rows, text("about", lambda row: row[0]), *inner, empty="nothing of Nosana's")


# ---------------------------------------------------------------- signing elsewhere


@noun.command(example="tx review -")
@_TEXT
@local
def review(session: Session, transaction: str) -> None:
    """What an exported transaction says, who has signed it and who is missing. Asks no cluster."""
    given = text_argument(transaction)

    async def look(client: Any) -> Any:
        return client.transactions.review(given)

    found = session.run(look, wallet=False)
    session.show_whole(found.as_json(), str(found))


@noun.command(example="tx sign - --keypair other.json")
@_TEXT
@sends
def sign(sending: Sending, transaction: str) -> None:
    """Add the wallet's signature to an exported transaction, and print it. Look at it with review first."""
    given = text_argument(transaction)

    async def look(client: Any) -> tuple[list[str], None]:
        return str(client.transactions.review(given)).splitlines(), None

    signed = sending.agree_and_do(look, lambda client, _seen: client.transactions.sign(given))
    sending.show_whole({"transaction": signed}, signed)


@noun.command(example="tx combine AQAAAA== AQAAAA==")
@click.argument("transactions", nargs=-1, required=True)
@local
def combine(session: Session, transactions: tuple[str, ...]) -> None:
    """One text with all signatures of copies of one transaction. Asks no cluster."""

    async def combined(client: Any) -> str:
        return str(client.transactions.combine(*transactions))

    whole = session.run(combined, wallet=False)
    session.show_whole({"transaction": whole}, whole)


@noun.command(example="tx send -")
@_TEXT
@sends
def send(sending: Sending, transaction: str) -> None:
    """Send a transaction that everybody has signed, and wait until it has landed."""
    given = text_argument(transaction)
    networks: list[Any] = []

    async def look(client: Any) -> tuple[list[str], None]:
        networks.append(client.network)
        return str(client.transactions.review(given)).splitlines(), None

    receipt = sending.agree_and_do(look, lambda client, _seen: client.transactions.send_signed(given))
    sending.show_one(receipt, *receipt_columns(networks[0]))


# ---------------------------------------------------------------- durable nonces


@noun.group(cls=Noun, example="tx nonce create")
def nonce() -> None:
    """Durable nonces, for transactions whose signatures take longer than a minute."""


@nonce.command(example=f"tx nonce show {_NONCE}")
@click.argument("address", type=ADDRESS)
@reads
def show(session: Session, address: Any) -> None:
    """A nonce: its authority, its value and what it holds."""
    session.show_one(session.run(lambda client: client.nonces.fetch_nonce(address), wallet=False), *_NONCE_COLUMNS)


@nonce.command("list", example="tx nonce list")
@click.option("--authority", type=ADDRESS, help="Whose. Default: the wallet's.")
@reads
def list_nonces(session: Session, authority: Any) -> None:
    """Nonces that a wallet may advance and withdraw. Most public endpoints refuse this."""
    found = session.run(lambda client: client.nonces.find_nonces(authority=authority), wallet=authority is None)
    session.show_rows(found, *_NONCE_COLUMNS, empty="no nonces")


@nonce.command(example="tx nonce create --idempotency-key payroll")
@payer
@writes_with_key
def create(writing: Writing) -> None:
    """Make a nonce, to be named with `--nonce` beside `--unsigned`. Its rent comes back when it is withdrawn."""
    who = writing.load_payer()
    writing.do(lambda client: client.nonces.create_nonce(payer=who, idempotency_key=writing.key), text("nonce"))


@nonce.command(example=f"tx nonce advance {_NONCE}")
@click.argument("address", type=ADDRESS)
@writes
def advance(writing: Writing, address: Any) -> None:
    """Give a nonce another value: what lives by the present one can't land any more, once that is final."""
    writing.do(lambda client: client.nonces.advance_nonce(address))


@nonce.command(example=f"tx nonce withdraw {_NONCE}")
@click.argument("address", type=ADDRESS)
@click.option("--lamports", type=LAMPORTS, help="How many. Default: all, which closes it.")
@click.option("--to", type=ADDRESS, help="Who gets them. Default: the wallet.")
@writes
def withdraw(writing: Writing, address: Any, lamports: int | None, to: Any) -> None:
    """Take lamports out of a nonce; all of them close it."""
    writing.do(lambda client: client.nonces.withdraw_nonce(address, lamports=lamports, to=to))
