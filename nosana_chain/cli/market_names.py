"""Markets as people name them: an address, the beginning of one, or the name that Nosana's own tools use."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

from nosana_chain.cli.parsing import Written
from nosana_chain.errors import InputError, NotFoundError
from nosana_chain.web.market_slugs import MARKET_SLUGS

if TYPE_CHECKING:
    from nosana_chain.client import NosanaClient

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


MARKET = Written("market", _market)  #: an address, which is final, or a text that `market_of` looks up


async def market_of(client: NosanaClient, given: Any) -> Any:
    """The address of a market that was given as `MARKET`.

    Network: none for a whole address, 1 call for what has to be looked up.

    Raises:
        InputError: several markets begin like that.
        NotFoundError: none does, or none has that name.
    """
    return await find_market(client, given) if isinstance(given, str) else given


async def find_market(client: NosanaClient, text: str, names: Mapping[str, str] | None = None) -> Any:
    """The address of the market with a name, or of the only one on chain that begins like `text`.

    Args:
        client: of the cluster.
        text: as people name it.
        names: known on this cluster; those of mainnet where it is mainnet.
    """
    from nosana_chain.addresses import as_address
    from nosana_chain.networks import MAINNET

    is_mainnet = client.network.programs == MAINNET.programs  # or a copy of it, which has its markets
    known = (MARKET_SLUGS if is_mainnet else {}) if names is None else names
    if text in known:
        return as_address(known[text], "market")
    there = [str(market.address) for market in await client.markets.find_markets()] if _may_begin(text) else []
    found = [address for address in there if address.startswith(text)]
    if len(found) == 1:
        return as_address(found[0], "market")
    if found:
        raise InputError(f"{len(found)} markets begin with {text!r}: {_listed(found)}; write more of the address")
    raise NotFoundError(
        f"no market of {client.network.name} {_said(text)}{_meant(text, known, there)}", address=text, kind="market"
    )


def _may_begin(text: str) -> bool:
    return _BEGINNING.fullmatch(text) is not None


def _said(text: str) -> str:
    return f"begins with {text!r}" if _may_begin(text) else f"is known here as {text!r}"


def _meant(text: str, names: Mapping[str, str], there: Sequence[str]) -> str:
    """The nearest of what there is, to be told behind a comma."""
    heads = {address[: len(text)]: address for address in there}
    near = [*get_close_matches(text, names, n=3), *(heads[head] for head in get_close_matches(text, heads, n=2))]
    if near:
        return f"; did you mean {' or '.join(near)}?"
    return "; see: nosana-chain market list"


def _listed(addresses: Sequence[str]) -> str:
    more = f" and {len(addresses) - _MOST_TOLD} more" if len(addresses) > _MOST_TOLD else ""
    return f"{', '.join(sorted(addresses)[:_MOST_TOLD])}{more}"
