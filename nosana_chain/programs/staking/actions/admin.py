"""Actions of the slashing authority, and the creation of the staking program's settings."""

from __future__ import annotations

from nosana_chain.addresses import AddressLike, as_address, as_address_if_given
from nosana_chain.engine.action import Action
from nosana_chain.models.receipt import Receipt
from nosana_chain.models.stake import StakingSettings
from nosana_chain.programs.acting import Actions
from nosana_chain.programs.amounts import something
from nosana_chain.programs.staking.plans.admin import plan_init_settings, plan_slash, plan_update_settings
from nosana_chain.programs.staking.queries import fetch_settings


class StakingAuthority(Actions):
    """The staking program's settings, and slashing by the authority that they name."""

    async def fetch_settings(self) -> StakingSettings:
        """Who may slash, and where slashed NOS go. Network: 1 call.

        Raises:
            NotFoundError: nobody has created the settings yet.
        """
        return await fetch_settings(self._engine.connection)

    def init_settings(self) -> Action[Receipt]:
        """Create the settings, once per cluster; the program names its built-in authority, the wallet pays the rent.

        Network: 1 call and 1 transaction. Safe to retry: yes, it can only be done once.

        Raises:
            AlreadyExistsError: the cluster has its settings.
        """
        return self._action("init_settings", lambda: plan_init_settings(owner=self._own, network=self._network))

    def slash(self, staker: AddressLike, *, amount: int, idempotency_key: str | None = None) -> Action[Receipt]:
        """Take `amount` NOS base units out of the stake of `staker`; they go to the settings' token account.

        Args:
            staker: whose stake.
            amount: base units, 1 to 2**64-1.
            idempotency_key: what it is for, such as an order's id. The same key again sends nothing: the journal tells.

        Network: 1 call and 1 transaction. Safe to retry: the same action, and the same key, yes; another call without
        a key takes again.

        Raises:
            AmountError: amount not 1 to 2**64-1.
            NotFoundError: the cluster has no settings.
            NoStakeError: `staker` has no stake.
            AmountNotEnough: the stake is smaller than that.
            Unauthorized: the wallet isn't the settings' authority.
            AlreadyDoneError: it was done under this key before; the error has the transaction's `signature`.
            TermsDifferError: the key stands for something else.
            ConfigError: a key without a journal, which would have to know it.
        """
        staker = as_address(staker, "staker")
        something(amount, "slashing 0 NOS changes nothing; say how many base units to take")
        return self._action(
            "slash",
            lambda: plan_slash(staker, amount=amount, admin=self._own, network=self._network),
            terms={"staker": staker, "amount": amount},
            idempotency_key=idempotency_key,
        )

    def update_settings(
        self, *, authority: AddressLike | None = None, token_account: AddressLike | None = None
    ) -> Action[Receipt]:
        """Hand slashing over to another `authority`, or its takings to another NOS `token_account`; keep the rest.

        Network: 1 call and 1 transaction. Safe to retry: yes, while the wallet is the authority.

        Raises:
            NotFoundError: the cluster has no settings.
            ConstraintTokenMint: the token account isn't for NOS.
            Unauthorized: the wallet isn't the settings' authority.
        """
        authority = as_address_if_given(authority, "authority")
        token_account = as_address_if_given(token_account, "token_account")
        return self._action(
            "update_settings",
            lambda: plan_update_settings(
                authority=authority, token_account=token_account, admin=self._own, network=self._network
            ),
            terms={"authority": authority, "token_account": token_account},
        )
