"""Markets as people name them: an address, the beginning of one, or the name that Nosana's own tools use."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

from nosana_chain.cli.parsing import Written
from nosana_chain.errors import InputError, NotFoundError

if TYPE_CHECKING:
    from nosana_chain.client import NosanaClient

#: Markets of mainnet by name, as Nosana's documentation and public posts of 2025 and 2026 gave them. Names have changed
#: over time and addresses haven't; before a write the address is shown.
MAINNET_NAMES: Mapping[str, str] = {
    "nvidia-3060": "7AtiXMSH6R1jjBxrcYjehCkkSF7zvYWte63gwEDBcGHq",
    "nvidia-3070": "RXP7JK8MTY4uPJng4UjC9ZJdDDSG6wGr8pvVf3mwgXF",
    "nvidia-3080": "7RepDm4Xt9k6qV5oiSHvi8oBoty4Q2tfBGnCYjFLj6vA",
    "nvidia-3090": "CA5pMpqkYFKtme7K31pNB1s62X2SdhEv1nN9RdxKCpuQ",
    "nvidia-4060": "47LQHZwT7gfVoBDYnRYhsYv6vKk8a1oW3Y3SdHAp1gTr",
    "nvidia-4070": "EzuHhkrhmV98HWzREsgLenKj2iHdJgrKmzfL8psP8Aso",
    "nvidia-4080": "77wdaAuYVxBW5u2QiqddkAzoBZ5cuKxH9ZCbx5HfFUb2",
    "nvidia-4090": "97G9NnvBDQ2WpKu6fasoMsAKmfj63C9rhysJnkeWodAf",
    "nvidia-4090-community": "Dcwz62TisNbWuto6KJM2EGYGVKnHbdZGVGmgLASzsXy8",
    "nvidia-5070": "5eX3kWkrcbwejEc1svbfP4F7NKYjtPDuyU5KnV1hUBKg",
    "nvidia-5080": "9HnJacS25TnErsKMYJmKqWeCAMYuwY7gzhz9Eqhp5VE7",
    "nvidia-5090": "6Xt8hgVLLL2PSHC9NtJP8E8oTdA5ZJc95hZEnHcdqKqb",
    "nvidia-6000-ada": "6eMivCx49anWFYwNgg8KNJQfSJYB5nBdif8CK6z52dem",
    "nvidia-8x-a5000": "3XGECQon74HQwPJuZjgCwqdQ5Nt3wktZ9fcavcDN9qB2",
    "nvidia-8x-h100": "37VPcEfrA34vLRygFQd7bWiosBwv3a5jPv4hcXdumytC",
    "nvidia-a100": "GLJHzqRN9fKGBsvsFzmGnaQGknUtLN1dqaFR8n3YdM22",
    "nvidia-a100-40gb": "F3aGGSMb73XHbJbDXVbcXo7iYM9fyevvAZGQfwgrnWtB",
    "nvidia-a100-80gb": "GLJHzqRN9fKGBsvsFzmGnaQGknUtLN1dqaFR8n3YdM22",
    "nvidia-a4000": "7fnuvPYzfd961iRDPRgMSKLrUf1QjTGnn7viu3P12Zuc",
    "nvidia-a40": "BLqSzPzcXMX5gseNXE4Ma45f31Eo6tNFVYoRmPG7kxP2",
    "nvidia-a5000": "4uBye3vJ1FAYukDdrvqQ36MZZZxqW3o8utWu8fyomRuN",
    "nvidia-a6000": "EjryZ6XEthz3z7nnLfjXBYafyn7VyHgChfbfM47LfAao",
    "nvidia-h100": "Crop49jpc7prcgAcS82WbWyGHwbN5GgDym3uFbxxCTZg",
    "nvidia-laptop": "3EWVbggirRpDY2npzPDA7k21yzwz5wgwGxVVv6zCnRpa",
    "nvidia-pro-6000": "Ekro9NTNqLbnMkN7x7y2rY9AeTkazcHj2PPaTxT1Cogz",
}

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
    known = (MAINNET_NAMES if is_mainnet else {}) if names is None else names
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
