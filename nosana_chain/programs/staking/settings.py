"""Actions of the slashing authority, and the creation of the staking program's settings."""

from __future__ import annotations

from solders.pubkey import Pubkey

from nosana_chain import pda
from nosana_chain.models.receipt import Receipt
from nosana_chain.models.stake import StakingSettings
from nosana_chain.programs.context import Context
from nosana_chain.programs.staking.instructions import init_ix, slash_ix, update_settings_ix
from nosana_chain.programs.staking.queries import SETTINGS


class StakingAuthority:
    """The staking program's settings, and slashing by the authority that they name."""

    def __init__(self, context: Context) -> None:
        self._context = context

    async def fetch_settings(self) -> StakingSettings:
        """Who may slash, and where slashed NOS go. Network: 1 call."""
        connection = self._context.connection
        return await SETTINGS.fetch(connection, pda.settings_address(network=connection.network))

    async def init_settings(self) -> Receipt:
        """Create the settings, once per cluster; the program names its built-in authority, the wallet pays the rent.

        Network: 1 transaction. Safe to retry: yes, it can only be done once.
        """
        context = self._context
        return await context.execute([init_ix(authority=context.signer.address, network=context.network)])

    async def slash(self, staker: Pubkey, *, amount: int) -> Receipt:
        """Take `amount` NOS base units out of the stake of `staker`; they go to the settings' token account.

        Network: 1 call and 1 transaction. Safe to retry: no, every call takes again.

        Raises:
            AmountError: amount not 0 to 2**64-1.
            AmountNotEnough: the stake is smaller than that.
            Unauthorized: the wallet isn't the settings' authority.
        """
        context, settings = self._context, await self.fetch_settings()
        slashing = slash_ix(
            staker=staker,
            amount=amount,
            token_account=settings.token_account,
            authority=context.signer.address,
            network=context.network,
        )
        return await context.execute([slashing])

    async def update_settings(self, *, authority: Pubkey | None = None, token_account: Pubkey | None = None) -> Receipt:
        """Hand slashing over to another `authority`, or its takings to another NOS `token_account`; keep the rest.

        Network: 1 call and 1 transaction. Safe to retry: yes, while the wallet is the authority.

        Raises:
            ConstraintTokenMint: the token account isn't for NOS.
            Unauthorized: the wallet isn't the settings' authority.
        """
        context, settings = self._context, await self.fetch_settings()
        updating = update_settings_ix(
            new_authority=authority or settings.authority,
            token_account=token_account or settings.token_account,
            authority=context.signer.address,
            network=context.network,
        )
        return await context.execute([updating])
