"""The facade: everything a wallet can do on one cluster."""

from __future__ import annotations

import os
from collections.abc import Iterable
from functools import cached_property
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from solders.pubkey import Pubkey

from nosana_chain.addresses import AddressLike, as_address
from nosana_chain.config import Settings, load_settings
from nosana_chain.engine.action import Action
from nosana_chain.engine.addresses.book import AddressBook
from nosana_chain.engine.engine import Engine
from nosana_chain.engine.fees import FeePolicy
from nosana_chain.engine.following.watch import Watch
from nosana_chain.engine.journal import Budget, Journal, Place, open_journal
from nosana_chain.engine.many import WINDOW, Told, send_all
from nosana_chain.engine.resuming import WalletJournal
from nosana_chain.engine.signing import SIGNING_SECONDS
from nosana_chain.engine.waiting import ConfirmPolicy, Settled
from nosana_chain.errors import ConfigError
from nosana_chain.models.receipt import ProgressCallback
from nosana_chain.networks import Network
from nosana_chain.programs.address_search import Addresses
from nosana_chain.programs.balance_events import BalanceEvent, watch_nos_balance
from nosana_chain.programs.nos_accounts import fetch_nos_balance
from nosana_chain.units import Lamports, NosUnits
from nosana_chain.wallet import Signer, Wallet
from nosana_chain.wire.connection import Connection
from nosana_chain.wire.stack import DEFAULT_POLICY, WirePolicy
from nosana_chain.wire.subscriptions import Subscriptions
from nosana_chain.wire.tracing import Tracer
from nosana_chain.wire.transport import Transport

if TYPE_CHECKING:
    from nosana_chain.programs.distributor.actions import Distributors
    from nosana_chain.programs.distributor.actions.admin import DistributorAdmin
    from nosana_chain.programs.jobs.actions.hosts import Hosts
    from nosana_chain.programs.jobs.actions.keeping import KeptJobs
    from nosana_chain.programs.jobs.actions.markets import Markets
    from nosana_chain.programs.nodes.actions import Nodes
    from nosana_chain.programs.nonces.actions import Nonces
    from nosana_chain.programs.pools.actions import Pools
    from nosana_chain.programs.rewards.actions import Rewards
    from nosana_chain.programs.staking.actions import Stakes
    from nosana_chain.programs.staking.actions.admin import StakingAuthority
    from nosana_chain.programs.tokens.actions import Tokens
    from nosana_chain.programs.transactions import Transactions


class NosanaClient:
    """A wallet on a cluster. Use it as an asynchronous context manager.

    Args:
        network: the cluster, with its endpoint, or several: `network.at(url, more=[...])`.
        wallet: signs and pays; None for a client that only reads.
        fee_payer: pays the fee of every transaction in the wallet's place, and the rent of NOS accounts that have to
            be made on the way. It signs too, and never pays NOS. Who pays a deposit is said with the action (`payer`).
        signing_seconds: how long a remote signer may take; a blockhash lives for about 60.
        transport: how requests travel; default HTTP to the network's endpoints, with retries and failover.
        wire: how endpoints are asked: retries, rates, timeouts.
        tracer: called around each request.
        fees: how compute budget and priority fee are chosen.
        progress: told of every step of every transaction; what it raises is logged, and changes nothing.
        journal: where every action is written down before it is sent: by default a file of the user's, or a local
            network's own; a path, `postgresql://…` for several machines, a `Journal`, or None for none.
        budget: the most NOS that whoever pays may spend in a span of time, over all processes with the same
            journal.
        wait: until when an action waits: `confirmed`, within a second or two, or `finalized`, some 13 s later, when it
            can't be rolled back any more.
        address_book: addresses that are known already, for endpoints that refuse to list the accounts of a program:
            `AddressBook.load(path)`. It grows with use.

    Attributes:
        network: the cluster.
        wallet: who signs and pays.
        fee_payer: who pays transaction fees in its place; None for the wallet itself.
        markets: for market operators.
        jobs: for builders, who pay for jobs.
        hosts: for those who run jobs.
        stakes: for token holders.
        staking_authority: for whoever may slash.
        rewards: for stakers in the rewards pool.
        pools: for vesting, and for fees that stakers share.
        nodes: for hosts, in the registry of their machines.
        tokens: for token accounts of any mint.
        nonces: for transactions whose signatures take longer than a minute.
        distributors: for claimants of a merkle distributor.
        distributor_admin: for whoever sets one up.
        transactions: for instructions of one's own making.
        addresses: what is known of addresses without lists, and reading more.
        connection: the cluster itself, for what has no action here.
        journal: what was begun, what is under way, and going on with it.

    Raises:
        ConfigError: a budget without a journal, which would have to keep it.
    """

    def __init__(
        self,
        network: Network,
        wallet: Signer | None = None,
        *,
        fee_payer: Signer | None = None,
        signing_seconds: float = SIGNING_SECONDS,
        transport: Transport | None = None,
        wire: WirePolicy = DEFAULT_POLICY,
        tracer: Tracer | None = None,
        fees: FeePolicy | None = None,
        progress: ProgressCallback | None = None,
        journal: Journal | str | os.PathLike[str] | Place | None = Place.USER,
        budget: Budget | None = None,
        wait: Settled = "confirmed",
        address_book: AddressBook | None = None,
    ) -> None:
        self.network = network
        self.wallet = wallet
        self.fee_payer = fee_payer
        self.connection = Connection(network, transport=transport, policy=wire, tracer=tracer)
        self.addresses = Addresses(self.connection, AddressBook() if address_book is None else address_book)
        if journal is Place.USER and network.journal_path is not None:
            journal = network.journal_path
        self._own_journal = open_journal(journal) if wallet is not None else None
        if budget is not None and self._own_journal is None:
            raise ConfigError("a budget is kept by the journal: give the client a journal and a wallet, or no budget")
        told = transport is None and network.ws_url is not None
        self._subscriptions = Subscriptions(network) if told else None
        engine = Engine(
            connection=self.connection,
            subscriptions=self._subscriptions,
            waiting=ConfirmPolicy(until=wait),
            wallet=wallet,
            fee_payer=fee_payer,
            signing_seconds=signing_seconds,
            fees=fees or FeePolicy(),
            progress=progress,
            journal=self._own_journal,
            budget=budget,
        )
        self.journal = WalletJournal(engine)
        self._engine = engine

    # A part is imported when it is first used: a client of all of them takes half as long again to import.

    @cached_property
    def markets(self) -> Markets:
        """Markets: prices and queues."""
        from nosana_chain.programs.jobs.actions.markets import Markets

        return Markets(self._engine)

    @cached_property
    def jobs(self) -> KeptJobs:
        """Jobs: posted, followed, extended, stopped, kept up."""
        from nosana_chain.programs.jobs.actions.keeping import KeptJobs

        return KeptJobs(self._engine)

    @cached_property
    def hosts(self) -> Hosts:
        """What a host does: queue, finish, be paid."""
        from nosana_chain.programs.jobs.actions.hosts import Hosts

        return Hosts(self._engine)

    @cached_property
    def stakes(self) -> Stakes:
        """Stakes of NOS."""
        from nosana_chain.programs.staking.actions import Stakes

        return Stakes(self._engine)

    @cached_property
    def staking_authority(self) -> StakingAuthority:
        """What the staking program's authority alone may do."""
        from nosana_chain.programs.staking.actions.admin import StakingAuthority

        return StakingAuthority(self._engine)

    @cached_property
    def rewards(self) -> Rewards:
        """The rewards pool."""
        from nosana_chain.programs.rewards.actions import Rewards

        return Rewards(self._engine)

    @cached_property
    def pools(self) -> Pools:
        """Vesting and fee pools."""
        from nosana_chain.programs.pools.actions import Pools

        return Pools(self._engine)

    @cached_property
    def nodes(self) -> Nodes:
        """The registry of nodes."""
        from nosana_chain.programs.nodes.actions import Nodes

        return Nodes(self._engine)

    @cached_property
    def tokens(self) -> Tokens:
        """NOS and SOL, sent."""
        from nosana_chain.programs.tokens.actions import Tokens

        return Tokens(self._engine)

    @cached_property
    def nonces(self) -> Nonces:
        """Durable nonces."""
        from nosana_chain.programs.nonces.actions import Nonces

        return Nonces(self._engine)

    @cached_property
    def distributors(self) -> Distributors:
        """Merkle distributors: claims of NOS."""
        from nosana_chain.programs.distributor.actions import Distributors

        return Distributors(self._engine)

    @cached_property
    def distributor_admin(self) -> DistributorAdmin:
        """What a distributor's admin alone may do."""
        from nosana_chain.programs.distributor.actions.admin import DistributorAdmin

        return DistributorAdmin(self._engine)

    @cached_property
    def transactions(self) -> Transactions:
        """Transactions: explained, signed by several, sent."""
        from nosana_chain.programs.transactions import Transactions

        return Transactions(self._engine)

    @classmethod
    def from_settings(
        cls,
        settings: Settings | None = None,
        *,
        fee_payer: Signer | None = None,
        transport: Transport | None = None,
        wire: WirePolicy = DEFAULT_POLICY,
        tracer: Tracer | None = None,
        fees: FeePolicy | None = None,
        progress: ProgressCallback | None = None,
    ) -> Self:
        """A client as the environment and the user's configuration file say; see `load_settings`. Network: none.

        Args:
            settings: in place of those.
            fee_payer: in place of the one that the settings name (`fee_payer`, NOSANA_FEE_PAYER).
            transport: as in the constructor, like the rest.
            wire: how endpoints are asked.
            tracer: called around each request.
            fees: how compute budget and priority fee are chosen.
            progress: told of every step of every transaction; what it raises is logged, and changes nothing.

        Raises:
            ConfigError: a setting can't be understood, the network has no endpoint, or is a URL alone, whose addresses
                only the command line looks up.
            WalletError: a key can't be read.
        """
        chosen = settings or load_settings()
        if chosen.by_url:
            raise ConfigError("the network's name is a URL; give a name there, and the URL as rpc_url")
        shared = chosen.allow_shared_key
        wallet = Wallet.from_setting(chosen.wallet, name=chosen.wallet_origin, allow_shared=shared)
        if fee_payer is None and chosen.fee_payer is not None:
            fee_payer = Wallet.from_setting(chosen.fee_payer, name=chosen.fee_payer_origin, allow_shared=shared)
        return cls(
            chosen.network,
            wallet,
            fee_payer=fee_payer,
            transport=transport,
            wire=wire,
            tracer=tracer,
            fees=fees,
            progress=progress,
        )

    async def send_all(
        self, actions: Iterable[Action[Any]], *, progress: Told | None = None, window: int = WINDOW
    ) -> list[Any]:
        """Carry out many actions; for each its result or its own error, in their order.

        Actions of one kind share transactions, as many as fit. A pack is carried out whole or not at all; one that
        fails is done again one by one, so that what can't be done fails alone. What expires unlanded is signed anew.
        Each action is in the journal by itself, and can be awaited afterwards: after an error it goes on, as its
        `retry` says.

        Args:
            actions: of this client; the same one twice is done once.
            progress: told how many of how many are done or have failed, each time that this changes.
            window: transactions under way at a time, 1 or more.

        Network: the reads of all at once, and for each transaction those of one action. Safe to retry: yes, the same
        actions are done once.
        """
        return await send_all(self._engine, actions, progress=progress, window=window)

    async def fetch_nos_balance(self, *, owner: AddressLike | None = None) -> NosUnits:
        """NOS base units in the NOS account of `owner` (default: the wallet). Network: 1 call."""
        return await fetch_nos_balance(self.connection, self._or_own(owner))

    def watch_nos_balance(self, *, owner: AddressLike | None = None, since: str | None = None) -> Watch[BalanceEvent]:
        """What comes into the NOS account of `owner` (default: the wallet) and leaves it, as it happens.

        `old` and `new` are the balances before and after: docs/following.md.

        Args:
            owner: the wallet; its NOS account may come to be only later.
            since: `event.cursor` or `watch.cursor`, of any process.

        Network: 1 call a look (every 10 s with a socket, or when it tells of something; every 2 s without), 1 for each
        transaction that names the account, and 1 at first.

        Raises:
            CursorError: on the first wait: `since` is no cursor, or of another cluster or wallet.
            NoHistoryError: on a wait: the endpoint doesn't list transactions, or not as far back as `since`.
        """
        return watch_nos_balance(self._engine, self._or_own(owner), since=since)

    async def fetch_sol_balance(self, *, owner: AddressLike | None = None) -> Lamports:
        """Lamports of `owner` (default: the wallet). Network: 1 call."""
        return await self.connection.fetch_balance(self._or_own(owner))

    def _or_own(self, owner: AddressLike | None) -> Pubkey:
        return self._engine.signer.address if owner is None else as_address(owner, "owner")

    def __repr__(self) -> str:
        """Cluster and wallet; no endpoint, whose address may hold a token."""
        wallet = "no wallet" if self.wallet is None else f"wallet {self.wallet.address}"
        return f"<NosanaClient {self.network.name}, {wallet}>"

    async def __aenter__(self) -> Self:
        await self.connection.__aenter__()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await self._engine.reads.aclose()
        if self._subscriptions is not None:
            await self._subscriptions.aclose()
        await self.connection.__aexit__(kind, error, traceback)
        if self._own_journal is not None:
            await self._own_journal.close()
