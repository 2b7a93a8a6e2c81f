"""`nosana-chain pool`: tokens released at a steady rate, for a wallet or for all stakers."""

from __future__ import annotations

from typing import Any

import click

from nosana_chain.cli.columns import Column, base_units, columns_of, moment, text
from nosana_chain.cli.grammar import Noun
from nosana_chain.cli.options import reads, writes, writes_with_key
from nosana_chain.cli.parsing import ADDRESS, MOMENT, token_amount
from nosana_chain.cli.session import Session
from nosana_chain.cli.writing import Writing

_SHOWN = ("address", "claim_type", "emission", "start_time", "claimed_tokens", "beneficiary")
_OPENED = (text("pool"),)
_PAID = (base_units("amount"),)
_EXAMPLE = "miF9saGY5WS747oia48WR3CMFZMAGG8xt6ajB7rdV3e"

_BASE_UNITS = click.option("--base-units", is_flag=True, help="Amounts are base units of the mint, in place of NOS.")
_KEY = click.option("--strict-key", is_flag=True, help="Refuse a key about which nobody can tell if it was used.")


@click.group(cls=Noun, example="pool list")
def noun() -> None:
    """Tokens released at a steady rate: vesting for a wallet, or fees for all stakers."""


def _columns(under: str = "") -> tuple[Column, ...]:
    from nosana_chain.models.pool import Pool

    return columns_of(Pool, shown=_SHOWN, under=under)


@noun.command(example=f"pool show {_EXAMPLE}")
@click.argument("address", type=ADDRESS)
@reads
def show(session: Session, address: Any) -> None:
    """A pool, what is due, and what a claim would pay."""
    found = session.run(lambda client: client.pools.fetch_claim(address), wallet=False)
    more = (base_units("vault_balance"), base_units("due"), base_units("payable", "amount"), moment("now"))
    session.show_one(found, *_columns("pool"), *more)


@noun.command("list", example="pool list\npool list --authority nosXBVoaCTtYdLvKY6Csb4AC8JCdQKKAaWYtx2ZMoo7")
@click.option("--authority", type=ADDRESS, help="Only those that this wallet may close.")
@click.option("--beneficiary", type=ADDRESS, help="Only those that pay this token account.")
@reads
def list_pools(session: Session, authority: Any, beneficiary: Any) -> None:
    """The pools of the cluster."""
    found = session.run(
        lambda client: client.pools.find_pools(authority=authority, beneficiary=beneficiary), wallet=False
    )
    session.show_rows(found, *_columns(), empty="no pools")


def _terms(emission: str, start: int, *, closeable: bool, base_units: bool) -> Any:
    from nosana_chain.programs.pools.terms import PoolTerms

    amount = token_amount(emission, in_base_units=base_units, name="--emission")
    return PoolTerms(emission=amount, start_time=start, closeable=closeable)


_EMISSION = click.option("--emission", required=True, help="How much becomes due each second: 0.01 is NOS.")
_START = click.option("--start", type=MOMENT, required=True, help="When: 2027-01-31T12:00 (UTC) or Unix seconds.")
_CLOSEABLE = click.option("--closeable", is_flag=True, help="Let the wallet take back what is left at any time.")
_DEPOSIT = click.option("--deposit", default="0", show_default=True, help="How much moves into it at once.")


@noun.command(
    "open-vesting",
    example="pool open-vesting nosXBVoaCTtYdLvKY6Csb4AC8JCdQKKAaWYtx2ZMoo7 --emission 0.01 --start 2027-01-31 "
    "--deposit 500 --idempotency-key grant-7",
)
@click.argument("beneficiary", type=ADDRESS)
@_EMISSION
@_START
@_DEPOSIT
@_CLOSEABLE
@click.option("--mint", type=ADDRESS, help="Of the tokens, with --base-units. Default: NOS.")
@_BASE_UNITS
@_KEY
@writes_with_key
def open_vesting(
    writing: Writing,
    beneficiary: Any,
    *,
    emission: str,
    start: int,
    deposit: str,
    closeable: bool,
    mint: Any,
    base_units: bool,
    strict_key: bool,
) -> None:
    """Open a pool that pays the wallet BENEFICIARY, and fill it."""
    if mint is not None and not base_units:
        raise click.UsageError("amounts of another mint are given in base units: add --base-units")
    terms = _terms(emission, start, closeable=closeable, base_units=base_units)
    amount = token_amount(deposit, in_base_units=base_units, name="--deposit")
    writing.do(
        lambda client: client.pools.open_vesting_pool(
            terms,
            beneficiary=beneficiary,
            deposit=amount,
            mint=mint,
            idempotency_key=writing.key,
            strict_key=strict_key,
        ),
        *_OPENED,
    )


@noun.command("open-fee", example="pool open-fee --emission 0.01 --start 2027-01-31 --deposit 500")
@_EMISSION
@_START
@_DEPOSIT
@_CLOSEABLE
@_KEY
@writes_with_key
def open_fee(writing: Writing, *, emission: str, start: int, deposit: str, closeable: bool, strict_key: bool) -> None:
    """Open a pool that pays NOS to all members of the rewards pool, and fill it."""
    terms = _terms(emission, start, closeable=closeable, base_units=False)
    amount = token_amount(deposit, in_base_units=False, name="--deposit")
    writing.do(
        lambda client: client.pools.open_fee_pool(
            terms, deposit=amount, idempotency_key=writing.key, strict_key=strict_key
        ),
        *_OPENED,
    )


@noun.command(example=f"pool add {_EXAMPLE} 100 --idempotency-key 2026-03")
@click.argument("address", type=ADDRESS)
@click.argument("amount")
@_BASE_UNITS
@writes_with_key
def add(writing: Writing, address: Any, amount: str, *, base_units: bool) -> None:
    """Move AMOUNT NOS from the wallet to a pool's vault."""
    units = token_amount(amount, in_base_units=base_units, name="AMOUNT")

    async def made(client: Any) -> Any:
        if not base_units:
            await _require_nos(client, address)
        return client.pools.fund_pool(address, amount=units, idempotency_key=writing.key)

    writing.do(made)


async def _require_nos(client: Any, address: Any) -> None:
    """An amount of NOS must not be taken for one of another mint, whose decimals differ."""
    from nosana_chain.errors import InputError
    from nosana_chain.models.token_account import token_holding

    pool = await client.pools.fetch_pool(address)
    mint = token_holding(await client.connection.fetch_account(pool.vault)).mint
    if mint != client.network.nos_mint:
        raise InputError(f"{address} holds tokens of {mint}, not NOS: give the amount in base units, with --base-units")


@noun.command(example=f"pool claim {_EXAMPLE}")
@click.argument("address", type=ADDRESS)
@click.option("--force", is_flag=True, help="Also where a claim of fees would count without paying.")
@writes
def claim(writing: Writing, address: Any, *, force: bool) -> None:
    """Pay what is due to a pool's beneficiary. Anyone may."""
    writing.do(lambda client: client.pools.claim_pool(address, force=force), *_PAID)


@noun.command(example=f"pool close {_EXAMPLE}")
@click.argument("address", type=ADDRESS)
@writes
def close(writing: Writing, address: Any) -> None:
    """Close a pool of the wallet's. All tokens of its vault come back, unclaimed ones too."""
    writing.do(lambda client: client.pools.close_pool(address), *_PAID)


@noun.command(example=f"pool pay-to {_EXAMPLE} nosXBVoaCTtYdLvKY6Csb4AC8JCdQKKAaWYtx2ZMoo7")
@click.argument("address", type=ADDRESS)
@click.argument("wallet", type=ADDRESS)
@writes
def pay_to(writing: Writing, address: Any, wallet: Any) -> None:
    """Let a pool that pays you pay WALLET from now on."""
    writing.do(lambda client: client.pools.change_beneficiary(address, to=wallet))


@noun.command(example=f"pool watch {_EXAMPLE}")
@click.argument("address", type=ADDRESS)
@click.option("--since", help="Go on after this event's cursor.")
@reads
def watch(session: Session, address: Any, since: str | None) -> None:
    """What happens to a pool, as it happens; Ctrl-C ends it."""
    from nosana_chain.cli.events import event_columns

    session.follow(lambda client: client.pools.watch_pool(address, since=since), *event_columns(), wallet=False)
