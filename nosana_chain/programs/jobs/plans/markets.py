"""What is known of a market when a job is posted there, or a host joins: said before anything is sent. Pure."""

from __future__ import annotations

from solders.account import Account
from solders.pubkey import Pubkey

from nosana_chain.bindings.program_errors.anchor import AccountDidNotSerialize, AccountNotInitialized
from nosana_chain.engine.plan import InWords
from nosana_chain.errors import AlreadyExistsError, MarketClosedError, NosanaError, QueueFullError
from nosana_chain.models.market import Market
from nosana_chain.models.presence import is_there
from nosana_chain.networks import Network
from nosana_chain.programs.jobs.queries import MARKET

#: What the program answers when the market was closed, or its queue filled, between the look and the transaction: the
#: longer queue doesn't fit into its account.
OVERTAKEN = (AccountNotInitialized, AccountDidNotSerialize)


class KnownMarket:
    """A market as one action sees it, each time that it is planned."""

    def __init__(self, address: Pubkey, network: Network) -> None:
        self.address = address
        self._network = network
        self._was_there = False

    def read(self, account: Account | None) -> Market:
        """The market, as it is now.

        Raises:
            MarketClosedError: it is gone, and was there when the action was planned before.
            NotFoundError: it isn't there.
        """
        if self._was_there and not is_there(account):
            raise MarketClosedError(
                f"market {self.address} was closed just now; nothing was taken: choose another one",
                address=str(self.address),
                kind=MARKET.name,
            )
        market = MARKET.read(self._network, self.address, account)
        self._was_there = True
        return market


def closed_over(job: Pubkey, market: Pubkey) -> InWords:
    """A program's complaint that the market of a job isn't there, as MarketClosedError."""

    def told(error: NosanaError) -> NosanaError:
        if not (isinstance(error, AccountNotInitialized) and error.account == MARKET.name):
            return error
        return MarketClosedError(
            f"market {market} was closed over job {job}, and who closed it got all that was in its vault, deposits "
            "included: the job can't be stopped, run or recovered any more, and only the network's market admin can "
            "still close it, which brings its rent back to its payer",
            **{**error.facts, "address": str(market), "kind": MARKET.name, "job": str(job)},
        )

    return told


def require_room(market: Market, waiting: tuple[Pubkey, ...], what: str) -> None:
    """QueueFullError if `waiting`, whose queue it is, leaves no room for one more."""
    if waiting and len(waiting) >= market.queue_capacity:
        raise QueueFullError(
            f"the queue of market {market.address} is full: {len(waiting)} {what} wait there; nothing was sent: try "
            "again later, or another market",
            address=str(market.address),
            capacity=market.queue_capacity,
        )


def require_not_waiting(market: Market, host: Pubkey) -> None:
    """AlreadyExistsError if `host` waits in the market's queue."""
    if host in market.waiting_hosts:
        raise AlreadyExistsError(
            f"host {host} waits in market {market.address} already, as number {market.waiting_hosts.index(host) + 1}: "
            "nothing was sent; it gets a job when its turn comes",
            address=str(market.address),
        )
