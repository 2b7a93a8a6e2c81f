"""Actions of stakers in the rewards pool, and of whoever adds fees to it."""

from __future__ import annotations

from solders.pubkey import Pubkey

from nosana_chain import pda
from nosana_chain.errors import AmountError, WrongStateError
from nosana_chain.models.receipt import Receipt
from nosana_chain.models.rewards import Reward, RewardsPool
from nosana_chain.programs.context import Context
from nosana_chain.programs.nos_accounts import missing_nos_accounts
from nosana_chain.programs.rewards.instructions import add_fee_ix, claim_ix, enter_ix
from nosana_chain.programs.rewards.queries import REWARD, REWARDS_POOL
from nosana_chain.units import NosUnits, u64


class Rewards:
    """The rewards pool: entering it, claiming from it, adding fees to it. `Stakes.unstake` leaves it."""

    def __init__(self, context: Context) -> None:
        self._context = context

    async def fetch_pool(self) -> RewardsPool:
        """The pool's state. Network: 1 call."""
        connection = self._context.connection
        return await REWARDS_POOL.fetch(connection, pda.reflection_address(network=connection.network))

    async def fetch_reward(self, *, authority: Pubkey | None = None) -> Reward:
        """The membership of `authority` (default: the wallet); NotFoundError if there is none. Network: 1 call."""
        connection, owner = self._context.connection, authority or self._context.signer.address
        return await REWARD.fetch(connection, pda.reward_address(owner, network=connection.network))

    async def fetch_pending(self, *, authority: Pubkey | None = None) -> NosUnits:
        """NOS base units that a claim would pay now. Network: 2 calls."""
        pool = await self.fetch_pool()
        return pool.pending(await self.fetch_reward(authority=authority))

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

    async def add_fee(self, amount: int) -> Receipt:
        """Share `amount` NOS base units of the wallet among the pool's members.

        Network: 1 call and 1 transaction. Safe to retry: no, every call pays again.

        Raises:
            AmountError: amount not 1 to 2**64-1.
            WrongStateError: nobody is in the pool; a fee would set its rate to 0 for ever.
            InsufficientFundsError: the wallet's NOS don't cover it.
        """
        if not u64(amount, "amount"):
            raise AmountError("a fee of 0 NOS changes nothing; say how many base units to add", value=amount)
        context = self._context
        pool = await self.fetch_pool()
        if not pool.total_xnos:
            raise WrongStateError(
                "nobody is in the rewards pool: a fee now would set its rate to 0 for ever; let a staker enter first",
                address=str(pool.address),
            )
        adding = add_fee_ix(authority=context.signer.address, amount=amount, network=context.network)
        return await context.execute([adding])
