"""`nosana-chain stake`: NOS locked for a time."""

from __future__ import annotations

from typing import Any

import click

from nosana_chain.cli.columns import Column, flag, moment, nos, number, percent, span, text, xnos
from nosana_chain.cli.grammar import Noun
from nosana_chain.cli.options import offline, reads, writes, writes_with_key
from nosana_chain.cli.parsing import ADDRESS, DURATION, MOMENT, NOS, SOME_NOS, SOME_TIME
from nosana_chain.cli.session import Session
from nosana_chain.cli.writing import Writing

_BASIC: tuple[Column, ...] = (
    text("authority"),
    text("address"),
    nos("amount"),
    xnos("xnos"),
    span("duration"),
    moment("unlocks", "unlocks_at"),
)
_WHOLE: tuple[Column, ...] = (
    text("authority", "stake.authority"),
    text("address", "stake.address"),
    nos("amount", "stake.amount"),
    xnos("xnos", "stake.xnos"),
    span("duration", "stake.duration"),
    nos("vault", "vault_balance"),
    flag("unstaking", "has_begun"),
    moment("unlocks", lambda row: row.unlocks_at if row.has_begun else None),
    nos("withdrawable"),
    moment("due", "due_at"),
)


@click.group(cls=Noun, example="stake show")
def noun() -> None:
    """NOS locked for a time, which weighs as xNOS and lets a host work."""


@noun.command(example="stake show\nstake show --owner nosXBVoaCTtYdLvKY6Csb4AC8JCdQKKAaWYtx2ZMoo7 --output json")
@click.option("--owner", type=ADDRESS, help="Whose stake. Default: the wallet's.")
@reads
def show(session: Session, owner: Any) -> None:
    """A stake: amount, weight, and what can be withdrawn when."""
    session.show_one(
        session.run(lambda client: client.stakes.fetch_unlocking(authority=owner), wallet=owner is None), *_WHOLE
    )


@noun.command("list", example="stake list --output csv")
@reads
def list_stakes(session: Session) -> None:
    """Every stake of the cluster."""
    found = session.run(lambda client: client.stakes.find_stakes(), wallet=False)
    session.show_rows(found, *_BASIC, empty="nobody has a stake here")


@noun.command(example="stake create 1000 --duration 90d")
@click.argument("amount", type=SOME_NOS)
@click.option("--duration", type=DURATION, required=True, help="14d to 365d: how long it unlocks after unstaking.")
@writes
def create(writing: Writing, amount: int, duration: int) -> None:
    """Lock AMOUNT NOS. They come free over DURATION once you unstake."""
    writing.do(lambda client: client.stakes.stake(amount, duration=duration), then=lambda _: "rewards enter")


@noun.command(example="stake topup 12.5\nstake topup 12.5 --idempotency-key 2026-03")
@click.argument("amount", type=SOME_NOS)
@writes_with_key
def topup(writing: Writing, amount: int) -> None:
    """Add AMOUNT NOS to the stake."""
    writing.do(lambda client: client.stakes.topup(amount, idempotency_key=writing.key))


@noun.command(example="stake extend 30d")
@click.argument("by", type=SOME_TIME)
@writes_with_key
def extend(writing: Writing, by: int) -> None:
    """Lengthen the stake's duration by BY, up to 365 days in all."""
    writing.do(lambda client: client.stakes.extend(by=by, idempotency_key=writing.key))


@noun.command(example="stake unstake")
@writes
def unstake(writing: Writing) -> None:
    """Begin to unlock the stake. Rewards are claimed first, and the rewards pool is left."""
    writing.do(lambda client: client.stakes.unstake(), nos("claimed"), moment("unlocks", "unlocks_at"))


@noun.command(example="stake restake")
@writes
def restake(writing: Writing) -> None:
    """Undo unstaking: what the vault still holds is locked again."""
    writing.do(lambda client: client.stakes.restake(), nos("amount"))


@noun.command(example="stake withdraw")
@writes
def withdraw(writing: Writing) -> None:
    """Take out what has unlocked so far."""
    writing.do(lambda client: client.stakes.withdraw(), nos("amount"))


@noun.command(example="stake close")
@writes
def close(writing: Writing) -> None:
    """Close the stake once it is unlocked and empty; its rent comes back."""
    writing.do(lambda client: client.stakes.close_stake())


@noun.command(example="stake estimate 1000 90d\nstake estimate 1000 365d --fees 500000 --pool-xnos 40000000")
@click.argument("amount", type=SOME_NOS)
@click.argument("duration", type=DURATION)
@click.option("--fees", type=NOS, help="NOS that stakers share in a year; with --pool-xnos, for a yield.")
@click.option("--pool-xnos", type=SOME_NOS, help="xNOS of all others in the rewards pool.")
@offline
def estimate(session: Session, amount: int, duration: int, fees: int | None, pool_xnos: int | None) -> None:
    """What AMOUNT NOS for DURATION would weigh, and bring in a year out of FEES. Asks no cluster."""
    from nosana_chain.cli.estimates import estimate as estimated  # it imports solders

    found = estimated(amount, duration=duration, fees=fees, pool_xnos=pool_xnos)
    session.show_one(
        found,
        nos("amount"),
        span("duration"),
        xnos("xnos"),
        nos("rewards"),
        percent("apr", "apr_basis_points"),
        percent("share", "share_basis_points"),
    )


@noun.command("yield", example="stake yield\nstake yield --fees 500000 --times 52")
@click.option("--owner", type=ADDRESS, help="Whose stake. Default: the wallet's.")
@click.option("--fees", type=NOS, help="NOS that stakers share in a year. Default: what the reward-fee pool emits.")
@click.option("--times", type=click.IntRange(1, 8760), default=365, show_default=True, help="Claims a year, for APY.")
@reads
def show_yield(session: Session, owner: Any, fees: int | None, times: int) -> None:
    """What a stake earns in the rewards pool within a year, as the pool is now."""
    found = session.run(
        lambda client: client.rewards.fetch_yield(fees=fees, times=times, authority=owner), wallet=owner is None
    )
    session.show_one(
        found,
        nos("staked"),
        nos("fees"),
        nos("rewards"),
        percent("apr", "apr_basis_points"),
        nos("compounded"),
        percent("apy", "apy_basis_points"),
        number("times"),
    )


@noun.command(example="stake withdrawable\nstake withdrawable --at 2027-01-31")
@click.option("--owner", type=ADDRESS, help="Whose stake. Default: the wallet's.")
@click.option("--at", type=MOMENT, help="When: 2027-01-31T12:00 (UTC) or Unix seconds. Default: now.")
@reads
def withdrawable(session: Session, owner: Any, at: Any) -> None:
    """What withdraw would pay at a time, if nothing is withdrawn before."""
    found = session.run(lambda client: client.stakes.fetch_withdrawable(authority=owner, at=at), wallet=owner is None)
    session.show_one(found, nos("withdrawable", lambda units: units), moment("at", lambda _units: at))


@noun.command(example="stake watch\nstake watch --owner nosXBVoaCTtYdLvKY6Csb4AC8JCdQKKAaWYtx2ZMoo7")
@click.option("--owner", type=ADDRESS, help="Whose stake. Default: the wallet's.")
@click.option("--since", help="Go on after this event's cursor.")
@reads
def watch(session: Session, owner: Any, since: str | None) -> None:
    """What happens to a stake, as it happens; Ctrl-C ends it."""
    from nosana_chain.cli.events import event_columns

    session.follow(
        lambda client: client.stakes.watch_stake(authority=owner, since=since),
        *event_columns(),
        wallet=owner is None,
    )


# ---------------------------------------------------------------- for whoever may slash


@noun.command(example="stake settings")
@reads
def settings(session: Session) -> None:
    """Who may slash stakes, and where slashed NOS go."""
    found = session.run(lambda client: client.staking_authority.fetch_settings(), wallet=False)
    session.show_one(found, text("address"), text("authority"), text("token_account"))


@noun.command("init-settings", example="stake init-settings --network localnet")
@writes
def init_settings(writing: Writing) -> None:
    """Create the staking program's settings, once per cluster."""
    writing.do(lambda client: client.staking_authority.init_settings())


@noun.command(
    "update-settings", example="stake update-settings --authority nosXBVoaCTtYdLvKY6Csb4AC8JCdQKKAaWYtx2ZMoo7"
)
@click.option("--authority", type=ADDRESS, help="Who may slash from now on.")
@click.option("--token-account", type=ADDRESS, help="NOS token account where slashed NOS go.")
@writes
def update_settings(writing: Writing, authority: Any, token_account: Any) -> None:
    """Hand slashing over, or its takings to another account."""
    if authority is None and token_account is None:
        raise click.UsageError("nothing to change; give --authority or --token-account")
    writing.do(
        lambda client: client.staking_authority.update_settings(authority=authority, token_account=token_account)
    )


@noun.command(example="stake slash nosXBVoaCTtYdLvKY6Csb4AC8JCdQKKAaWYtx2ZMoo7 10 --idempotency-key case-3")
@click.argument("staker", type=ADDRESS)
@click.argument("amount", type=SOME_NOS)
@writes_with_key
def slash(writing: Writing, staker: Any, amount: int) -> None:
    """Take AMOUNT NOS out of the stake of STAKER. Only the settings' authority may."""
    writing.do(lambda client: client.staking_authority.slash(staker, amount=amount, idempotency_key=writing.key))
