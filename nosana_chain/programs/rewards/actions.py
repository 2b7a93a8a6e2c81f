"""Actions of stakers in the rewards pool, and of whoever adds fees to it."""

from __future__ import annotations

from nosana_chain import pda
from nosana_chain.addresses import AddressLike, as_address
from nosana_chain.engine.action import Action
from nosana_chain.errors import ConfigError
from nosana_chain.models.receipt import Receipt
from nosana_chain.models.rewards import Reward, RewardsPool, Yield
from nosana_chain.programs.acting import Actions
from nosana_chain.programs.amounts import something
from nosana_chain.programs.pools.queries import POOL
from nosana_chain.programs.rewards.plans import (
    plan_add_fee,
    plan_claim_rewards,
    plan_enter_pool,
    plan_init_pool,
    plan_leave_pool,
    plan_sync_rewards,
)
from nosana_chain.programs.rewards.queries import (
    fetch_membership,
    fetch_pool_and_reward,
    fetch_reward,
    fetch_rewards_pool,
)
from nosana_chain.programs.rewards.results import ClaimedRewards
from nosana_chain.units import DAY, NosUnits, u64


class Rewards(Actions):
    """The rewards pool: entering it, claiming from it, keeping it up to date, adding fees to it, leaving it.

    Every write is an `Action`: `await` it, or keep it and ask for its quote first.
    """

    async def fetch_pool(self) -> RewardsPool:
        """The pool's state. Network: 1 call."""
        return await fetch_rewards_pool(self._engine.connection)

    async def fetch_reward(self, *, authority: AddressLike | None = None) -> Reward:
        """The membership of `authority` (default: the wallet); NotFoundError if there is none. Network: 1 call."""
        return await fetch_reward(self._engine.connection, self._or_own(authority, "authority"))

    async def fetch_pending(self, *, authority: AddressLike | None = None) -> NosUnits:
        """NOS base units that a claim would pay now. Network: 1 call.

        Raises:
            NotFoundError: `authority` (default: the wallet) is not in the pool.
        """
        pool, reward = await fetch_pool_and_reward(self._engine.connection, self._or_own(authority, "authority"))
        return pool.pending(reward)

    async def fetch_yield(self, *, fees: int | None = None, authority: AddressLike | None = None) -> Yield:
        """What a stake (default: the wallet's) earns in the pool within 365 days, whether it is in it yet or not.

        Exactly what a claim would pay after a year's fees, with everybody else in the pool as they are now.

        Args:
            fees: NOS base units of fees in a year; default: a year's emission of the network's reward-fee pool.
            authority: whose stake.

        Network: 1 call, and 1 for the reward-fee pool.

        Raises:
            NoStakeError: there is no stake.
            NotFoundError: there is no pool.
            ConfigError: the network has no reward-fee pool, and no fees are given.
        """
        connection, owner = self._engine.connection, self._or_own(authority, "authority")
        stake, reward, pool = await fetch_membership(connection, owner)
        pool = pool or await self.fetch_pool()
        if reward is None:
            pool, reward = pool.with_member(stake, address=pda.reward_address(owner, network=connection.network))
        yearly = NosUnits(u64(fees, "fees")) if fees is not None else await self._yearly_fees()
        earned = pool.with_fee(yearly).pending(reward) - pool.pending(reward) if pool.total_xnos else 0
        return Yield(staked=stake.amount, fees=yearly, rewards=NosUnits(earned))

    def enter_pool(self) -> Action[Receipt]:
        """Join the pool with the wallet's stake; fees added from now on are shared with it.

        Network: 1 call and 1 transaction. Safe to retry: yes, a wallet enters once.

        Raises:
            NoStakeError: the wallet has no stake.
            AlreadyExistsError: it is in the pool.
            AlreadyUnstaked: the stake is being unstaked.
        """
        return self._action("enter_pool", lambda: plan_enter_pool(owner=self._own, network=self._network))

    def claim_rewards(self) -> Action[ClaimedRewards]:
        """Take out what is due, and bring the membership's weight up to the stake's.

        Network: 1 call and 1 transaction. Safe to retry: yes, what was paid is not due again.

        Raises:
            NoStakeError: the wallet has no stake.
            NotInPoolError: it is not in the pool.
            NothingDueError: no fee was added since the last claim.
            WrongStateError: the pool can never pay again.
            Decreased: the stake was slashed since the last claim; sync the membership first.
        """
        return self._action("claim_rewards", lambda: plan_claim_rewards(owner=self._own, network=self._network))

    def sync_rewards(self, *stakers: AddressLike) -> Action[list[Receipt]]:
        """Bring memberships (default: the wallet's) up to their stakes' weight. Anyone may, for anyone.

        Network: 1 call for 99 stakers, and 1 transaction for every 8, one after the other. Safe to retry: yes; the same
        action goes on where it stopped.

        Raises:
            NotInPoolError: one of them is not in the pool; nothing was sent.
            WrongStateError: the pool's rate is 0, and nothing in it can be brought up to date.
        """
        everybody = tuple(dict.fromkeys(as_address(one, "stakers") for one in stakers)) or (self._own,)
        return self._action(
            "sync_rewards",
            lambda: plan_sync_rewards(everybody, network=self._network),
            terms={"stakers": len(everybody)},
        )

    def leave_pool(self) -> Action[ClaimedRewards]:
        """Claim what is due and leave the pool; the membership's rent comes back. The stake stays.

        Network: 1 call and 1 transaction, once more when the stake is slashed in the same moment. Safe to retry: yes, a
        wallet leaves once.

        Raises:
            NoStakeError: the wallet has no stake.
            NotInPoolError: it is not in the pool.
        """
        return self._action("leave_pool", lambda: plan_leave_pool(owner=self._own, network=self._network))

    def add_fee(self, amount: int, *, idempotency_key: str | None = None) -> Action[Receipt]:
        """Share `amount` NOS base units of the wallet among the pool's members.

        Args:
            amount: base units, 1 to 2**64-1.
            idempotency_key: what it is for, such as an order's id. The same key again sends nothing: the journal tells.

        Network: 1 call and 1 transaction. Safe to retry: the same action, and the same key, yes: it pays once however
        often it is asked for; another call without a key pays again.

        Raises:
            AmountError: amount not 1 to 2**64-1.
            NotFoundError: the cluster has no pool.
            WrongStateError: nobody is in the pool; a fee would set its rate to 0 for ever.
            InsufficientFundsError: the wallet's NOS don't cover it.
            AlreadyDoneError: it was done under this key before; the error has the transaction's `signature`.
            TermsDifferError: the key stands for something else.
            ConfigError: a key without a journal, which would have to know it.
        """
        something(amount, "a fee of 0 NOS changes nothing; say how many base units to add")
        return self._action(
            "add_fee",
            lambda: plan_add_fee(amount, owner=self._own, network=self._network),
            terms={"amount": amount},
            idempotency_key=idempotency_key,
        )

    def init_pool(self) -> Action[Receipt]:
        """Create the pool and its vault, once per cluster; the wallet pays the rent.

        Network: 1 call and 1 transaction. Safe to retry: yes, it can only be done once.

        Raises:
            AlreadyExistsError: the cluster has its pool.
        """
        return self._action("init_pool", lambda: plan_init_pool(owner=self._own, network=self._network))

    async def _yearly_fees(self) -> NosUnits:
        """A year's emission of the network's reward-fee pool."""
        connection = self._engine.connection
        source = connection.network.reward_fee_pool
        if source is None:
            raise ConfigError(f"{connection.network.name} has no reward-fee pool; say how many fees a year brings")
        return NosUnits((await POOL.fetch(connection, source)).emission * 365 * DAY)
