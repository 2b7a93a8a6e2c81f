"""The client, the local network and the sweep for code without `async`: scripts, notebooks, tests.

`generated/` is written by scripts/generate-sync from the asynchronous classes, which do the work, in an event loop of
a thread in the background.
"""

from nosana_chain.sync.generated.action import SyncAction
from nosana_chain.sync.generated.client import SyncClient
from nosana_chain.sync.generated.in_process_localnet import SyncInProcessLocalnet
from nosana_chain.sync.generated.local_ipfs import SyncLocalIpfs
from nosana_chain.sync.generated.localnet import SyncLocalnet
from nosana_chain.sync.generated.sweep import SyncSweep
from nosana_chain.sync.watch import SyncWatch

__all__ = [
    "SyncAction",
    "SyncClient",
    "SyncInProcessLocalnet",
    "SyncLocalIpfs",
    "SyncLocalnet",
    "SyncSweep",
    "SyncWatch",
]
