"""The facade: everything a wallet can do on one cluster."""

from __future__ import annotations

from types import TracebackType
from typing import Self

from solders.pubkey import Pubkey

from nosana_chain.config import Settings, load_settings
from nosana_chain.engine.fees import FeePolicy
from nosana_chain.models.receipt import ProgressCallback
from nosana_chain.networks import Network
from nosana_chain.programs.context import Context
from nosana_chain.programs.distributor.actions import Distributors
from nosana_chain.programs.distributor.admin import DistributorAdmin
from nosana_chain.programs.jobs.hosts import Hosts
from nosana_chain.programs.jobs.jobs import Jobs
from nosana_chain.programs.jobs.markets import Markets
from nosana_chain.programs.nodes.actions import Nodes
from nosana_chain.programs.nos_accounts import fetch_nos_balance
from nosana_chain.programs.pools.actions import Pools
from nosana_chain.programs.rewards.actions import Rewards
from nosana_chain.programs.staking.actions import Stakes
from nosana_chain.programs.staking.settings import StakingAuthority
from nosana_chain.programs.transactions import Transactions
from nosana_chain.units import Lamports, NosUnits
from nosana_chain.wallet import Signer, Wallet
from nosana_chain.wire.connection import Connection
from nosana_chain.wire.stack import DEFAULT_POLICY, WirePolicy
from nosana_chain.wire.tracing import Tracer
from nosana_chain.wire.transport import Transport


class NosanaClient:
    """A wallet on a cluster. Use it as an asynchronous context manager.

    Args:
        network: the cluster, with its endpoint, or several: `network.at(url, more=[...])`.
        wallet: signs and pays; None for a client that only reads.
        transport: how requests travel; default HTTP to the network's endpoints, with retries and failover.
        wire: how endpoints are asked: retries, rates, timeouts.
        tracer: called around each request.
        fees: how compute budget and priority fee are chosen.
        progress: told of every step of every transaction.

    Attributes:
        markets: for market operators.
        jobs: for builders, who pay for jobs.
        hosts: for those who run jobs.
        stakes: for token holders.
        staking_authority: for whoever may slash.
        rewards: for stakers in the rewards pool.
        pools: for vesting, and for fees that stakers share.
        nodes: for hosts, in the registry of their machines.
        distributors: for claimants of a merkle distributor.
        distributor_admin: for whoever sets one up.
        transactions: for instructions of one's own making.
        connection: the cluster itself, for what has no action here.
    """

    def __init__(
        self,
        network: Network,
        wallet: Signer | None = None,
        *,
        transport: Transport | None = None,
        wire: WirePolicy = DEFAULT_POLICY,
        tracer: Tracer | None = None,
        fees: FeePolicy | None = None,
        progress: ProgressCallback | None = None,
    ) -> None:
        self.network = network
        self.wallet = wallet
        self.connection = Connection(network, transport=transport, policy=wire, tracer=tracer)
        context = Context(connection=self.connection, wallet=wallet, fees=fees or FeePolicy(), progress=progress)
        self.markets = Markets(context)
        self.jobs = Jobs(context)
        self.hosts = Hosts(context)
        self.stakes = Stakes(context)
        self.staking_authority = StakingAuthority(context)
        self.rewards = Rewards(context)
        self.pools = Pools(context)
        self.nodes = Nodes(context)
        self.distributors = Distributors(context)
        self.distributor_admin = DistributorAdmin(context)
        self.transactions = Transactions(context)
        self._context = context

    @classmethod
    def from_settings(
        cls,
        settings: Settings | None = None,
        *,
        transport: Transport | None = None,
        wire: WirePolicy = DEFAULT_POLICY,
        tracer: Tracer | None = None,
        fees: FeePolicy | None = None,
        progress: ProgressCallback | None = None,
    ) -> Self:
        """A client as the environment and the user's configuration file say; see `load_settings`. Network: none.

        Args:
            settings: in place of those.
            transport: as in the constructor, like the rest.
            wire: how endpoints are asked.
            tracer: called around each request.
            fees: how compute budget and priority fee are chosen.
            progress: told of every step of every transaction.

        Raises:
            ConfigError: a setting can't be understood, or the network has no endpoint.
            WalletError: the key can't be read.
        """
        chosen = settings or load_settings()
        wallet = Wallet.from_setting(chosen.wallet, name=chosen.wallet_origin)
        return cls(chosen.network, wallet, transport=transport, wire=wire, tracer=tracer, fees=fees, progress=progress)

    async def fetch_nos_balance(self, *, owner: Pubkey | None = None) -> NosUnits:
        """NOS base units in the NOS account of `owner` (default: the wallet). Network: 1 call."""
        return await fetch_nos_balance(self.connection, owner or self._context.signer.address)

    async def fetch_sol_balance(self, *, owner: Pubkey | None = None) -> Lamports:
        """Lamports of `owner` (default: the wallet). Network: 1 call."""
        return await self.connection.fetch_balance(owner or self._context.signer.address)

    async def __aenter__(self) -> Self:
        await self.connection.__aenter__()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await self.connection.__aexit__(kind, error, traceback)
