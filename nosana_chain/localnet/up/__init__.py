"""The local network as a product: one that keeps running, for other programs, and is found by its folder."""

from nosana_chain.localnet.up.attached import (
    attached_localnet,
    find_localnet,
    reset_localnet,
    snapshot_localnet,
    stop_localnet,
)
from nosana_chain.localnet.up.fork import fork_genesis
from nosana_chain.localnet.up.running import UpNetwork, localnet_up
from nosana_chain.localnet.up.settings import UpSettings
from nosana_chain.localnet.up.summary import LocalnetSummary, LocalWallet

__all__ = [
    "LocalWallet",
    "LocalnetSummary",
    "UpNetwork",
    "UpSettings",
    "attached_localnet",
    "find_localnet",
    "fork_genesis",
    "localnet_up",
    "reset_localnet",
    "snapshot_localnet",
    "stop_localnet",
]
