"""What every action works with: the cluster, the wallet, and how fees are chosen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from solders.instruction import Instruction

from nosana_chain.engine.execute import execute
from nosana_chain.engine.fees import FeePolicy
from nosana_chain.errors import ConfigError
from nosana_chain.models.receipt import ProgressCallback, Receipt
from nosana_chain.networks import Network
from nosana_chain.wallet import Signer
from nosana_chain.wire.connection import Connection


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """A connection with a wallet in hand.

    Attributes:
        connection: the cluster.
        wallet: signs and pays; None for a client that only reads.
        fees: how compute budget and priority fee are chosen.
        progress: told of every step of every transaction; None for silence.
    """

    connection: Connection
    wallet: Signer | None
    fees: FeePolicy
    progress: ProgressCallback | None = None

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

    async def execute(self, instructions: Sequence[Instruction], *, signers: Sequence[Signer] = ()) -> Receipt:
        """Send one transaction, paid and signed by the wallet and by `signers`, and wait until it is confirmed."""
        wallet = self.signer
        return await execute(
            self.connection,
            instructions,
            payer=wallet.address,
            signers=[wallet, *signers],
            fees=self.fees,
            progress=self.progress,
        )
