"""Actions of those who open pools, and of those whom pools pay."""

from __future__ import annotations

from solders.pubkey import Pubkey

from nosana_chain.engine.action import Action
from nosana_chain.engine.engine import Engine
from nosana_chain.models.pool import Pool
from nosana_chain.models.receipt import Receipt
from nosana_chain.programs.amounts import something
from nosana_chain.programs.pools.formulas import PoolClaim
from nosana_chain.programs.pools.plans import (
    Opening,
    plan_change_beneficiary,
    plan_claim_pool,
    plan_close_pool,
    plan_fund_pool,
    plan_open_pool,
)
from nosana_chain.programs.pools.queries import POOL, fetch_pool_claim, find_pools
from nosana_chain.programs.pools.results import ClaimedPool, ClosedPool, OpenedPool
from nosana_chain.programs.pools.terms import PoolTerms
from nosana_chain.units import u64
from nosana_chain.wallet import Wallet


class Pools:
    """Pools: vesting for a wallet, and fees for all stakers.

    Every write is an `Action`: `await` it, or keep it and ask for its quote first.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    async def fetch_pool(self, address: Pubkey) -> Pool:
        """The pool at `address`; NotFoundError if there is none. Network: 1 call."""
        return await POOL.fetch(self._engine.connection, address)

    async def fetch_claim(self, address: Pubkey) -> PoolClaim:
        """A pool with what is due now, and what a claim would pay of it. Network: 1 call.

        Raises:
            NotFoundError: no pool there.
        """
        return await fetch_pool_claim(self._engine.connection, address)

    async def find_pools(self, *, authority: Pubkey | None = None, beneficiary: Pubkey | None = None) -> list[Pool]:
        """All pools, or those of an authority, or those that pay the token account `beneficiary`.

        Network: 1 getProgramAccounts call.
        """
        return await find_pools(self._engine.connection, authority=authority, beneficiary=beneficiary)

    def open_vesting_pool(
        self, terms: PoolTerms, *, beneficiary: Pubkey, deposit: int = 0, mint: Pubkey | None = None
    ) -> Action[OpenedPool]:
        """Open a pool that pays a wallet, and fill it, in one transaction.

        Args:
            terms: emission, start, and whether the pool may be closed early.
            beneficiary: the wallet; its token account is created if it has none.
            deposit: base units that move from this wallet to the pool's vault, 0 to 2**64-1.
            mint: of the tokens. Default: NOS.

        Network: 1 call and 1 transaction. Safe to retry: the same action, yes, it is one pool however often it is
        awaited; another call of this method opens and fills another pool: after OutcomeUnknownError look at the error's
        `pool` first.

        Raises:
            AmountError: the deposit is out of range.
            InsufficientFundsError: the wallet's tokens or SOL don't cover it.
        """
        return self._open("open_vesting_pool", terms, mint=mint, pays=beneficiary, deposit=deposit)

    def open_fee_pool(self, terms: PoolTerms, *, deposit: int = 0) -> Action[OpenedPool]:
        """Open a pool that pays NOS to all members of the rewards pool, and fill it, in one transaction.

        Args:
            terms: emission, start, and whether the pool may be closed early.
            deposit: NOS base units that move from this wallet to the pool's vault, 0 to 2**64-1.

        Network: 1 call and 1 transaction. Safe to retry: as for `open_vesting_pool`.

        Raises:
            AmountError: the deposit is out of range.
            InsufficientFundsError: the wallet's NOS or SOL don't cover it.
        """
        return self._open("open_fee_pool", terms, mint=None, pays=None, deposit=deposit)

    def fund_pool(self, address: Pubkey, *, amount: int) -> Action[Receipt]:
        """Move `amount` base units (1 to 2**64-1) from the wallet to a pool's vault. Anyone may.

        Network: 1 call and 1 transaction, 1 call more for a pool of another mint than NOS. Safe to retry: the same
        action, yes, it pays once however often it is awaited; another call of this method pays again.

        Raises:
            NotFoundError: no pool there.
            AmountError: the amount is out of range.
            InsufficientFundsError: the wallet's tokens don't cover it.
        """
        something(amount, "funding a pool with nothing changes nothing; say how many base units to add")
        engine, owner = self._engine, self._engine.signer.address
        return Action(
            engine,
            lambda: plan_fund_pool(address, amount=amount, owner=owner, network=engine.network),
            name="fund_pool",
            terms={"pool": address, "amount": amount},
        )

    def claim_pool(self, address: Pubkey, *, force: bool = False) -> Action[ClaimedPool]:
        """Pay what is due to the pool's beneficiary, whichever kind it is. Anyone may.

        A claim of fees that would count without paying (`PoolClaim.forfeited`) is refused, unless `force` is set.

        Network: 1 call and 1 transaction. Safe to retry: yes, what was paid is not due again.

        Raises:
            NotFoundError: no pool there.
            WrongStateError: a claim now would count without paying, or nobody is in the rewards pool.
            NothingDueError: less than one second's emission is due, or in the vault; `due_at` says when it will pay.
            WrongClaimType: a pool of unknown type, which never pays.
        """
        engine, owner = self._engine, self._engine.signer.address
        return Action(
            engine,
            lambda: plan_claim_pool(address, force=force, owner=owner, network=engine.network),
            name="claim_pool",
            terms={"pool": address},
        )

    def close_pool(self, address: Pubkey) -> Action[ClosedPool]:
        """Close a pool; the wallet gets all tokens of the vault, what is due and unclaimed included, and the rent.

        Network: 1 call and 1 transaction. Safe to retry: yes, a pool closes once.

        Raises:
            NotFoundError: no pool there.
            Unauthorized: the wallet is not the pool's authority.
            NotCloseable: the vault isn't empty, and the pool was opened to stay.
        """
        engine, owner = self._engine, self._engine.signer.address
        return Action(
            engine,
            lambda: plan_close_pool(address, owner=owner, network=engine.network),
            name="close_pool",
            terms={"pool": address},
        )

    def change_beneficiary(self, address: Pubkey, *, to: Pubkey) -> Action[Receipt]:
        """Let a pool pay the wallet `to` from now on; its token account is created if it has none.

        The owner of the present beneficiary account decides that, not the pool's authority.

        Network: 1 call and 1 transaction. Safe to retry: yes, it is refused once done.

        Raises:
            NotFoundError: no pool there.
            ConstraintTokenOwner: the present beneficiary account is not the wallet's.
        """
        engine, owner = self._engine, self._engine.signer.address
        return Action(
            engine,
            lambda: plan_change_beneficiary(address, to=to, owner=owner, network=engine.network),
            name="change_beneficiary",
            terms={"pool": address, "to": to},
        )

    def _open(
        self, name: str, terms: PoolTerms, *, mint: Pubkey | None, pays: Pubkey | None, deposit: int
    ) -> Action[OpenedPool]:
        engine, owner = self._engine, self._engine.signer.address
        opening = Opening(
            key=Wallet.generate(),
            terms=terms,
            mint=mint or engine.network.nos_mint,
            pays=pays,
            deposit=u64(deposit, "deposit"),
        )
        return Action(
            engine,
            lambda: plan_open_pool(opening, owner=owner, network=engine.network),
            name=name,
            terms={"pool": opening.key.address, "mint": opening.mint, "pays": pays, "deposit": deposit},
        )
