"""Actions of token holders: stake, top up, extend, unstake, restake, withdraw, close."""

from __future__ import annotations

from nosana_chain.addresses import AddressLike
from nosana_chain.engine.action import Action
from nosana_chain.engine.following.watch import Watch
from nosana_chain.models.receipt import Receipt
from nosana_chain.models.stake import Stake
from nosana_chain.programs.acting import Actions
from nosana_chain.programs.amounts import something
from nosana_chain.programs.staking.events import StakeEvent
from nosana_chain.programs.staking.formulas import Unlocking, withdrawable
from nosana_chain.programs.staking.plans.stakers import (
    plan_close_stake,
    plan_extend,
    plan_restake,
    plan_stake,
    plan_topup,
    plan_unstake,
    plan_withdraw,
)
from nosana_chain.programs.staking.queries import STAKE, fetch_stake, fetch_stake_with_vault
from nosana_chain.programs.staking.results import Restaked, Unstaked, Withdrawn
from nosana_chain.programs.staking.terms import StakeTerms
from nosana_chain.programs.staking.watching import watch_stake
from nosana_chain.units import NosUnits, UnixSeconds, i64


class Stakes(Actions):
    """Stakes: one per wallet.

    Every write is an `Action`: `await` it, or keep it and ask for its quote first.
    """

    async def fetch_stake(self, *, authority: AddressLike | None = None) -> Stake:
        """The stake of `authority` (default: the wallet); NoStakeError if there is none. Network: 1 call."""
        return await fetch_stake(self._engine.connection, self._or_own(authority, "authority"))

    def watch_stake(self, *, authority: AddressLike | None = None, since: str | None = None) -> Watch[StakeEvent]:
        """What happens to the stake of `authority` (default: the wallet), as it happens: docs/following.md.

        Args:
            authority: the wallet; it may come to stake only later.
            since: `event.cursor` or `watch.cursor`, of any process.

        Network: 1 call a look (every 10 s with a socket, or when it tells of something; every 2 s without), 1 for each
        transaction that names it, and 1 at first.

        Raises:
            CursorError: on the first wait: `since` is no cursor, or of another cluster or stake.
            NoHistoryError: on a wait: the endpoint doesn't list transactions, or not as far back as `since`.
        """
        return watch_stake(self._engine, self._or_own(authority, "authority"), since=since)

    async def find_stakes(self) -> list[Stake]:
        """Every stake of the cluster. Network: 1 getProgramAccounts call."""
        return await STAKE.find(self._engine.connection)

    async def fetch_withdrawable(
        self, *, authority: AddressLike | None = None, at: UnixSeconds | None = None
    ) -> NosUnits:
        """NOS base units that `withdraw` would pay at a time (default: now), if nothing is withdrawn before.

        Network: 1 call.

        Raises:
            NoStakeError: there is no stake.
        """
        owner = self._or_own(authority, "authority")
        stake, held, clock = await fetch_stake_with_vault(self._engine.connection, owner)
        return withdrawable(stake, vault_balance=held, now=clock.unix_time if at is None else at)

    async def fetch_unlocking(self, *, authority: AddressLike | None = None) -> Unlocking:
        """The stake of `authority` (default: the wallet) with its dates, and what can be withdrawn on any day.

        Network: 1 call.

        Raises:
            NoStakeError: there is no stake.
        """
        owner = self._or_own(authority, "authority")
        stake, held, clock = await fetch_stake_with_vault(self._engine.connection, owner)
        return Unlocking(stake=stake, vault_balance=held, now=clock.unix_time)

    def stake(self, amount: int, *, duration: int) -> Action[Receipt]:
        """Lock `amount` NOS base units for `duration` seconds after unstaking.

        Network: 1 call and 1 transaction. Safe to retry: yes, a wallet has one stake.

        Raises:
            AmountError: amount not 1 to 2**64-1, or duration not 14 to 365 days.
            AlreadyExistsError: the wallet has a stake.
            InsufficientFundsError: the wallet's NOS or SOL don't cover it.
        """
        terms = StakeTerms(amount=amount, duration=duration)
        return self._action(
            "stake",
            lambda: plan_stake(terms, owner=self._own, network=self._network),
            terms={"amount": amount, "duration": duration},
        )

    def topup(self, amount: int, *, idempotency_key: str | None = None) -> Action[Receipt]:
        """Add `amount` NOS base units to the stake, and to its weight in the rewards pool if the wallet is in it.

        Args:
            amount: base units, 1 to 2**64-1.
            idempotency_key: what it is for, such as an order's id. The same key again sends nothing: the journal tells.

        Network: 1 call and 1 transaction. Safe to retry: the same action, and the same key, yes: it pays once however
        often it is asked for; another call without a key pays again.

        Raises:
            NoStakeError: the wallet has no stake.
            AmountError: amount not 1 to 2**64-1.
            AlreadyUnstaked: the stake is being unstaked; `restake` comes first.
            InsufficientFundsError: the wallet's NOS don't cover it.
            AlreadyDoneError: it was done under this key before; the error has the transaction's `signature`.
            TermsDifferError: the key stands for something else.
            ConfigError: a key without a journal, which would have to know it.
        """
        something(amount, "a top-up of 0 NOS changes nothing; say how many base units to add")
        return self._action(
            "topup",
            lambda: plan_topup(amount, owner=self._own, network=self._network),
            terms={"amount": amount},
            idempotency_key=idempotency_key,
        )

    def extend(self, *, by: int, idempotency_key: str | None = None) -> Action[Receipt]:
        """Lengthen the stake's duration by `by` seconds, up to 365 days in all; its weight grows with it.

        Args:
            by: seconds more, 1 or more.
            idempotency_key: what it is for, such as an order's id. The same key again sends nothing: the journal tells.

        Network: 1 call and 1 transaction. Safe to retry: the same action, and the same key, yes; another call without
        a key adds again.

        Raises:
            NoStakeError: the wallet has no stake.
            AmountError: `by` below 1, or the sum above 365 days.
            AlreadyUnstaked: the stake is being unstaked.
            AlreadyDoneError: it was done under this key before; the error has the transaction's `signature`.
            TermsDifferError: the key stands for something else.
            ConfigError: a key without a journal, which would have to know it.
        """
        i64(by, "by, in seconds", minimum=1)
        return self._action(
            "extend",
            lambda: plan_extend(by, owner=self._own, network=self._network),
            terms={"by": by},
            idempotency_key=idempotency_key,
        )

    def unstake(self) -> Action[Unstaked]:
        """Begin to unlock the stake, in one transaction with leaving the rewards pool.

        A wallet in the pool claims its rewards and leaves first: they would be lost otherwise.

        Network: 1 call and 1 transaction, once more when the wallet enters or leaves the pool in the same moment.

        Safe to retry: yes (AlreadyUnstaked).

        Raises:
            NoStakeError: the wallet has no stake.
            AlreadyUnstaked: it is being unstaked.
        """
        return self._action("unstake", lambda: plan_unstake(owner=self._own, network=self._network))

    def restake(self) -> Action[Restaked]:
        """Undo unstaking: what the vault still holds is staked again, for the same duration from its start.

        Network: 1 call and 1 transaction. Safe to retry: yes (AlreadyStaked).

        Raises:
            NoStakeError: the wallet has no stake.
            AlreadyStaked: the stake isn't being unstaked.
            WrongStateError: the vault is empty: the stake would weigh nothing.
        """
        return self._action("restake", lambda: plan_restake(owner=self._own, network=self._network))

    def withdraw(self) -> Action[Withdrawn]:
        """Take out what has unlocked so far; all of it once the duration has passed since unstaking.

        Network: 1 call and 1 transaction. Safe to retry: yes, what was paid has left the stake.

        Raises:
            NoStakeError: the wallet has no stake.
            NotUnstaked: `unstake` comes first.
            NothingDueError: nothing has unlocked yet, or all was withdrawn; `due_at` says when something will be.
                Tokens that somebody sent straight to the vault block it until all unlocks; `restake` takes them into
                the stake.
        """
        return self._action("withdraw", lambda: plan_withdraw(owner=self._own, network=self._network))

    def close_stake(self) -> Action[Receipt]:
        """Close the unlocked and empty stake and its vault, and get their rent back.

        Network: 1 call and 1 transaction. Safe to retry: yes, a stake closes once.

        Raises:
            NoStakeError: the wallet has no stake.
            Locked: the duration has not passed since unstaking.
            VaultNotEmpty: `withdraw` comes first.
        """
        return self._action("close_stake", lambda: plan_close_stake(owner=self._own, network=self._network))
