"""Actions of token holders: stake, top up, extend, unstake, restake, withdraw, close."""

from __future__ import annotations

from solders.instruction import Instruction
from solders.pubkey import Pubkey

from nosana_chain import pda
from nosana_chain.errors import AmountError
from nosana_chain.models.receipt import Receipt
from nosana_chain.models.stake import Stake
from nosana_chain.programs.context import Context
from nosana_chain.programs.nos_accounts import missing_nos_accounts, token_balance
from nosana_chain.programs.rewards.instructions import sync_ix
from nosana_chain.programs.rewards.leaving import leaving_ixs
from nosana_chain.programs.rewards.queries import fetch_membership
from nosana_chain.programs.staking.formulas import DURATION_MAX, DURATION_MIN, withdrawable
from nosana_chain.programs.staking.instructions import (
    close_ix,
    extend_ix,
    restake_ix,
    stake_ix,
    topup_ix,
    unstake_ix,
    withdraw_ix,
)
from nosana_chain.programs.staking.queries import STAKE, fetch_stake
from nosana_chain.units import NosUnits, UnixSeconds, u64


class Stakes:
    """Stakes: one per wallet."""

    def __init__(self, context: Context) -> None:
        self._context = context

    async def fetch_stake(self, *, authority: Pubkey | None = None) -> Stake:
        """The stake of `authority` (default: the wallet); NotFoundError if there is none. Network: 1 call."""
        return await fetch_stake(self._context.connection, authority or self._context.signer.address)

    async def find_stakes(self) -> list[Stake]:
        """Every stake of the cluster. Network: 1 getProgramAccounts call."""
        return await STAKE.find(self._context.connection)

    async def fetch_withdrawable(self, *, authority: Pubkey | None = None, at: UnixSeconds | None = None) -> NosUnits:
        """NOS base units that `withdraw` would pay at a time (default: now), if nothing is withdrawn before.

        Network: 1 call, and 1 more for the present time.

        Raises:
            NotFoundError: there is no stake.
        """
        connection = self._context.connection
        owner = authority or self._context.signer.address
        addresses = [find(owner, network=connection.network) for find in (pda.stake_address, pda.stake_vault_address)]
        stake, vault = await connection.fetch_accounts(addresses)
        return withdrawable(
            STAKE.read(connection.network, addresses[0], stake),
            vault_balance=token_balance(vault),
            now=await connection.fetch_clock() if at is None else at,
        )

    async def stake(self, amount: int, *, duration: int) -> Receipt:
        """Lock `amount` NOS base units for `duration` seconds after unstaking.

        Network: 1 call and 1 transaction. Safe to retry: yes, a wallet has one stake.

        Raises:
            AmountError: amount not 1 to 2**64-1, or duration not 14 to 365 days.
            InsufficientFundsError: the wallet's NOS or SOL don't cover it.
        """
        if not u64(amount, "amount"):
            raise AmountError("a stake of 0 NOS would weigh nothing; say how many base units to stake", value=amount)
        _require_duration(duration)
        context, owner = self._context, self._context.signer.address
        staking = stake_ix(authority=owner, amount=amount, duration=duration, network=context.network)
        return await context.execute([*await missing_nos_accounts(context, owner), staking])

    async def topup(self, amount: int) -> Receipt:
        """Add `amount` NOS base units to the stake, and to its weight in the rewards pool if the wallet is in it.

        Network: 1 call and 1 transaction. Safe to retry: no, every call pays again.

        Raises:
            NotFoundError: the wallet has no stake.
            AmountError: amount not 1 to 2**64-1.
            AlreadyUnstaked: the stake is being unstaked; `restake` comes first.
            InsufficientFundsError: the wallet's NOS don't cover it.
        """
        if not u64(amount, "amount"):
            raise AmountError("a top-up of 0 NOS changes nothing; say how many base units to add", value=amount)
        owner, network = self._context.signer.address, self._context.network
        return await self._change(topup_ix(authority=owner, amount=amount, network=network))

    async def extend(self, *, by: int) -> Receipt:
        """Lengthen the stake's duration by `by` seconds, up to 365 days in all; its weight grows with it.

        Network: 2 calls and 1 transaction. Safe to retry: no, every call adds again.

        Raises:
            NotFoundError: the wallet has no stake.
            AmountError: `by` below 1, or the sum above 365 days.
            AlreadyUnstaked: the stake is being unstaked.
        """
        if by < 1:
            raise AmountError(f"can't extend a stake by {by} s; say by how many seconds, 1 or more", value=by)
        _require_duration((await self.fetch_stake()).duration + by)
        owner, network = self._context.signer.address, self._context.network
        return await self._change(extend_ix(authority=owner, duration=by, network=network))

    async def unstake(self) -> Receipt:
        """Begin to unlock the stake, in one transaction with leaving the rewards pool.

        A wallet in the pool claims its rewards and leaves first: they would be lost otherwise.

        Network: 1 call and 1 transaction, 1 call more for a wallet in the pool. Safe to retry: yes (AlreadyUnstaked).

        Raises:
            NotFoundError: the wallet has no stake.
        """
        context, owner = self._context, self._context.signer.address
        leaving = leaving_ixs(await fetch_membership(context.connection, owner), network=context.network)
        preparing = await missing_nos_accounts(context, owner) if leaving else []
        return await context.execute([*preparing, *leaving, unstake_ix(authority=owner, network=context.network)])

    async def restake(self) -> Receipt:
        """Undo unstaking: what the vault still holds is staked again, for the same duration from its start.

        Network: 1 transaction. Safe to retry: yes (AlreadyStaked).

        Raises:
            AlreadyStaked: the stake isn't being unstaked.
        """
        context = self._context
        return await context.execute([restake_ix(authority=context.signer.address, network=context.network)])

    async def withdraw(self) -> Receipt:
        """Take out what has unlocked so far; all of it once the duration has passed since unstaking.

        Network: 1 call and 1 transaction. Safe to retry: yes.

        Raises:
            NotUnstaked: `unstake` comes first.
            VaultEmpty: nothing is left.
            TransactionFailedError: ProgramFailedToComplete, if somebody sent tokens straight to the vault: the program
                aborts then until the whole duration has passed. `restake` takes them into the stake.
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

    async def _change(self, change: Instruction) -> Receipt:
        """Make the stake heavier, and tell the rewards pool in the same transaction."""
        context, owner = self._context, self._context.signer.address
        member = await fetch_membership(context.connection, owner)
        telling = [sync_ix(staker=owner, network=context.network)] if member.is_served else []
        return await context.execute([change, *telling])


def _require_duration(duration: int) -> None:
    if not DURATION_MIN <= duration <= DURATION_MAX:
        raise AmountError(
            f"a duration of {duration} s is out of range: {DURATION_MIN} to {DURATION_MAX} s (14 to 365 days)",
            value=duration,
        )
