"""Reading the rewards pool and its members."""

from __future__ import annotations

from typing import NamedTuple

from solders.pubkey import Pubkey

from nosana_chain import pda
from nosana_chain.bindings.layouts.rewards import REFLECTION_ACCOUNT, REWARD_ACCOUNT
from nosana_chain.engine.looking import Looking, Sight, look, see
from nosana_chain.errors import NotInPoolError, WrongStateError
from nosana_chain.models.rewards import Reward, RewardsPool
from nosana_chain.models.stake import Stake
from nosana_chain.networks import Network
from nosana_chain.programs.accounts import AccountKind
from nosana_chain.programs.pools.queries import pool_claim_addresses, read_pool_claim
from nosana_chain.programs.staking.queries import read_stake
from nosana_chain.units import NosUnits
from nosana_chain.wire.connection import Connection

REWARDS_POOL = AccountKind(
    name="rewards pool",
    program="rewards",
    layout=REFLECTION_ACCOUNT,
    decode=RewardsPool.decode,
)
REWARD = AccountKind(name="reward", program="rewards", layout=REWARD_ACCOUNT, decode=Reward.decode)


class Membership(NamedTuple):
    """A staker and the rewards pool, as of one moment.

    Attributes:
        stake: the stake.
        reward: its place in the pool; None if it isn't in it.
        pool: the pool; None on a cluster that has none.
    """

    stake: Stake
    reward: Reward | None
    pool: RewardsPool | None

    @property
    def is_served(self) -> bool:
        """Whether the program can carry out a claim or a sync: it divides by the rate, which may have fallen to 0."""
        return self.reward is not None and self.pool is not None and self.pool.rate > 0


async def fetch_rewards_pool(connection: Connection) -> RewardsPool:
    """The rewards pool's state. Network: 1 call."""
    return await see(connection, look_for_rewards_pool(connection.network))


async def fetch_reward(connection: Connection, member: Pubkey) -> Reward:
    """The membership of `member`; NotFoundError if there is none. Network: 1 call."""
    return await REWARD.fetch(connection, pda.reward_address(member, network=connection.network))


async def fetch_membership(connection: Connection, staker: Pubkey) -> Membership:
    """A staker's stake, its place in the rewards pool, and the pool. Network: 1 call.

    Raises:
        NoStakeError: there is no stake.
    """
    return await see(connection, look_for_membership(connection.network, staker))


def look_for_rewards_pool(network: Network) -> Looking[RewardsPool]:
    """`fetch_rewards_pool` as something to be seen."""
    return (yield from REWARDS_POOL.look(network, pda.reflection_address(network=network)))


def look_for_pending(network: Network, member: Pubkey, fee_pool: Pubkey | None) -> Looking[NosUnits]:
    """What a claim pays, of one moment: a share is only worth something at the rate of its own time.

    With a fee pool: what it pays once that was claimed.
    """
    address = pda.reward_address(member, network=network)
    feeding = pool_claim_addresses(network, fee_pool) if fee_pool else ()
    seen = yield from look(pda.reflection_address(network=network), address, *feeding)
    pool = read_rewards_pool(network, seen)
    fees = read_pool_claim(network, fee_pool, seen).paid if fee_pool else 0
    return (pool.with_fee(fees) if fees else pool).pending(REWARD.read(network, address, seen[address]))


def look_for_membership(network: Network, staker: Pubkey) -> Looking[Membership]:
    """`fetch_membership` as something to be seen."""
    seen = yield from look(*membership_addresses(network, staker))
    return read_membership(network, staker, seen)


def membership_addresses(network: Network, staker: Pubkey) -> tuple[Pubkey, ...]:
    """What `read_membership` reads."""
    stake, reward = (find(staker, network=network) for find in (pda.stake_address, pda.reward_address))
    return stake, reward, pda.reflection_address(network=network)


def read_membership(network: Network, staker: Pubkey, seen: Sight) -> Membership:
    """A membership among accounts that were seen; NoStakeError if there is no stake."""
    _, reward, pool = membership_addresses(network, staker)
    return Membership(
        stake=read_stake(network, staker, seen),
        reward=REWARD.read_if_any(network, reward, seen[reward]),
        pool=REWARDS_POOL.read_if_any(network, pool, seen[pool]),
    )


def read_rewards_pool(network: Network, seen: Sight) -> RewardsPool:
    """The pool among accounts that were seen; NotFoundError if there is none."""
    address = pda.reflection_address(network=network)
    return REWARDS_POOL.read(network, address, seen[address])


def require_members(pool: RewardsPool) -> None:
    """Make sure that a fee can be added to the pool without breaking it.

    Raises:
        WrongStateError: nobody is in it.
    """
    if not pool.total_xnos:
        raise WrongStateError(
            "nobody is in the rewards pool: a fee now would set its rate to 0 for ever; let a staker enter first",
            address=str(pool.address),
        )


def require_rate(pool: RewardsPool) -> None:
    """Make sure that the program can carry out a claim or a sync.

    Raises:
        WrongStateError: the pool's rate has fallen to 0, and nothing in it can be counted any more.
    """
    if not pool.rate:
        raise WrongStateError(
            f"the rate of the rewards pool {pool.address} is 0, since a fee was added while nobody was in it: it can "
            "never pay again, nor bring a membership up to date; leave_pool brings back the rent",
            address=str(pool.address),
        )


def not_in_pool(member: Pubkey, *, network: Network) -> NotInPoolError:
    """The error for a wallet that would have to be in the pool."""
    return NotInPoolError(
        f"{member} is not in the rewards pool; enter_pool comes first, and fees that are added from then on are shared "
        "with it",
        address=str(pda.reward_address(member, network=network)),
    )
