"""Which events there are: every instruction of every program makes some, or has a reason for making none."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from nosana_chain.models.event import ChainEvent
from nosana_chain.models.landed_transaction import LandedTransaction
from nosana_chain.networks import Network
from nosana_chain.programs.jobs.events import NO_JOB_EVENT, JobEventKind, job_events
from nosana_chain.programs.jobs.host_events import NO_HOST_EVENT, HostEventKind, host_events
from nosana_chain.programs.jobs.market_events import NO_MARKET_EVENT, MarketEventKind, market_events
from nosana_chain.programs.nodes.events import NodeEventKind, node_events
from nosana_chain.programs.pools.events import PoolEventKind, pool_events
from nosana_chain.programs.rewards.events import NO_REWARD_EVENT, RewardEventKind, reward_events
from nosana_chain.programs.staking.events import NO_STAKE_EVENT, StakeEventKind, stake_events


@dataclass(frozen=True, slots=True, kw_only=True)
class EventFamily:
    """The events of one sort of account.

    Attributes:
        program: whose instructions make them: jobs, staking, rewards, pools, nodes.
        kinds: what can happen.
        read: what a landed transaction did: `read(landed, network=network)`.
        silent: the instructions that make none, by PascalCase name, each with its reason.
    """

    program: str
    kinds: type[StrEnum]
    read: Callable[..., tuple[ChainEvent, ...]]
    silent: Mapping[str, str]


#: By what the events are about.
EVENT_FAMILIES: Mapping[str, EventFamily] = {
    "jobs": EventFamily(program="jobs", kinds=JobEventKind, read=job_events, silent=NO_JOB_EVENT),
    "markets": EventFamily(program="jobs", kinds=MarketEventKind, read=market_events, silent=NO_MARKET_EVENT),
    "hosts": EventFamily(program="jobs", kinds=HostEventKind, read=host_events, silent=NO_HOST_EVENT),
    "stakes": EventFamily(program="staking", kinds=StakeEventKind, read=stake_events, silent=NO_STAKE_EVENT),
    "rewards": EventFamily(program="rewards", kinds=RewardEventKind, read=reward_events, silent=NO_REWARD_EVENT),
    "pools": EventFamily(program="pools", kinds=PoolEventKind, read=pool_events, silent={}),
    "nodes": EventFamily(program="nodes", kinds=NodeEventKind, read=node_events, silent={}),
}

#: Programs that make no events, each with its reason.
SILENT_PROGRAMS: Mapping[str, str] = {
    "distributor": "a claim changes nothing but for its claimant; `distributors.fetch_claim_status` tells what is left",
}


def all_events(landed: LandedTransaction, *, network: Network) -> dict[str, tuple[ChainEvent, ...]]:
    """Everything that a landed transaction did, by what it did it to; what nothing happened to is left out.

    Raises:
        InputError: the endpoint left out whether it succeeded or what it called, or contradicts itself.
    """
    found = {name: family.read(landed, network=network) for name, family in EVENT_FAMILIES.items()}
    return {name: events for name, events in found.items() if events}
