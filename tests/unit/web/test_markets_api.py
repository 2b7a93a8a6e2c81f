"""The markets API: read with tolerance, and never in the way of who can't reach it."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest
from harness.answering import Answering, served
from solders.pubkey import Pubkey

from nosana_chain.errors import InputError
from nosana_chain.localnet.http_server import Response
from nosana_chain.web.market_slugs import MARKET_SLUGS
from nosana_chain.web.markets import MarketListings, MarketsApi, market_named

ADDRESS = Pubkey.from_string(MARKET_SLUGS["nvidia-4090-community"])
ITEM = {
    "address": str(ADDRESS),
    "slug": "nvidia-4090-community",
    "name": "NVIDIA 4090 Community",
    "type": "COMMUNITY",
    "usd_reward_per_hour": 0.288,
    "nos_reward_per_second": 0.000196,
    "nos_job_price_per_second": 0.0002156,
    "network_fee_percentage": 10,
    "gpu_types": ["NVIDIA GeForce RTX 4090"],
    "lowest_vram": 24,
    "utilization_target": None,
}


async def listings(answer: Answering) -> MarketListings:
    async with served(answer) as server, MarketsApi(f"{server.url}/api/markets/") as api:
        return await api.fetch_listings()


def answering(value: Any) -> Answering:
    return lambda _: Response(json.dumps(value).encode())


@pytest.mark.parametrize("wrap", [lambda items: items, lambda items: {"data": items, "total": 1}])
async def test_a_listing_beside_its_market(wrap: Any) -> None:
    found = await listings(answering(wrap([ITEM])))
    assert found.problem is None
    [listing] = found
    assert found.of(str(ADDRESS)) == listing
    assert (listing.slug, listing.gpu_types) == ("nvidia-4090-community", ("NVIDIA GeForce RTX 4090",))
    assert listing.usd_reward_per_hour == Decimal("0.288")
    assert listing.usd_price_per_hour == Decimal("0.3168")
    assert found.of(Pubkey.default()) is None
    assert f"address={ADDRESS}" in repr(listing)


@pytest.mark.parametrize(
    "odd",
    [
        {},
        {"address": "nowhere"},
        {"address": 7},
        {"address": None},
    ],
)
async def test_an_entry_without_an_address_is_left_out(odd: Any) -> None:
    found = await listings(answering([odd, "text", None, ITEM]))
    assert [listing.address for listing in found] == [ADDRESS]


@pytest.mark.parametrize("usd", [None, "free", True, -1, [], "NaN", 1e300, "Infinity"])
async def test_what_can_not_be_read_is_left_out(usd: Any) -> None:
    item = {"address": str(ADDRESS), "usd_reward_per_hour": usd, "gpu_types": "4090", "name": "a\x1b[2Jb", "slug": 7}
    [listing] = await listings(answering([item]))
    assert (listing.usd_reward_per_hour, listing.usd_price_per_hour, listing.gpu_types) == (None, None, ())
    assert (listing.name, listing.slug) == ("a [2Jb", "")


@pytest.mark.parametrize(
    ("answer", "problem"),
    [
        (lambda _: Response(b"nope", 503, "text/plain"), "answered HTTP 503: nope"),
        (lambda _: Response(b"<html>"), "something else than a list"),
        (lambda _: Response(b'{"error": 1}'), "something else than a list"),
        (lambda _: Response(b"[" * 100_000), "something else than a list"),
        (lambda _: Response(b"[" + b"9" * 10_000 + b"]"), "something else than a list"),
        (lambda _: Response(bytes(5 * 1024 * 1024)), "more than 4194304 bytes"),
    ],
)
async def test_an_api_that_fails_says_so_and_stops_nobody(answer: Answering, problem: str) -> None:
    found = await listings(answer)
    assert found.by_address is None
    assert problem in str(found.problem)
    assert found.of(ADDRESS) is None
    assert [*found] == []


async def test_without_network() -> None:
    async with MarketsApi("http://127.0.0.1:1/") as api:
        found = await api.fetch_listings()
    assert (found.by_address, found.problem) == (None, "http://127.0.0.1:1 can't be reached (ConnectError)")


def test_markets_by_name() -> None:
    assert market_named(str(ADDRESS)) == ADDRESS
    assert market_named(" NVIDIA-4090-community ") == ADDRESS
    assert market_named("nvidia-4090-c") == ADDRESS
    assert str(market_named("nvidia-4090")) == MARKET_SLUGS["nvidia-4090"]  # a whole name comes before a beginning


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("nvidia-40", "several markets are called 'nvidia-40'; did you mean nvidia-4000-a4000, nvidia-4060"),
        ("nvidia-3909", "no market is called 'nvidia-3909'; did you mean nvidia-3080, nvidia-3090"),
        ("quantum", "no market is called 'quantum'; give its address"),
        ("", "give its address"),
        ("7AtiXMSH6R1jjBxrcYjehCkkSF7zvYWte63gwEDBcGH0", "market"),
    ],
)
def test_names_that_are_none(name: str, told: str) -> None:
    with pytest.raises(InputError, match=told):
        market_named(name)


async def test_the_api_knows_names_of_its_own() -> None:
    found = await listings(answering([{**ITEM, "slug": "nvidia-9090"}]))
    assert market_named("nvidia-90", found) == ADDRESS


async def test_an_api_that_gives_a_known_name_to_another_market_is_not_followed() -> None:
    found = await listings(answering([{**ITEM, "slug": "nvidia-4090"}]))
    with pytest.raises(InputError, match="in the API; give the address"):
        market_named("nvidia-4090", found)


def test_names_that_ship_are_of_addresses() -> None:
    assert len({Pubkey.from_string(address) for address in MARKET_SLUGS.values()}) == 18
