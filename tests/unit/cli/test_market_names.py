"""Markets as people name them: what is an address, a beginning, a name; and what a shell completes."""

from __future__ import annotations

from typing import Any

import click
import pytest
from harness.command_tree import call
from solders.pubkey import Pubkey

from nosana_chain.cli.market_names import MARKET, find_market, market_of
from nosana_chain.client import NosanaClient
from nosana_chain.errors import InputError, NotFoundError
from nosana_chain.networks import LOCALNET, MAINNET
from nosana_chain.web.market_slugs import MARKET_SLUGS

ADDRESS = MARKET_SLUGS["nvidia-4090"]


@pytest.mark.parametrize(
    ("text", "read"),
    [
        (ADDRESS, Pubkey.from_string(ADDRESS)),
        (f" {ADDRESS} ", Pubkey.from_string(ADDRESS)),
        (ADDRESS[:4], ADDRESS[:4]),
        (ADDRESS[:40], ADDRESS[:40]),
        ("nvidia-4090", "nvidia-4090"),
        ("NVIDIA-4090", "nvidia-4090"),
        ("nvidia-4090-community-of-a-very-long-name", "nvidia-4090-community-of-a-very-long-name"),
    ],
)
def test_what_is_read(text: str, read: object) -> None:
    assert MARKET.convert(text, None, None) == read


@pytest.mark.parametrize("text", ["", "abc", "0OIl", "a b-c", "-", "nvidia_4090", "x" * 60, "../../etc"])
def test_what_is_no_market(text: str) -> None:
    with pytest.raises(click.BadParameter):
        MARKET.convert(text, None, None)


class Markets:
    """The markets of a chain, by address alone; and no markets API in reach."""

    def __init__(self, *addresses: str) -> None:
        self._found = [type("Market", (), {"address": Pubkey.from_string(address)}) for address in addresses]

    async def find_markets(self) -> Any:
        return self._found

    async def fetch_listings(self, **_settings: object) -> tuple[()]:
        return ()


def client(*addresses: str, network: Any = LOCALNET) -> NosanaClient:
    found: Any = type("Client", (), {"network": network, "markets": Markets(*addresses)})
    return found  # type: ignore[no-any-return]  it has what is asked for


FIRST, SECOND = "7AtiXMSH6R1jjBxrcYjehCkkSF7zvYWte63gwEDBcGHq", "7RepDm4Xt9k6qV5oiSHvi8oBoty4Q2tfBGnCYjFLj6vA"


async def test_a_whole_address_is_not_looked_up() -> None:
    nowhere: Any = None
    assert await market_of(nowhere, Pubkey.from_string(FIRST)) == Pubkey.from_string(FIRST)


async def test_the_only_one_that_begins_so() -> None:
    assert await market_of(client(FIRST, SECOND), "7Rep") == Pubkey.from_string(SECOND)


async def test_several_that_begin_so_are_listed() -> None:
    twin = Pubkey(bytes([*bytes(Pubkey.from_string(FIRST))[:20], *bytes(12)]))
    with pytest.raises(InputError, match=f"2 markets begin with '{FIRST[:6]}'.*write more"):
        await find_market(client(FIRST, str(twin)), FIRST[:6])


async def test_none_that_begins_so() -> None:
    with pytest.raises(NotFoundError, match=f"did you mean {SECOND}"):
        await find_market(client(FIRST, SECOND), "7Rap")
    with pytest.raises(NotFoundError, match="see: nosana-chain market list"):
        await find_market(client(), "7Rap")


async def test_names_are_those_of_mainnet() -> None:
    at_mainnet = client(network=MAINNET)
    assert str(await find_market(at_mainnet, "nvidia-3060")) == FIRST
    with pytest.raises(InputError, match="did you mean"):
        await find_market(at_mainnet, "nvidia-3061")
    with pytest.raises(NotFoundError, match="of localnet is called 'nvidia-3060'"):
        await find_market(client(FIRST), "nvidia-3060")


def test_a_shell_completes_names() -> None:
    words = "nosana-chain market show nvidia-309"
    asked = {"_NOSANA_CHAIN_COMPLETE": "bash_complete", "COMP_WORDS": words, "COMP_CWORD": "3"}
    assert call("", **asked).stdout == "plain,nvidia-3090\n"
