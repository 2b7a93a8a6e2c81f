"""`nosana-chain rewards`: the pool in which stakers share the network's fees."""

from __future__ import annotations

from typing import Any

import click

from nosana_chain.cli.columns import nos, number, text, xnos
from nosana_chain.cli.grammar import Noun
from nosana_chain.cli.options import reads, writes, writes_with_key
from nosana_chain.cli.parsing import ADDRESS, SOME_NOS
from nosana_chain.cli.session import Session
from nosana_chain.cli.writing import Writing


@click.group(cls=Noun, example="rewards show")
def noun() -> None:
    """The pool in which stakers share the network's fees."""


@noun.command(example="rewards show\nrewards show --owner nosXBVoaCTtYdLvKY6Csb4AC8JCdQKKAaWYtx2ZMoo7")
@click.option("--owner", type=ADDRESS, help="Whose membership. Default: the wallet's.")
@click.option("--with-fee-pool", is_flag=True, help="As if the reward-fee pool were claimed first.")
@reads
def show(session: Session, owner: Any, *, with_fee_pool: bool) -> None:
    """A membership, and what a claim would pay now."""

    async def look(client: Any) -> dict[str, Any]:
        rewards = client.rewards
        return {
            "reward": await rewards.fetch_reward(authority=owner),
            "pending": await rewards.fetch_pending(authority=owner, with_fee_pool=with_fee_pool),
        }

    session.show_one(
        session.run(look, wallet=owner is None),
        text("authority", lambda row: row["reward"].authority),
        text("address", lambda row: row["reward"].address),
        xnos("xnos", lambda row: row["reward"].xnos),
        nos("pending", lambda row: row["pending"]),
    )


@noun.command(example="rewards pool")
@reads
def pool(session: Session) -> None:
    """The pool itself: its weight, rate and vault."""
    found = session.run(lambda client: client.rewards.fetch_pool(), wallet=False)
    session.show_one(
        found,
        text("address"),
        xnos("total_xnos"),
        number("rate"),
        number("total_reflection"),
        text("vault"),
    )


@noun.command(example="rewards enter")
@writes
def enter(writing: Writing) -> None:
    """Join the pool with the wallet's stake: fees added from now on are shared with it."""
    writing.do(lambda client: client.rewards.enter_pool())


@noun.command(example="rewards claim")
@writes
def claim(writing: Writing) -> None:
    """Take out what is due."""
    writing.do(lambda client: client.rewards.claim_rewards(), nos("amount"))


@noun.command(example="rewards sync\nrewards sync nosXBVoaCTtYdLvKY6Csb4AC8JCdQKKAaWYtx2ZMoo7")
@click.argument("stakers", type=ADDRESS, nargs=-1)
@writes
def sync(writing: Writing, stakers: tuple[Any, ...]) -> None:
    """Bring memberships up to their stakes' weight: the wallet's, or those of STAKERS."""
    writing.do(lambda client: client.rewards.sync_rewards(*stakers))


@noun.command(example="rewards close")
@writes
def close(writing: Writing) -> None:
    """Claim what is due and leave the pool. The stake stays."""
    writing.do(lambda client: client.rewards.leave_pool(), nos("amount"))


@noun.command("add-fee", example="rewards add-fee 100 --idempotency-key 2026-03")
@click.argument("amount", type=SOME_NOS)
@writes_with_key
def add_fee(writing: Writing, amount: int) -> None:
    """Share AMOUNT NOS of the wallet among the pool's members."""
    writing.do(lambda client: client.rewards.add_fee(amount, idempotency_key=writing.key))


@noun.command("init", example="rewards init --network localnet")
@writes
def init_pool(writing: Writing) -> None:
    """Create the pool, once per cluster."""
    writing.do(lambda client: client.rewards.init_pool())
