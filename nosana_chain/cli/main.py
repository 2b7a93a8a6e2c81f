"""The command `nosana-chain`."""

from __future__ import annotations

import click

from nosana_chain.cli.grammar import PROGRAM, Root
from nosana_chain.cli.running import begin

#: For each noun its module, which calls it `noun`, and its help: a noun is imported when it is called, and no sooner.
NOUNS = {
    "localnet": (
        "nosana_chain.cli.nouns.localnet",
        "A Nosana network on this machine: up, status, warp, mint, down, ...",
    ),
    "market": (
        "nosana_chain.cli.nouns.market",
        "Where jobs and hosts meet: list, show, queue, open, update, ...",
    ),
    "job": ("nosana_chain.cli.nouns.job", "What runs on a GPU: check, quote, post, watch, results, stop, ..."),
    "host": ("nosana_chain.cli.nouns.host", "Whoever runs jobs: status, queue, finish, earnings, ..."),
    "stake": ("nosana_chain.cli.nouns.stake", "NOS locked for a time: show, create, topup, unstake, withdraw, ..."),
    "rewards": ("nosana_chain.cli.nouns.rewards", "What stakers share: show, enter, claim, sync, close, ..."),
    "pool": ("nosana_chain.cli.nouns.pool", "Tokens released at a steady rate: show, open-vesting, claim, close, ..."),
    "node": ("nosana_chain.cli.nouns.node", "The registry of hosts' machines: show, list, register, update, audit."),
    "distributor": ("nosana_chain.cli.nouns.distributor", "Tokens for a published list: show, claim, create, ..."),
    "sweep": ("nosana_chain.cli.nouns.sweep", "What comes back to whoever asks: find, do."),
    "journal": ("nosana_chain.cli.nouns.journal", "What was begun and is under way: pending, resume, show, forget."),
    "tx": ("nosana_chain.cli.nouns.tx", "Transactions: explain, review, sign, combine, send, nonce."),
    "addresses": ("nosana_chain.cli.nouns.addresses", "Known addresses, where no accounts are listed: grow, reach."),
    "wallet": ("nosana_chain.cli.nouns.wallet", "Your key and what it holds: show, new, address, balance."),
    "config": ("nosana_chain.cli.nouns.config", "Settings: show where each comes from, and set them."),
    "demo": ("nosana_chain.cli.nouns.demo", "The whole life of Nosana on a local network, with a ledger."),
    "completion": ("nosana_chain.cli.nouns.completion", "A script that completes commands in bash, zsh or fish."),
}


def _print_version(ctx: click.Context, _option: click.Parameter, wanted: bool) -> None:  # noqa: FBT001  click's call
    if wanted:
        from importlib.metadata import version  # help doesn't need it

        print(f"{PROGRAM} {version(PROGRAM)}")
        ctx.exit()


app = Root(
    name=PROGRAM,
    nouns=NOUNS,
    begin=begin,
    help="Toolkit for Nosana's GPU market on Solana. Every command: nosana-chain NOUN VERB.",
    no_args_is_help=True,
    params=[
        click.Option(
            ["--version"],
            is_flag=True,
            is_eager=True,
            expose_value=False,
            callback=_print_version,
            help="Print the version and leave.",
        )
    ],
)


def main() -> None:
    """Run the command line; exits with a code of `ExitCode`."""
    app.main()
