"""Actions of those who open pools, and of those whom pools pay."""

from __future__ import annotations

from dataclasses import dataclass

from solders.instruction import Instruction
from solders.pubkey import Pubkey

from nosana_chain import pda
from nosana_chain.errors import WrongStateError
from nosana_chain.models.pool import ClaimType, Pool
from nosana_chain.models.receipt import Receipt
from nosana_chain.programs.context import Context
from nosana_chain.programs.pools.formulas import PoolClaim
from nosana_chain.programs.pools.instructions import (
    PoolTerms,
    claim_fee_ix,
    claim_transfer_ix,
    close_pool_ix,
    open_pool_ix,
    update_beneficiary_ix,
)
from nosana_chain.programs.pools.queries import POOL, fetch_pool_and_vault, find_pools
from nosana_chain.programs.rewards.queries import require_members
from nosana_chain.programs.token_accounts import create_token_account_ix, transfer_ix
from nosana_chain.units import TokenUnits
from nosana_chain.wallet import Wallet


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenedPool:
    """A pool that now exists."""

    receipt: Receipt
    pool: Pubkey


class Pools:
    """Pools: vesting for a wallet, and fees for all stakers."""

    def __init__(self, context: Context) -> None:
        self._context = context

    async def fetch_pool(self, address: Pubkey) -> Pool:
        """The pool at `address`; NotFoundError if there is none. Network: 1 call."""
        return await POOL.fetch(self._context.connection, address)

    async def fetch_claim(self, address: Pubkey) -> PoolClaim:
        """A pool with what is due now, and what a claim would pay of it. Network: 2 calls.

        Raises:
            NotFoundError: no pool there.
        """
        connection = self._context.connection
        pool, vault = await fetch_pool_and_vault(connection, address)
        return PoolClaim(pool=pool, vault_balance=TokenUnits(vault.amount), now=await connection.fetch_clock())

    async def find_pools(self, *, authority: Pubkey | None = None, beneficiary: Pubkey | None = None) -> list[Pool]:
        """All pools, or those of an authority, or those that pay the token account `beneficiary`.

        Network: 1 getProgramAccounts call.
        """
        return await find_pools(self._context.connection, authority=authority, beneficiary=beneficiary)

    async def open_vesting_pool(
        self, terms: PoolTerms, *, beneficiary: Pubkey, deposit: int = 0, mint: Pubkey | None = None
    ) -> OpenedPool:
        """Open a pool that pays a wallet, and fill it, in one transaction.

        Args:
            terms: emission, start, and whether the pool may be closed early.
            beneficiary: the wallet; its token account is created if it has none.
            deposit: base units that move from this wallet to the pool's vault, 0 to 2**64-1.
            mint: of the tokens. Default: NOS.

        Network: 1 transaction. Safe to retry: no, every call opens and fills another pool; after OutcomeUnknownError
        look for it with `find_pools(authority=...)` first.

        Raises:
            AmountError: the deposit is out of range.
            InsufficientFundsError: the wallet's tokens or SOL don't cover it.
        """
        token = mint or self._context.network.nos_mint
        creation = create_token_account_ix(owner=beneficiary, mint=token, payer=self._context.signer.address)
        account = pda.token_account_address(beneficiary, mint=token)
        return await self._open(
            creation, terms=terms, claim_type=ClaimType.TRANSFER, beneficiary=account, mint=token, deposit=deposit
        )

    async def open_fee_pool(self, terms: PoolTerms, *, deposit: int = 0) -> OpenedPool:
        """Open a pool that pays NOS to all members of the rewards pool, and fill it, in one transaction.

        Args:
            terms: emission, start, and whether the pool may be closed early.
            deposit: NOS base units that move from this wallet to the pool's vault, 0 to 2**64-1.

        Network: 1 transaction. Safe to retry: no, as for `open_vesting_pool`.

        Raises:
            AmountError: the deposit is out of range.
            InsufficientFundsError: the wallet's NOS or SOL don't cover it.
        """
        network = self._context.network
        vault = pda.rewards_vault_address(network=network)
        return await self._open(
            terms=terms, claim_type=ClaimType.ADD_FEE, beneficiary=vault, mint=network.nos_mint, deposit=deposit
        )

    async def fund_pool(self, address: Pubkey, *, amount: int) -> Receipt:
        """Move `amount` base units (0 to 2**64-1) from the wallet to a pool's vault. Anyone may.

        Network: 1 call and 1 transaction. Safe to retry: no, every call pays again.

        Raises:
            NotFoundError: no pool there.
            AmountError: the amount is out of range.
            InsufficientFundsError: the wallet's tokens don't cover it.
        """
        _, vault = await fetch_pool_and_vault(self._context.connection, address)
        return await self._context.execute([self._funding(address, vault.mint, amount)])

    async def claim_pool(self, address: Pubkey, *, force: bool = False) -> Receipt:
        """Pay what is due to the pool's beneficiary, whichever kind it is. Anyone may.

        A claim of fees that would count without paying (`PoolClaim.forfeited`) is refused, unless `force` is set.

        Network: 2 calls and 1 transaction, 1 call more for fees. Safe to retry: yes, what was paid is not due again.

        Raises:
            NotFoundError: no pool there.
            WrongStateError: less than one second's emission of fees can be paid, or nobody is in the rewards pool.
            NotStarted: the pool's start has not passed.
            Underfunded: less than one second's emission can be transferred.
            WrongClaimType: a pool of unknown type, which never pays.
        """
        claim = await self.fetch_claim(address)
        if claim.pool.claim_type is ClaimType.ADD_FEE:
            await require_members(self._context.connection)
            if claim.forfeited and not force:
                raise _forfeiting(claim)
        return await self._context.execute([self._claiming(claim.pool)])

    async def close_pool(self, address: Pubkey) -> Receipt:
        """Close a pool; the wallet gets all tokens of the vault, what is due and unclaimed included, and the rent.

        Network: 1 call and 1 transaction. Safe to retry: yes, a pool closes once.

        Raises:
            NotFoundError: no pool there.
            Unauthorized: the wallet is not the pool's authority.
            NotCloseable: the vault isn't empty, and the pool was opened to stay.
        """
        context, owner = self._context, self._context.signer.address
        _, vault = await fetch_pool_and_vault(context.connection, address)
        closing = close_pool_ix(
            pool=address,
            user=pda.token_account_address(owner, mint=vault.mint),
            authority=owner,
            network=context.network,
        )
        return await context.execute([create_token_account_ix(owner=owner, mint=vault.mint, payer=owner), closing])

    async def change_beneficiary(self, address: Pubkey, *, to: Pubkey) -> Receipt:
        """Let a pool pay the wallet `to` from now on; its token account is created if it has none.

        The owner of the present beneficiary account decides that, not the pool's authority.

        Network: 1 call and 1 transaction. Safe to retry: yes, it is refused once done.

        Raises:
            NotFoundError: no pool there.
            ConstraintTokenOwner: the present beneficiary account is not the wallet's.
        """
        context, owner = self._context, self._context.signer.address
        pool, vault = await fetch_pool_and_vault(context.connection, address)
        change = update_beneficiary_ix(
            pool=address,
            beneficiary=pool.beneficiary,
            new_beneficiary=pda.token_account_address(to, mint=vault.mint),
            authority=owner,
            network=context.network,
        )
        return await context.execute([create_token_account_ix(owner=to, mint=vault.mint, payer=owner), change])

    async def _open(
        self,
        *preparations: Instruction,
        terms: PoolTerms,
        claim_type: ClaimType,
        beneficiary: Pubkey,
        mint: Pubkey,
        deposit: int,
    ) -> OpenedPool:
        context, pool = self._context, Wallet.generate()
        opening = open_pool_ix(
            pool=pool.address,
            authority=context.signer.address,
            beneficiary=beneficiary,
            claim_type=claim_type,
            terms=terms,
            network=context.network,
            mint=mint,
        )
        funding = [self._funding(pool.address, mint, deposit)] if deposit else []
        receipt = await context.execute([*preparations, opening, *funding], signers=[pool])
        return OpenedPool(receipt=receipt, pool=pool.address)

    def _funding(self, pool: Pubkey, mint: Pubkey, amount: int) -> Instruction:
        owner = self._context.signer.address
        return transfer_ix(
            source=pda.token_account_address(owner, mint=mint),
            target=pda.pool_vault_address(pool, network=self._context.network),
            owner=owner,
            amount=amount,
        )

    def _claiming(self, pool: Pool) -> Instruction:
        caller, network = self._context.signer.address, self._context.network
        if pool.claim_type is ClaimType.ADD_FEE:
            return claim_fee_ix(pool=pool.address, authority=caller, network=network)
        return claim_transfer_ix(pool=pool.address, beneficiary=pool.beneficiary, authority=caller, network=network)


def _forfeiting(claim: PoolClaim) -> WrongStateError:
    return WrongStateError(
        f"claiming from pool {claim.pool.address} now would count {claim.forfeited} base units as claimed and pay "
        f"nothing: that is less than one second's emission ({claim.pool.emission}); wait, fund the pool, or force it",
        address=str(claim.pool.address),
        forfeited=claim.forfeited,
    )
