"""Actions of token holders: stake, unstake, withdraw, close."""

from __future__ import annotations

from solders.instruction import Instruction
from solders.pubkey import Pubkey

from nosana_chain import pda
from nosana_chain.errors import AmountError
from nosana_chain.models.receipt import Receipt
from nosana_chain.models.stake import Stake
from nosana_chain.programs.context import Context
from nosana_chain.programs.nos_accounts import missing_nos_accounts, token_balance
from nosana_chain.programs.rewards.leaving import leaving_ixs
from nosana_chain.programs.rewards.queries import REWARD
from nosana_chain.programs.staking.formulas import DURATION_MAX, DURATION_MIN, withdrawable
from nosana_chain.programs.staking.instructions import close_ix, stake_ix, unstake_ix, withdraw_ix
from nosana_chain.programs.staking.queries import STAKE, fetch_stake
from nosana_chain.units import NosUnits, u64


class Stakes:
    """Stakes: one per wallet."""

    def __init__(self, context: Context) -> None:
        self._context = context

    async def fetch_stake(self, *, authority: Pubkey | None = None) -> Stake:
        """The stake of `authority` (default: the wallet); NotFoundError if there is none. Network: 1 call."""
        return await fetch_stake(self._context.connection, authority or self._context.signer.address)

    async def fetch_withdrawable(self, *, authority: Pubkey | None = None) -> NosUnits:
        """NOS base units that `withdraw` would pay now. Network: 2 calls."""
        connection = self._context.connection
        owner = authority or self._context.signer.address
        addresses = [
            derive(owner, network=connection.network) for derive in (pda.stake_address, pda.stake_vault_address)
        ]
        stake, vault = await connection.fetch_accounts(addresses)
        return withdrawable(
            STAKE.read(connection, addresses[0], stake),
            vault_balance=token_balance(vault),
            now=await connection.fetch_clock(),
        )

    async def stake(self, amount: int, *, duration: int) -> Receipt:
        """Lock `amount` NOS base units for `duration` seconds after unstaking.

        Network: 1 transaction. Safe to retry: yes, a wallet has one stake.

        Raises:
            AmountError: amount not 1 to 2**64-1, or duration not 14 to 365 days.
            InsufficientFundsError: the wallet's NOS or SOL don't cover it.
        """
        if not u64(amount, "amount"):
            raise AmountError("a stake of 0 NOS would weigh nothing; say how many base units to stake", value=amount)
        if not DURATION_MIN <= duration <= DURATION_MAX:
            raise AmountError(
                f"duration is {duration} s; it must be {DURATION_MIN} to {DURATION_MAX} s (14 to 365 days)",
                value=duration,
            )
        context = self._context
        staking = stake_ix(authority=context.signer.address, amount=amount, duration=duration, network=context.network)
        return await context.execute([staking])

    async def unstake(self) -> Receipt:
        """Begin to unlock the stake, in one transaction with leaving the rewards pool.

        A wallet in the pool claims its rewards and leaves first: they would be lost otherwise.

        Network: 2 calls and 1 transaction. Safe to retry: yes (AlreadyUnstaked).

        Raises:
            NotFoundError: the wallet has no stake.
        """
        context, owner = self._context, self._context.signer.address
        leaving = await self._leave_rewards(owner)
        return await context.execute([*leaving, unstake_ix(authority=owner, network=context.network)])

    async def withdraw(self) -> Receipt:
        """Take out what has unlocked so far; all of it once the duration has passed since unstaking.

        Network: 1 call and 1 transaction. Safe to retry: yes.

        Raises:
            NotUnstaked: `unstake` comes first.
            VaultEmpty: nothing is left.
        """
        context, owner = self._context, self._context.signer.address
        taking = withdraw_ix(authority=owner, network=context.network)
        return await context.execute([*await missing_nos_accounts(context, owner), taking])

    async def close_stake(self) -> Receipt:
        """Close the unlocked and empty stake and its vault, and get their rent back.

        Network: 1 call and 1 transaction. Safe to retry: yes.

        Raises:
            Locked: the duration has not passed since unstaking.
            VaultNotEmpty: `withdraw` comes first.
        """
        context, owner = self._context, self._context.signer.address
        closing = close_ix(authority=owner, network=context.network)
        return await context.execute([*await missing_nos_accounts(context, owner), closing])

    async def _leave_rewards(self, owner: Pubkey) -> list[Instruction]:
        context = self._context
        connection, network = context.connection, context.network
        addresses = [derive(owner, network=network) for derive in (pda.stake_address, pda.reward_address)]
        stake_account, reward_account = await connection.fetch_accounts(addresses)
        stake = STAKE.read(connection, addresses[0], stake_account)
        if reward_account is None:
            return []
        reward = REWARD.read(connection, addresses[1], reward_account)
        return [*await missing_nos_accounts(context, owner), *leaving_ixs(stake, reward, network=network)]
