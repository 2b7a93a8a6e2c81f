"""What every action works with: the cluster, the wallet, the clock, and how fees and waiting are chosen."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass

from solders.pubkey import Pubkey

from nosana_chain import pda
from nosana_chain.engine.fees import DEFAULT_FEES, FeePolicy
from nosana_chain.engine.waiting import DEFAULT_WAITING, ConfirmPolicy
from nosana_chain.errors import ConfigError
from nosana_chain.models.receipt import Progress, ProgressCallback
from nosana_chain.networks import Network
from nosana_chain.wallet import Signer
from nosana_chain.wire.connection import Connection
from nosana_chain.wire.retry import Sleep


@dataclass(frozen=True, slots=True, kw_only=True)
class Engine:
    """A connection with a wallet in hand.

    Attributes:
        connection: the cluster.
        wallet: signs and pays; None for a client that only reads.
        fees: how compute budget and priority fee are chosen.
        waiting: intervals and limits of confirmation.
        progress: told of every step of every transaction; None for silence.
        clock: seconds that only go forward.
        sleep: waits for seconds.
    """

    connection: Connection
    wallet: Signer | None = None
    fees: FeePolicy = DEFAULT_FEES
    waiting: ConfirmPolicy = DEFAULT_WAITING
    progress: ProgressCallback | None = None
    clock: Callable[[], float] = time.monotonic
    sleep: Sleep = asyncio.sleep

    @property
    def network(self) -> Network:
        """The cluster's addresses."""
        return self.connection.network

    @property
    def signer(self) -> Signer:
        """The wallet; ConfigError for a client that only reads."""
        if self.wallet is None:
            raise ConfigError("this client has no wallet, so it can only read; give NosanaClient a wallet to write")
        return self.wallet

    @property
    def purse(self) -> Pubkey:
        """The wallet's NOS account."""
        return pda.nos_account_address(self.signer.address, network=self.network)

    def tell(self, progress: Progress) -> None:
        """Report a step."""
        if self.progress:
            self.progress(progress)
