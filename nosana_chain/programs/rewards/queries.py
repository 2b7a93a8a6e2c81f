"""Reading the rewards pool and its members."""

from __future__ import annotations

from nosana_chain.bindings.rewards.accounts import ReflectionAccount, RewardAccount
from nosana_chain.models.rewards import Reward, RewardsPool
from nosana_chain.programs.accounts import AccountKind

REWARDS_POOL = AccountKind(
    name="rewards pool",
    program="rewards",
    discriminator=ReflectionAccount.discriminator,
    decode=RewardsPool.decode,
)
REWARD = AccountKind(name="reward", program="rewards", discriminator=RewardAccount.discriminator, decode=Reward.decode)
