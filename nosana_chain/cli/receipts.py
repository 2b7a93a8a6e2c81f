"""What a transaction left behind, as every command that writes shows it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from nosana_chain.cli.columns import Column, number, sol, text

if TYPE_CHECKING:
    from nosana_chain.networks import Network

_EXPLORER = "https://explorer.solana.com/tx/"
_CLUSTERS = {"mainnet": "", "devnet": "?cluster=devnet"}  #: a local network has no explorer


def explorer_url(network: Network, signature: object) -> str | None:
    """Where a browser shows a transaction; None for a network that no explorer knows."""
    known = _CLUSTERS.get(network.name) if network.genesis_hash else None
    return None if known is None or signature is None else f"{_EXPLORER}{signature}{known}"


def receipt_columns(network: Network) -> tuple[Column, ...]:
    """Columns of a result: a receipt, or something that has one."""
    columns = (
        text("signature", _of_receipt("signature")),
        number("slot", _of_receipt("slot")),
        sol("fee", _of_receipt("fee")),
        number("compute_units", _of_receipt("compute_units")),
    )
    if network.name not in _CLUSTERS or not network.genesis_hash:
        return columns
    signature = columns[0].value
    return (*columns, text("explorer", lambda row: explorer_url(network, signature(row))))


def _of_receipt(fact: str) -> Callable[[Any], Any]:
    """None where nothing was sent: the action was done before."""
    return lambda row: getattr(getattr(row, "receipt", row), fact, None)
