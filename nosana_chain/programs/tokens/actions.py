"""Actions on token accounts of any mint."""

from __future__ import annotations

from nosana_chain.addresses import AddressLike, as_address
from nosana_chain.engine.action import Action
from nosana_chain.models.receipt import Receipt
from nosana_chain.models.token_account import TokenAccount
from nosana_chain.programs.acting import Actions
from nosana_chain.programs.tokens.plans import plan_close_token_account
from nosana_chain.programs.tokens.queries import find_token_accounts


class Tokens(Actions):
    """Token accounts of SPL Token: finding them, and closing what is empty."""

    async def find_token_accounts(self, *, owner: AddressLike | None = None) -> list[TokenAccount]:
        """Every token account of `owner` (default: the wallet) of SPL Token, not of Token-2022. Network: 1 call."""
        return await find_token_accounts(self._engine.connection, self._or_own(owner, "owner"))

    def close_token_account(self, address: AddressLike) -> Action[Receipt]:
        """Close an empty token account; the wallet gets its rent of about 0.002 SOL.

        Whoever pays to a wallet's NOS account needs it to exist; the actions here make it again where they need it.

        Network: 1 call and 1 transaction. Safe to retry: yes, an account closes once.

        Raises:
            NotFoundError: no token account there.
            WrongStateError: it isn't empty, or another wallet closes it.
        """
        address, owner = as_address(address, "address"), self._engine.signer.address
        return Action(
            self._engine,
            lambda: plan_close_token_account(address, owner=owner),
            name="close_token_account",
            terms={"token_account": address},
        )
