"""Actions of stakers in the rewards pool, and of whoever adds fees to it."""

from __future__ import annotations

from solders.pubkey import Pubkey

from nosana_chain import pda
from nosana_chain.errors import AmountError, ConfigError, WrongStateError
from nosana_chain.models.receipt import Receipt
from nosana_chain.models.rewards import Reward, RewardsPool, Yield
from nosana_chain.programs.context import Context
from nosana_chain.programs.nos_accounts import missing_nos_accounts
from nosana_chain.programs.pools.queries import POOL
from nosana_chain.programs.rewards.instructions import add_fee_ix, claim_ix, enter_ix, init_ix, sync_ix
from nosana_chain.programs.rewards.leaving import leaving_ixs
from nosana_chain.programs.rewards.queries import (
    REWARD,
    fetch_membership,
    fetch_pool_and_reward,
    fetch_rewards_pool,
    require_members,
)
from nosana_chain.units import DAY, NosUnits, u64

#: Memberships that one sync transaction brings up to date: 2 addresses of 32 bytes each, in 1,232 bytes.
_SYNCS_PER_TRANSACTION = 8


class Rewards:
    """The rewards pool: entering it, claiming from it, keeping it up to date, adding fees to it, leaving it."""

    def __init__(self, context: Context) -> None:
        self._context = context

    async def fetch_pool(self) -> RewardsPool:
        """The pool's state. Network: 1 call."""
        return await fetch_rewards_pool(self._context.connection)

    async def fetch_reward(self, *, authority: Pubkey | None = None) -> Reward:
        """The membership of `authority` (default: the wallet); NotFoundError if there is none. Network: 1 call."""
        connection, owner = self._context.connection, authority or self._context.signer.address
        return await REWARD.fetch(connection, pda.reward_address(owner, network=connection.network))

    async def fetch_pending(self, *, authority: Pubkey | None = None) -> NosUnits:
        """NOS base units that a claim would pay now. Network: 1 call.

        Raises:
            NotFoundError: `authority` (default: the wallet) is not in the pool.
        """
        pool, reward = await fetch_pool_and_reward(self._context.connection, authority or self._context.signer.address)
        return pool.pending(reward)

    async def fetch_yield(self, *, fees: int | None = None, authority: Pubkey | None = None) -> Yield:
        """What a stake (default: the wallet's) earns in the pool within 365 days, whether it is in it yet or not.

        Exactly what a claim would pay after a year's fees, with everybody else in the pool as they are now.

        Args:
            fees: NOS base units of fees in a year; default: a year's emission of the network's reward-fee pool.
            authority: whose stake.

        Network: 1 call, and 1 for the reward-fee pool.

        Raises:
            NotFoundError: there is no stake, or no pool.
            ConfigError: the network has no reward-fee pool, and no fees are given.
        """
        connection, owner = self._context.connection, authority or self._context.signer.address
        stake, reward, pool = await fetch_membership(connection, owner)
        pool = pool or await self.fetch_pool()
        if reward is None:
            pool, reward = pool.with_member(stake, address=pda.reward_address(owner, network=connection.network))
        yearly = NosUnits(u64(fees, "fees")) if fees is not None else await self._yearly_fees()
        earned = pool.with_fee(yearly).pending(reward) - pool.pending(reward) if pool.total_xnos else 0
        return Yield(staked=stake.amount, fees=yearly, rewards=NosUnits(earned))

    async def enter_pool(self) -> Receipt:
        """Join the pool with the wallet's stake; fees added from now on are shared with it.

        Network: 1 transaction. Safe to retry: yes, a wallet enters once.

        Raises:
            AlreadyUnstaked: the stake is being unstaked.
        """
        context = self._context
        return await context.execute([enter_ix(authority=context.signer.address, network=context.network)])

    async def claim_rewards(self) -> Receipt:
        """Take out what is due, and bring the membership's weight up to the stake's.

        Network: 1 call and 1 transaction. Safe to retry: yes, what was paid is not due again.

        Raises:
            Decreased: the stake was slashed since the last claim; sync the membership first.
        """
        context, owner = self._context, self._context.signer.address
        claiming = claim_ix(authority=owner, network=context.network)
        return await context.execute([*await missing_nos_accounts(context, owner), claiming])

    async def sync_rewards(self, *stakers: Pubkey) -> list[Receipt]:
        """Bring memberships (default: the wallet's) up to their stakes' weight. Anyone may, for anyone.

        Network: 1 transaction for every 8 stakers, one after the other. Safe to retry: yes.

        Raises:
            AlreadyUnstaked: a stake is being unstaked; its transaction changed nothing.
        """
        context = self._context
        everybody = stakers or (context.signer.address,)
        batches = [
            everybody[start : start + _SYNCS_PER_TRANSACTION]
            for start in range(0, len(everybody), _SYNCS_PER_TRANSACTION)
        ]
        return [
            await context.execute([sync_ix(staker=staker, network=context.network) for staker in batch])
            for batch in batches
        ]

    async def leave_pool(self) -> Receipt:
        """Claim what is due and leave the pool; the membership's rent comes back. The stake stays.

        Network: 2 calls and 1 transaction. Safe to retry: yes, a wallet leaves once.

        Raises:
            NotFoundError: the wallet has no stake.
            WrongStateError: the wallet is not in the pool.
        """
        context, owner = self._context, self._context.signer.address
        member = await fetch_membership(context.connection, owner)
        if member.reward is None:
            raise WrongStateError(f"{owner} is not in the rewards pool: there is nothing to leave", address=str(owner))
        leaving = leaving_ixs(member, network=context.network)
        return await context.execute([*await missing_nos_accounts(context, owner), *leaving])

    async def add_fee(self, amount: int) -> Receipt:
        """Share `amount` NOS base units of the wallet among the pool's members.

        Network: 2 calls and 1 transaction. Safe to retry: no, every call pays again.

        Raises:
            AmountError: amount not 1 to 2**64-1.
            WrongStateError: nobody is in the pool; a fee would set its rate to 0 for ever.
            InsufficientFundsError: the wallet's NOS don't cover it.
        """
        if not u64(amount, "amount"):
            raise AmountError("a fee of 0 NOS changes nothing; say how many base units to add", value=amount)
        context, owner = self._context, self._context.signer.address
        await require_members(context.connection)
        adding = add_fee_ix(authority=owner, amount=amount, network=context.network)
        return await context.execute([*await missing_nos_accounts(context, owner), adding])

    async def init_pool(self) -> Receipt:
        """Create the pool and its vault, once per cluster; the wallet pays the rent.

        Network: 1 transaction. Safe to retry: yes, it can only be done once.
        """
        context = self._context
        return await context.execute([init_ix(authority=context.signer.address, network=context.network)])

    async def _yearly_fees(self) -> NosUnits:
        """A year's emission of the network's reward-fee pool."""
        connection = self._context.connection
        source = connection.network.reward_fee_pool
        if source is None:
            raise ConfigError(f"{connection.network.name} has no reward-fee pool; say how many fees a year brings")
        return NosUnits((await POOL.fetch(connection, source)).emission * 365 * DAY)
