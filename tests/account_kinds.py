"""How our models have each kind of account, and the way back to the fields of the chain."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from operator import attrgetter
from typing import Any

from solders.pubkey import Pubkey

from nosana_chain.cid import digest_of
from nosana_chain.programs.accounts import AccountKind
from nosana_chain.programs.distributor.queries import CLAIM_STATUS, DISTRIBUTOR
from nosana_chain.programs.jobs.queries import JOB, MARKET, RUN
from nosana_chain.programs.nodes.queries import NODE
from nosana_chain.programs.pools.queries import POOL
from nosana_chain.programs.rewards.queries import REWARD, REWARDS_POOL
from nosana_chain.programs.staking.queries import SETTINGS, STAKE


@dataclass(frozen=True)
class Kind:
    """How our client has a kind of account.

    Attributes:
        query: reads it.
        shown: fields that the model has under another name or as another type, back as the chain has them.
        left_out: fields that the model doesn't have.
    """

    query: AccountKind[Any]
    shown: Mapping[str, Callable[[Any], Any]] = field(default_factory=dict)
    left_out: frozenset[str] = frozenset()

    def fields(self, model: Any, names: Iterable[str]) -> dict[str, Any]:
        """These fields of the model, as the chain has them."""
        return {name: plain(self.shown.get(name, attrgetter(name))(model)) for name in names}


def plain(value: Any) -> Any:
    """A field as JSON has it."""
    if isinstance(value, list | tuple | bytes):
        return [plain(item) for item in value]
    return str(value) if isinstance(value, Pubkey) else value


BUMP = frozenset({"bump", "vault_bump"})

KINDS = {
    "MarketAccount": Kind(
        MARKET,
        {
            "node_access_key": lambda market: market.node_access_key or Pubkey.default(),
            "queue_type": lambda market: market.queue_kind,
        },
        left_out=BUMP,
    ),
    "JobAccount": Kind(
        JOB,
        {
            "ipfs_job": lambda job: digest_of(job.definition_cid),
            "ipfs_result": lambda job: digest_of(job.result_cid) if job.result_cid else bytes(32),
            "node": lambda job: job.node or Pubkey.default(),
            "time_start": lambda job: job.time_start or 0,
            "time_end": lambda job: job.time_end or 0,
        },
    ),
    "RunAccount": Kind(RUN, left_out=frozenset({"state"})),
    "StakeAccount": Kind(STAKE, {"time_unstake": lambda stake: stake.time_unstake or 0}, left_out=BUMP),
    "SettingsAccount": Kind(SETTINGS),
    "ReflectionAccount": Kind(REWARDS_POOL, left_out=BUMP),
    "RewardAccount": Kind(REWARD, left_out=BUMP),
    "PoolAccount": Kind(POOL, left_out=BUMP),
    "NodeAccount": Kind(NODE),
    "MerkleDistributor": Kind(DISTRIBUTOR, left_out=BUMP | {"buffer0", "buffer1", "buffer2"}),
    "ClaimStatus": Kind(CLAIM_STATUS),
}
