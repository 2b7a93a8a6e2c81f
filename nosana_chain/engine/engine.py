"""What every action works with: the cluster, the wallet, the clock, and how fees and waiting are chosen."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from solders.pubkey import Pubkey

from nosana_chain import pda
from nosana_chain.engine.fees import DEFAULT_FEES, FeePolicy
from nosana_chain.engine.journal import Budget, Journal
from nosana_chain.engine.keyring import Keyring
from nosana_chain.engine.reads import Reads
from nosana_chain.engine.signing import SIGNING_SECONDS
from nosana_chain.engine.telling import tell
from nosana_chain.engine.waiting import DEFAULT_WAITING, ConfirmPolicy, Settled
from nosana_chain.errors import ConfigError
from nosana_chain.models.receipt import Progress, ProgressCallback
from nosana_chain.networks import Network
from nosana_chain.wallet import Signer
from nosana_chain.wire.connection import Connection
from nosana_chain.wire.retry import Sleep
from nosana_chain.wire.subscriptions import Subscriptions


@dataclass(slots=True)
class Seen:
    """Whether something was ever seen."""

    is_set: bool = False

    def set(self) -> None:
        """It was, just now."""
        self.is_set = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Engine:
    """A connection with a wallet in hand.

    Attributes:
        connection: the cluster.
        wallet: signs and pays; None for a client that only reads.
        fee_payer: pays transaction fees in the wallet's place, and the rent of NOS accounts made on the way; None for
            the wallet.
        fees: how compute budget and priority fee are chosen.
        waiting: intervals and limits of confirmation.
        progress: told of every step of every transaction; None for silence. What it raises is logged.
        journal: where actions are written down before they are sent; None for nowhere.
        budget: the most that may be spent in a span of time; None for no limit. The journal keeps it.
        keyring: derives the keys of accounts from the wallet.
        signing_seconds: how long a remote signer may take.
        subscriptions: what the cluster tells by itself; None where it is only asked.
        reads: what is asked of the cluster, shared by all that is done at once.
        fee_seen: set once a network fee was seen: what is packed from then on has a bound for each payment.
        clock: seconds that only go forward.
        sleep: waits for seconds.
        wall_clock: Unix seconds.
    """

    connection: Connection
    wallet: Signer | None = None
    fee_payer: Signer | None = None
    fees: FeePolicy = DEFAULT_FEES
    waiting: ConfirmPolicy = DEFAULT_WAITING
    progress: ProgressCallback | None = None
    journal: Journal | None = None
    budget: Budget | None = None
    keyring: Keyring = field(default_factory=Keyring, repr=False)
    signing_seconds: float = SIGNING_SECONDS
    subscriptions: Subscriptions | None = None
    clock: Callable[[], float] = time.monotonic
    sleep: Sleep = asyncio.sleep
    wall_clock: Callable[[], float] = time.time
    reads: Reads = field(init=False, repr=False)
    fee_seen: Seen = field(default_factory=Seen, repr=False)
    _horizon: list[int | None] = field(default_factory=list, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "reads", Reads(self.connection, clock=self.clock))

    @property
    def network(self) -> Network:
        """The cluster's addresses."""
        return self.connection.network

    @property
    def settled(self) -> Settled:
        """How settled a transaction must be before it counts as landed."""
        return "finalized" if self.connection.commitment == "finalized" else self.waiting.until

    @property
    def waits_for_final(self) -> bool:
        """Whether what counts as landed can't be rolled back any more."""
        return self.settled == "finalized"

    @property
    def signer(self) -> Signer:
        """The wallet; ConfigError for a client that only reads."""
        if self.wallet is None:
            raise ConfigError("this client has no wallet, so it can only read; give NosanaClient a wallet to write")
        return self.wallet

    @property
    def fee_signer(self) -> Signer:
        """Who pays transaction fees."""
        return self.fee_payer or self.signer

    @property
    def purse(self) -> Pubkey:
        """The wallet's NOS account."""
        return pda.nos_account_address(self.signer.address, network=self.network)

    async def horizon(self, fetch: Callable[[], Awaitable[int | None]]) -> int | None:
        """How far back the endpoint's history goes, in seconds; looked up once."""
        if not self._horizon:
            self._horizon.append(await fetch())
        return self._horizon[0]

    def tell(self, progress: Progress) -> None:
        """Report a step."""
        tell(self.progress, progress)
