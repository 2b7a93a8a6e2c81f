"""The public markets API: names, GPU types and prices in USD, which the chain doesn't have."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from difflib import get_close_matches
from typing import Any, Self

from solders.pubkey import Pubkey

from nosana_chain.addresses import AddressLike, as_address
from nosana_chain.errors import InputError
from nosana_chain.one_line import one_line
from nosana_chain.web.exchange import Service, Unanswered
from nosana_chain.web.market_slugs import MARKET_SLUGS
from nosana_chain.wire.limits import is_shallow
from nosana_chain.wire.texts import printable

MARKETS_API = "https://api.nosana.com/api/markets/"  #: public, without a credential

_MAX_ANSWER_BYTES = 4 * 1024 * 1024
_MAX_LISTINGS = 10_000
_MAX_TEXT = 100
_LISTS = ("markets", "data", "items")  # in which another version may wrap its list
_ADDRESS_LENGTHS = range(32, 45)


@one_line
@dataclass(frozen=True, slots=True, kw_only=True)
class MarketListing:
    """What the markets API says of a market. Nobody proves it: what a job takes is the price on chain.

    Attributes:
        address: the market.
        slug: its name in URLs; empty where it has none.
        name: for people.
        type: PREMIUM, COMMUNITY or OTHER.
        usd_reward_per_hour: what its hosts get, in USD an hour; None where it isn't said.
        network_fee_percentage: what is taken on top; None likewise.
        gpu_types: of its hosts.
        lowest_vram: of its hosts, in the API's own unit, which it doesn't state; None likewise.
    """

    address: Pubkey
    slug: str
    name: str
    type: str
    usd_reward_per_hour: Decimal | None
    network_fee_percentage: Decimal | None
    gpu_types: tuple[str, ...]
    lowest_vram: Decimal | None

    @property
    def usd_price_per_hour(self) -> Decimal | None:
        """What a job costs, in USD an hour: the reward, and the network's fee on top."""
        if self.usd_reward_per_hour is None:
            return None
        return self.usd_reward_per_hour * (100 + (self.network_fee_percentage or 0)) / 100


@dataclass(frozen=True, slots=True, kw_only=True)
class MarketListings:
    """What the markets API has, or why it can't be asked.

    Attributes:
        by_address: None where it couldn't be asked.
        problem: why not; None where it could.
    """

    by_address: Mapping[Pubkey, MarketListing] | None
    problem: str | None = None

    def __repr__(self) -> str:
        """How many there are, or why there are none."""
        told = self.problem if self.by_address is None else f"{len(self.by_address)} markets"
        return f"<MarketListings: {told}>"

    def of(self, market: AddressLike) -> MarketListing | None:
        """What is listed at an address; None where nothing is, or the API couldn't be asked."""
        return (self.by_address or {}).get(as_address(market, "market"))

    def __iter__(self) -> Iterator[MarketListing]:
        return iter((self.by_address or {}).values())


class MarketsApi:
    """The public markets API. Inside `async with` it keeps its connection.

    Args:
        url: in place of Nosana's.
        timeout_seconds: for one exchange.

    Raises:
        ConfigError: the URL can't be read.
    """

    def __init__(self, url: str = MARKETS_API, *, timeout_seconds: float = 10) -> None:
        self._service = Service(url, timeout_seconds=timeout_seconds, follows_redirects=True)

    def __repr__(self) -> str:
        """Where it is."""
        return f"MarketsApi({self._service.shown})"

    async def __aenter__(self) -> Self:
        await self._service.__aenter__()
        return self

    async def __aexit__(self, *_error: object) -> None:
        await self._service.aclose()

    async def fetch_listings(self) -> MarketListings:
        """All that is listed. Where the API can't be asked, nothing is raised: the answer says so.

        What of an entry can't be read is left out, and so is an entry without an address. Network: 1 exchange.
        """
        try:
            answer = await self._service.ask("GET", "", most=_MAX_ANSWER_BYTES)
            if not answer.is_ok:
                return self._none(f"answered {self._service.words(answer)}")
            return MarketListings(by_address=_listings(answer.body))
        except Unanswered as error:
            return self._none(str(error))
        except ValueError:
            return self._none("answered with something else than a list of markets")

    def _none(self, reason: str) -> MarketListings:
        return MarketListings(by_address=None, problem=f"{self._service.shown} {reason}")


def market_named(name: str, listings: Iterable[MarketListing] = ()) -> Pubkey:
    """The market that an address, a slug, or the beginning of a slug stands for. Network: none.

    Args:
        name: as a user writes it.
        listings: of the API; slugs that are known here are used besides. These are mainnet's.

    Raises:
        InputError: nothing is called so, or several are, or the API has another address than the one known here.
    """
    if len(name) in _ADDRESS_LENGTHS and "-" not in name:
        return as_address(name, "market")
    known = {slug: Pubkey.from_string(address) for slug, address in MARKET_SLUGS.items()}
    listed = {each.slug: each.address for each in listings if each.slug}
    asked = name.strip().lower()
    if asked in known and listed.get(asked, known[asked]) != known[asked]:
        raise InputError(f"{asked!r} is {known[asked]} here and {listed[asked]} in the API; give the address")
    known |= listed
    found = {known[asked]} if asked in known else {known[slug] for slug in known if asked and slug.startswith(asked)}
    if len(found) == 1:
        return found.pop()
    near = [slug for slug in known if asked and slug.startswith(asked)] or get_close_matches(asked, known, n=3)
    hint = f"did you mean {', '.join(sorted(near)[:5])}?" if near else "give its address"
    raise InputError(f"{'several markets are' if found else 'no market is'} called {name[:_MAX_TEXT]!r}; {hint}")


def _listings(body: bytes) -> dict[Pubkey, MarketListing]:
    if not is_shallow(body):
        raise ValueError("too deep")
    value = json.loads(body, parse_float=Decimal)
    if isinstance(value, dict):
        value = next((value[key] for key in _LISTS if isinstance(value.get(key), list)), None)
    if not isinstance(value, list):
        raise ValueError("no list")  # noqa: TRY004  it is told as any other answer that is none
    found = (_listing(item) for item in value[:_MAX_LISTINGS] if isinstance(item, dict))
    return {each.address: each for each in found if each is not None}


def _listing(item: Mapping[str, Any]) -> MarketListing | None:
    try:
        address = as_address(str(item.get("address")), "address")
    except InputError:
        return None
    gpus = item.get("gpu_types")
    return MarketListing(
        address=address,
        slug=_text(item.get("slug")),
        name=_text(item.get("name")),
        type=_text(item.get("type")),
        usd_reward_per_hour=_decimal(item.get("usd_reward_per_hour")),
        network_fee_percentage=_decimal(item.get("network_fee_percentage")),
        gpu_types=tuple(_text(gpu) for gpu in gpus if isinstance(gpu, str)) if isinstance(gpus, list) else (),
        lowest_vram=_decimal(item.get("lowest_vram")),
    )


def _text(value: Any) -> str:
    return printable(value[:_MAX_TEXT]) if isinstance(value, str) else ""


def _decimal(value: Any) -> Decimal | None:
    """A number, or a text of one, from 0; None for anything else."""
    if isinstance(value, bool) or not isinstance(value, (int, Decimal, str)):
        return None
    try:
        number = Decimal(value)
    except InvalidOperation:
        return None
    return number if number.is_finite() and 0 <= number < 10**9 else None
