"""Reading the rewards pool and its members."""

from __future__ import annotations

from typing import NamedTuple

from solders.pubkey import Pubkey

from nosana_chain import pda
from nosana_chain.bindings.rewards.accounts import ReflectionAccount, RewardAccount
from nosana_chain.errors import WrongStateError
from nosana_chain.models.rewards import Reward, RewardsPool
from nosana_chain.models.stake import Stake
from nosana_chain.programs.accounts import AccountKind
from nosana_chain.programs.staking.queries import STAKE
from nosana_chain.wire.connection import Connection

REWARDS_POOL = AccountKind(
    name="rewards pool",
    program="rewards",
    discriminator=ReflectionAccount.discriminator,
    decode=RewardsPool.decode,
)
REWARD = AccountKind(name="reward", program="rewards", discriminator=RewardAccount.discriminator, decode=Reward.decode)


async def fetch_rewards_pool(connection: Connection) -> RewardsPool:
    """The rewards pool's state. Network: 1 call."""
    return await REWARDS_POOL.fetch(connection, pda.reflection_address(network=connection.network))


async def require_members(connection: Connection) -> None:
    """Make sure that a fee can be added to the rewards pool without breaking it. Network: 1 call.

    Raises:
        WrongStateError: nobody is in the pool.
    """
    pool = await fetch_rewards_pool(connection)
    if not pool.total_xnos:
        raise WrongStateError(
            "nobody is in the rewards pool: a fee now would set its rate to 0 for ever; let a staker enter first",
            address=str(pool.address),
        )


async def fetch_pool_and_reward(connection: Connection, member: Pubkey) -> tuple[RewardsPool, Reward]:
    """The pool and a membership of the same moment: a share is only worth something at the rate of its own time.

    Network: 1 call.

    Raises:
        NotFoundError: `member` is not in the pool.
    """
    network = connection.network
    addresses = [pda.reflection_address(network=network), pda.reward_address(member, network=network)]
    pool, reward = await connection.fetch_accounts(addresses)
    return REWARDS_POOL.read(connection.network, addresses[0], pool), REWARD.read(
        connection.network, addresses[1], reward
    )


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


async def fetch_membership(connection: Connection, staker: Pubkey) -> Membership:
    """A staker's stake, its place in the rewards pool, and the pool. Network: 1 call.

    Raises:
        NotFoundError: there is no stake.
    """
    addresses = [find(staker, network=connection.network) for find in (pda.stake_address, pda.reward_address)]
    addresses.append(pda.reflection_address(network=connection.network))
    stake, reward, pool = await connection.fetch_accounts(addresses)
    return Membership(
        stake=STAKE.read(connection.network, addresses[0], stake),
        reward=REWARD.read_if_any(connection.network, addresses[1], reward),
        pool=REWARDS_POOL.read_if_any(connection.network, addresses[2], pool),
    )
