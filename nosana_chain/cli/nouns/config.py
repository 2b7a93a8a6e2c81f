"""`nosana-chain config`: settings, where each comes from, and changing them."""

from __future__ import annotations

import click

from nosana_chain.cli.columns import text
from nosana_chain.cli.grammar import Noun
from nosana_chain.cli.options import local, offline
from nosana_chain.cli.session import Session


@click.group(cls=Noun, example="config show")
def noun() -> None:
    """Settings: arguments come first, then the environment, then the configuration file, then defaults."""


@noun.command(example="config show\nconfig show --network mainnet --rpc-url https://rpc.example/TOKEN")
@local
def show(session: Session) -> None:
    """Each setting, its value without what may be secret, and where it comes from."""
    from nosana_chain.cli.settings_shown import settings_shown  # it imports solders

    session.show_rows(settings_shown(session.settings), text("setting"), text("value"), text("origin"))


@noun.command(
    "set",
    example="config set network mainnet\nconfig set networks.mainnet.rpc_url https://rpc.example/TOKEN\n"
    "config set output --unset",
)
@click.argument("setting")
@click.argument("value", required=False)
@click.option("--unset", is_flag=True, help="Take the setting out of the file.")
@offline
def set_value(session: Session, setting: str, value: str | None, *, unset: bool) -> None:
    """Write SETTING to the configuration file; whatever else stands in it stays.

    Settings: network, wallet, fee_payer, allow_shared_key, output, networks.NAME.rpc_url, networks.NAME.ws_url,
    networks.NAME.like.
    """
    from nosana_chain.cli.settings_shown import set_setting

    if unset == (value is not None):
        raise click.UsageError("give a value, or --unset")
    place = set_setting(setting, value)
    session.note(f"{'took' if unset else 'wrote'} {setting} {'out of' if unset else 'to'} {place}")
