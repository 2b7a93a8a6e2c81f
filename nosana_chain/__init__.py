"""Python toolkit for Nosana's GPU market on Solana.

The names below are the everyday ones; each is imported when it is first used, so that `import nosana_chain` costs
next to nothing. `__version__` is the version of what is installed.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from nosana_chain._homes import HOMES

if TYPE_CHECKING:
    from nosana_chain.addresses import as_address
    from nosana_chain.cid import cid_of
    from nosana_chain.client import NosanaClient
    from nosana_chain.config import Settings, load_settings
    from nosana_chain.engine.action import Action
    from nosana_chain.engine.addresses.book import AddressBook
    from nosana_chain.engine.addresses.source import Reach
    from nosana_chain.engine.fees import FeePolicy
    from nosana_chain.engine.following.watch import Watch
    from nosana_chain.engine.journal import Budget
    from nosana_chain.errors import (
        AddressTakenError,
        AlreadyDoneError,
        AlreadyExistsError,
        AmountError,
        AuthorizationError,
        BlockhashExpiredError,
        BoundExceededError,
        BudgetExceededError,
        CidError,
        ConfigError,
        ContentMismatchError,
        CursorError,
        HistoryTooShortError,
        HostRefusedError,
        InProgressError,
        InputError,
        InsufficientFundsError,
        JobDefinitionError,
        JobFileError,
        JournalError,
        JournalStateError,
        LocalnetError,
        MarketClosedError,
        MissingDependencyError,
        NoHistoryError,
        NosanaError,
        NoStakeError,
        NotAsQuotedError,
        NotFetchedError,
        NotFoundError,
        NothingDueError,
        NotInPoolError,
        NotPinnedError,
        OffChainError,
        OutcomeUnknownError,
        PortInUseError,
        ProgramError,
        QueueFullError,
        ReservedFundsError,
        Retry,
        RpcClosedError,
        RpcEndpointError,
        RpcError,
        RpcLoopError,
        RpcRateLimitError,
        RpcResponseError,
        RpcUnreachableError,
        SearchTooLongError,
        SignerError,
        TermsDifferError,
        TransactionError,
        TransactionFailedError,
        TreeFileError,
        UnsupportedByValidatorError,
        WaitTimeoutError,
        WalletError,
        WrongNetworkError,
        WrongStateError,
    )
    from nosana_chain.ipfs.gateways import Gateways
    from nosana_chain.ipfs.pinning import Kubo, Pinata, Pinning, pinned, pinning_from_environment
    from nosana_chain.job_definition import JobDefinition, make_job_definition, read_job_definition
    from nosana_chain.job_definition.check import JobCheck, JobProblem, check_job_definition, check_job_value
    from nosana_chain.job_definition.confidential import confidential_stub
    from nosana_chain.job_definition.needs import JobNeeds
    from nosana_chain.job_definition.services import ExposedService, ExposedServices, exposed_services
    from nosana_chain.localnet.genesis import Genesis, Purse, blank_genesis, standard_genesis
    from nosana_chain.localnet.ipfs import LocalIpfs
    from nosana_chain.localnet.litesvm import InProcessLocalnet
    from nosana_chain.localnet.network import Localnet
    from nosana_chain.localnet.up import (
        LocalnetSummary,
        LocalWallet,
        UpNetwork,
        UpSettings,
        attached_localnet,
        find_localnet,
        fork_genesis,
        localnet_up,
        reset_localnet,
        snapshot_localnet,
        stop_localnet,
    )
    from nosana_chain.models.distributor import ClaimStatus, Distributor
    from nosana_chain.models.event import ChainEvent
    from nosana_chain.models.explanation import Explanation
    from nosana_chain.models.flow_state import FlowState, LogLine, OpState
    from nosana_chain.models.job import Job, JobState, Run
    from nosana_chain.models.market import JobType, Market, QueueKind
    from nosana_chain.models.node import Node
    from nosana_chain.models.nonce import Nonce
    from nosana_chain.models.pool import ClaimType, Pool
    from nosana_chain.models.quote import Quote
    from nosana_chain.models.receipt import Progress, Receipt, Step
    from nosana_chain.models.review import Review
    from nosana_chain.models.rewards import Reward, RewardsPool, Yield
    from nosana_chain.models.stake import Stake, StakingSettings
    from nosana_chain.models.token_account import TokenAccount
    from nosana_chain.networks import DEVNET, MAINNET, Network
    from nosana_chain.notebook import Table, as_table
    from nosana_chain.programs.balance_events import BalanceEvent, BalanceEventKind
    from nosana_chain.programs.distributor.results import (
        ClaimedTokens,
        ClaimedUnlocked,
        CreatedDistributor,
        EmptiedDistributor,
    )
    from nosana_chain.programs.distributor.terms import DistributorTerms
    from nosana_chain.programs.distributor.votes import Vote
    from nosana_chain.programs.jobs.balances import Earnings, Spending
    from nosana_chain.programs.jobs.events import JobEvent, JobEventKind
    from nosana_chain.programs.jobs.formulas import JobProgress, QueuePlace
    from nosana_chain.programs.jobs.host_events import HostEvent, HostEventKind
    from nosana_chain.programs.jobs.keeping import KeepKind, KeepStep
    from nosana_chain.programs.jobs.market_events import MarketEvent, MarketEventKind
    from nosana_chain.programs.jobs.results import (
        ClaimedJob,
        ExtendedJob,
        FinishedJob,
        JobResult,
        JoinedQueue,
        OpenedMarket,
        PostedJob,
        StopKind,
        StoppedJob,
    )
    from nosana_chain.programs.jobs.standing import JobStanding, WaitedJob
    from nosana_chain.programs.jobs.terms import AccessNft, MarketTerms
    from nosana_chain.programs.jobs.waiting_since import Waiting
    from nosana_chain.programs.nodes.events import NodeEvent, NodeEventKind
    from nosana_chain.programs.nodes.terms import NodeSpec
    from nosana_chain.programs.nonces.results import CreatedNonce
    from nosana_chain.programs.pools.events import PoolEvent, PoolEventKind
    from nosana_chain.programs.pools.results import ClaimedPool, ClosedPool, OpenedPool
    from nosana_chain.programs.pools.terms import PoolTerms
    from nosana_chain.programs.rewards.events import RewardEvent, RewardEventKind
    from nosana_chain.programs.rewards.results import ClaimedRewards
    from nosana_chain.programs.staking.events import StakeEvent, StakeEventKind
    from nosana_chain.programs.staking.formulas import Unlocking
    from nosana_chain.programs.staking.results import Restaked, Unstaked, Withdrawn
    from nosana_chain.sweep import Finding, FindingKind, Findings, Remark, Sweep, Swept, Unseen
    from nosana_chain.sync import (
        SyncAction,
        SyncClient,
        SyncInProcessLocalnet,
        SyncLocalIpfs,
        SyncLocalnet,
        SyncSweep,
        SyncWatch,
    )
    from nosana_chain.units import format_nos, format_sol, nos, seconds, sol
    from nosana_chain.wallet import Signer, SignsElsewhere, Wallet
    from nosana_chain.web.authorization import is_authorized, sign_authorization
    from nosana_chain.web.host import HostApi, HostEndpoint
    from nosana_chain.web.markets import MarketListing, MarketListings, MarketsApi, market_named
    from nosana_chain.wire.retry import RetryPolicy
    from nosana_chain.wire.stack import WirePolicy
    from nosana_chain.wire.throttle import RateLimit

__all__ = [
    "DEVNET",
    "MAINNET",
    "AccessNft",
    "Action",
    "AddressBook",
    "AddressTakenError",
    "AlreadyDoneError",
    "AlreadyExistsError",
    "AmountError",
    "AuthorizationError",
    "BalanceEvent",
    "BalanceEventKind",
    "BlockhashExpiredError",
    "BoundExceededError",
    "Budget",
    "BudgetExceededError",
    "ChainEvent",
    "CidError",
    "ClaimStatus",
    "ClaimType",
    "ClaimedJob",
    "ClaimedPool",
    "ClaimedRewards",
    "ClaimedTokens",
    "ClaimedUnlocked",
    "ClosedPool",
    "ConfigError",
    "ContentMismatchError",
    "CreatedDistributor",
    "CreatedNonce",
    "CursorError",
    "Distributor",
    "DistributorTerms",
    "Earnings",
    "EmptiedDistributor",
    "Explanation",
    "ExposedService",
    "ExposedServices",
    "ExtendedJob",
    "FeePolicy",
    "Finding",
    "FindingKind",
    "Findings",
    "FinishedJob",
    "FlowState",
    "Gateways",
    "Genesis",
    "HistoryTooShortError",
    "HostApi",
    "HostEndpoint",
    "HostEvent",
    "HostEventKind",
    "HostRefusedError",
    "InProcessLocalnet",
    "InProgressError",
    "InputError",
    "InsufficientFundsError",
    "Job",
    "JobCheck",
    "JobDefinition",
    "JobDefinitionError",
    "JobEvent",
    "JobEventKind",
    "JobFileError",
    "JobNeeds",
    "JobProblem",
    "JobProgress",
    "JobResult",
    "JobStanding",
    "JobState",
    "JobType",
    "JoinedQueue",
    "JournalError",
    "JournalStateError",
    "KeepKind",
    "KeepStep",
    "Kubo",
    "LocalIpfs",
    "LocalWallet",
    "Localnet",
    "LocalnetError",
    "LocalnetSummary",
    "LogLine",
    "Market",
    "MarketClosedError",
    "MarketEvent",
    "MarketEventKind",
    "MarketListing",
    "MarketListings",
    "MarketTerms",
    "MarketsApi",
    "MissingDependencyError",
    "Network",
    "NoHistoryError",
    "NoStakeError",
    "Node",
    "NodeEvent",
    "NodeEventKind",
    "NodeSpec",
    "Nonce",
    "NosanaClient",
    "NosanaError",
    "NotAsQuotedError",
    "NotFetchedError",
    "NotFoundError",
    "NotInPoolError",
    "NotPinnedError",
    "NothingDueError",
    "OffChainError",
    "OpState",
    "OpenedMarket",
    "OpenedPool",
    "OutcomeUnknownError",
    "Pinata",
    "Pinning",
    "Pool",
    "PoolEvent",
    "PoolEventKind",
    "PoolTerms",
    "PortInUseError",
    "PostedJob",
    "ProgramError",
    "Progress",
    "Purse",
    "QueueFullError",
    "QueueKind",
    "QueuePlace",
    "Quote",
    "RateLimit",
    "Reach",
    "Receipt",
    "Remark",
    "ReservedFundsError",
    "Restaked",
    "Retry",
    "RetryPolicy",
    "Review",
    "Reward",
    "RewardEvent",
    "RewardEventKind",
    "RewardsPool",
    "RpcClosedError",
    "RpcEndpointError",
    "RpcError",
    "RpcLoopError",
    "RpcRateLimitError",
    "RpcResponseError",
    "RpcUnreachableError",
    "Run",
    "SearchTooLongError",
    "Settings",
    "Signer",
    "SignerError",
    "SignsElsewhere",
    "Spending",
    "Stake",
    "StakeEvent",
    "StakeEventKind",
    "StakingSettings",
    "Step",
    "StopKind",
    "StoppedJob",
    "Sweep",
    "Swept",
    "SyncAction",
    "SyncClient",
    "SyncInProcessLocalnet",
    "SyncLocalIpfs",
    "SyncLocalnet",
    "SyncSweep",
    "SyncWatch",
    "Table",
    "TermsDifferError",
    "TokenAccount",
    "TransactionError",
    "TransactionFailedError",
    "TreeFileError",
    "Unlocking",
    "Unseen",
    "Unstaked",
    "UnsupportedByValidatorError",
    "UpNetwork",
    "UpSettings",
    "Vote",
    "WaitTimeoutError",
    "WaitedJob",
    "Waiting",
    "Wallet",
    "WalletError",
    "Watch",
    "WirePolicy",
    "Withdrawn",
    "WrongNetworkError",
    "WrongStateError",
    "Yield",
    "as_address",
    "as_table",
    "attached_localnet",
    "blank_genesis",
    "check_job_definition",
    "check_job_value",
    "cid_of",
    "confidential_stub",
    "exposed_services",
    "find_localnet",
    "fork_genesis",
    "format_nos",
    "format_sol",
    "is_authorized",
    "load_settings",
    "localnet_up",
    "make_job_definition",
    "market_named",
    "nos",
    "pinned",
    "pinning_from_environment",
    "read_job_definition",
    "reset_localnet",
    "seconds",
    "sign_authorization",
    "snapshot_localnet",
    "sol",
    "standard_genesis",
    "stop_localnet",
]


def __getattr__(name: str) -> Any:
    if name == "__version__":
        return import_module("importlib.metadata").version("nosana-chain")
    home = HOMES.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{home}"), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *HOMES, "__version__"})
