"""Markets as people name them: an address, the beginning of one, or the name that Nosana's own tools use."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

import click

from nosana_chain.cli.parsing import Written
from nosana_chain.errors import InputError, NotFoundError

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

    from nosana_chain.client import NosanaClient
    from nosana_chain.web.markets import MarketListings

MARKETS_VARIABLE = "NOSANA_MARKETS_API"  #: another markets API; without it Nosana's own is asked, for mainnet alone

_SHORTEST = 4  # letters of a beginning that may stand for an address
_NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)+")
_BEGINNING = re.compile(rf"[1-9A-HJ-NP-Za-km-z]{{{_SHORTEST},43}}")
_WHOLE = 32  # letters of the shortest address
_MOST_TOLD = 5  # candidates that an error lists


def _market(text: str) -> Any:
    text = text.strip()
    if len(text) >= _WHOLE:
        from nosana_chain.addresses import as_address  # it imports solders

        try:
            return as_address(text, "this")
        except InputError:
            if not (_BEGINNING.fullmatch(text) or _NAME.fullmatch(text)):
                raise
    if _NAME.fullmatch(text.lower()):
        return text.lower()
    if not _BEGINNING.fullmatch(text):
        raise InputError(
            f"{text[:44]!r} is no market: give its address, the first letters of it ({_SHORTEST} or more), or a name "
            "such as nvidia-4090"
        )
    return text


class _MarketName(Written):
    """A market's name, which a shell completes; addresses it doesn't know."""

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
        """The names of mainnet's markets that begin like that."""
        from click.shell_completion import CompletionItem

        from nosana_chain.web.market_slugs import MARKET_SLUGS

        return [CompletionItem(name) for name in MARKET_SLUGS if name.startswith(incomplete.lower())]


MARKET = _MarketName("market", _market)  #: an address, which is final, or a text that `market_of` looks up


async def market_of(client: NosanaClient, given: Any) -> Any:
    """The address of a market that was given as `MARKET`.

    Network: none for a whole address, 1 call for what has to be looked up.

    Raises:
        InputError: several markets begin like that.
        NotFoundError: none does, or none has that name.
    """
    return await find_market(client, given) if isinstance(given, str) else given


async def find_market(client: NosanaClient, text: str) -> Any:
    """The address of the market with a name, or of the only one on chain that begins like `text`."""
    if _NAME.fullmatch(text):
        return await _named(client, text)
    there = [str(market.address) for market in await client.markets.find_markets()]
    found = [address for address in there if address.startswith(text)]
    if len(found) == 1:
        from nosana_chain.addresses import as_address

        return as_address(found[0], "market")
    if found:
        raise InputError(f"{len(found)} markets begin with {text!r}: {_listed(found)}; write more of the address")
    raise NotFoundError(
        f"no market of {client.network.name} begins with {text!r}{_meant(text, there)}", address=text, kind="market"
    )


async def fetch_listings(client: NosanaClient) -> MarketListings | None:
    """What the markets API says; None on a network that it doesn't tell of. Network: 1 exchange with that API."""
    chosen = os.environ.get(MARKETS_VARIABLE, "").strip()
    if chosen:
        return await client.markets.fetch_listings(url=chosen)
    return await client.markets.fetch_listings() if _is_mainnet(client) else None


async def _named(client: NosanaClient, name: str) -> Any:
    """The market with a name: of mainnet by those that are known here, and by the markets API."""
    listings = await fetch_listings(client)
    if _is_mainnet(client):
        from nosana_chain.web.markets import market_named

        return market_named(name, listings or ())
    known = {each.slug: each.address for each in listings or () if each.slug}
    if name in known:
        return known[name]
    near = get_close_matches(name, known, n=3)
    hint = f"did you mean {' or '.join(near)}?" if near else "see: nosana-chain market list"
    raise NotFoundError(f"no market of {client.network.name} is called {name!r}; {hint}", address=name, kind="market")


def _is_mainnet(client: NosanaClient) -> bool:
    """Whether it is mainnet, or a copy of it, which has its markets."""
    from nosana_chain.networks import MAINNET

    return client.network.programs == MAINNET.programs


def _meant(text: str, there: Sequence[str]) -> str:
    """The nearest of what there is, to be told behind the fact."""
    heads = {address[: len(text)]: address for address in there}
    near = [heads[head] for head in get_close_matches(text, heads, n=2)]
    return f"; did you mean {' or '.join(near)}?" if near else "; see: nosana-chain market list"


def _listed(addresses: Sequence[str]) -> str:
    more = f" and {len(addresses) - _MOST_TOLD} more" if len(addresses) > _MOST_TOLD else ""
    return f"{', '.join(sorted(addresses)[:_MOST_TOLD])}{more}"
