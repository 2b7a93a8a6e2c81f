"""Actions of stakers in the rewards pool, and of whoever adds fees to it."""

from __future__ import annotations

from solders.pubkey import Pubkey

from nosana_chain import pda
from nosana_chain.addresses import AddressLike, as_address
from nosana_chain.engine.action import Action
from nosana_chain.engine.looking import see
from nosana_chain.errors import AmountError, ConfigError
from nosana_chain.models.receipt import Receipt
from nosana_chain.models.rewards import Reward, RewardsPool, Yield
from nosana_chain.programs.acting import Actions
from nosana_chain.programs.amounts import something
from nosana_chain.programs.pools.queries import POOL
from nosana_chain.programs.rewards.formulas import yield_of
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
    fetch_reward,
    fetch_rewards_pool,
    look_for_pending,
)
from nosana_chain.programs.rewards.results import ClaimedRewards
from nosana_chain.units import DAY, NosUnits, u64

MOST_TIMES = 365 * 24  #: claims a year of a yield: one each hour


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

    async def fetch_pending(self, *, authority: AddressLike | None = None, with_fee_pool: bool = False) -> NosUnits:
        """NOS base units that a claim would pay now. Network: 1 call.

        Args:
            authority: whose membership; default: the wallet's.
            with_fee_pool: what a claim would pay if the network's reward-fee pool were claimed first
                (`pools.claim_pool`), which anyone may do: its fees count for nobody until then.

        Raises:
            NotFoundError: `authority` is not in the pool.
            ConfigError: the network has no reward-fee pool.
        """
        member = self._or_own(authority, "authority")
        looking = look_for_pending(self._engine.network, member, self._fee_pool() if with_fee_pool else None)
        return await see(self._engine.connection, looking)

    async def fetch_yield(
        self, *, fees: int | None = None, times: int = 365, authority: AddressLike | None = None
    ) -> Yield:
        """What a stake (default: the wallet's) earns in the pool within 365 days, whether it is in it yet or not.

        Exactly what claims would pay out of a year's fees, with everybody else in the pool as they are now: `apr` for
        one claim at its end, `apy` for `times` claims, each of which is topped up. What is pending now is taken to be
        claimed first, and counts for neither.

        Args:
            fees: NOS base units of fees in a year; default: a year's emission of the network's reward-fee pool, as if
                its vault were kept filled.
            times: how often it is claimed and topped up for `apy`, 1 to 8,760 (each hour); default: each day.
            authority: whose stake.

        Network: 1 call, and 1 for the reward-fee pool.

        Raises:
            NoStakeError: there is no stake.
            NotFoundError: there is no pool.
            AmountError: fees or times out of range.
            ConfigError: the network has no reward-fee pool, and no fees are given.
        """
        connection, owner = self._engine.connection, self._or_own(authority, "authority")
        _require_times(times)
        stake, reward, pool = await fetch_membership(connection, owner)
        pool = pool or await self.fetch_pool()
        if reward is None:
            pool, reward = pool.with_member(stake, address=pda.reward_address(owner, network=connection.network))
        yearly = NosUnits(u64(fees, "fees")) if fees is not None else await self._yearly_fees()
        return yield_of(pool, reward, stake, fees=yearly, times=times)

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
        source = await POOL.fetch(self._engine.connection, self._fee_pool())
        return NosUnits(source.emission * 365 * DAY)

    def _fee_pool(self) -> Pubkey:
        network = self._engine.network
        if network.reward_fee_pool is None:
            raise ConfigError(f"{network.name} has no reward-fee pool; say how many fees a year brings")
        return network.reward_fee_pool


def _require_times(times: int) -> None:
    if not 1 <= u64(times, "times") <= MOST_TIMES:
        raise AmountError(f"times is {times}; it must be from 1 to {MOST_TIMES}", name="times", value=times)
