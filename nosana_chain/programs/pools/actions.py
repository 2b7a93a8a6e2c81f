"""Actions of those who open pools, and of those whom pools pay."""

from __future__ import annotations

from dataclasses import asdict

from nosana_chain.addresses import AddressLike, as_address, as_address_if_given
from nosana_chain.engine.action import Action
from nosana_chain.engine.following.watch import Watch
from nosana_chain.models.pool import Pool
from nosana_chain.models.receipt import Receipt
from nosana_chain.programs.acting import Actions
from nosana_chain.programs.amounts import something
from nosana_chain.programs.pools.events import PoolEvent
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
from nosana_chain.programs.pools.watching import watch_pool
from nosana_chain.units import u64


class Pools(Actions):
    """Pools: vesting for a wallet, and fees for all stakers.

    Every write is an `Action`: `await` it, or keep it and ask for its quote first.
    """

    async def fetch_pool(self, address: AddressLike) -> Pool:
        """The pool at `address`; NotFoundError if there is none. Network: 1 call."""
        address = as_address(address, "address")
        return await POOL.fetch(self._engine.connection, address)

    def watch_pool(self, pool: AddressLike, *, since: str | None = None) -> Watch[PoolEvent]:
        """What happens to a pool, as it happens: docs/following.md.

        Args:
            pool: the pool; it may come to be only later.
            since: `event.cursor` or `watch.cursor`, of any process.

        Network: 1 call a look (every 10 s with a socket, or when it tells of something; every 2 s without), 1 for each
        transaction that names it or its vault, and 1 at first.

        Raises:
            CursorError: on the first wait: `since` is no cursor, or of another cluster or pool.
            NoHistoryError: on a wait: the endpoint doesn't list transactions, or not as far back as `since`.
        """
        return watch_pool(self._engine, as_address(pool, "pool"), since=since)

    async def fetch_claim(self, address: AddressLike) -> PoolClaim:
        """A pool with what is due now, and what a claim would pay of it. Network: 1 call.

        Raises:
            NotFoundError: no pool there.
        """
        address = as_address(address, "address")
        return await fetch_pool_claim(self._engine.connection, address)

    async def find_pools(
        self, *, authority: AddressLike | None = None, beneficiary: AddressLike | None = None
    ) -> list[Pool]:
        """All pools, or those of an authority, or those that pay the token account `beneficiary`.

        Network: 1 getProgramAccounts call.
        """
        authority = as_address_if_given(authority, "authority")
        beneficiary = as_address_if_given(beneficiary, "beneficiary")
        return await find_pools(self._engine.connection, authority=authority, beneficiary=beneficiary)

    def open_vesting_pool(
        self,
        terms: PoolTerms,
        *,
        beneficiary: AddressLike,
        deposit: int = 0,
        mint: AddressLike | None = None,
        idempotency_key: str | None = None,
        strict_key: bool = False,
    ) -> Action[OpenedPool]:
        """Open a pool that pays a wallet, and fill it, in one transaction.

        Args:
            terms: emission, start, and whether the pool may be closed early.
            beneficiary: the wallet; its token account is created if it has none.
            deposit: base units that move from this wallet to the pool's vault, 0 to 2**64-1.
            mint: of the tokens. Default: NOS.
            idempotency_key: what the pool is for, such as an order's id. The same key again, after a crash or on
                another machine, gives the pool that is there and sends nothing; its address follows from the wallet
                and the key.
            strict_key: refuse a key that no journal knows where the endpoint's history is shorter than 30 days.

        Network: 1 call and 1 transaction; with a key that the journal doesn't know, 1 call more. Safe to retry: the
        same action, and the same key, yes: it is one pool however often it is asked for. Another call without a key
        opens and fills another pool: after OutcomeUnknownError come back with the error's `idempotency_key`, or look at
        its `pool`.

        Raises:
            AmountError: the deposit is out of range.
            InsufficientFundsError: the wallet's tokens or SOL don't cover it.
            AlreadyDoneError: the key's pool was opened, and is closed again.
            TermsDifferError: the key stands for a pool with other terms.
        """
        beneficiary = as_address(beneficiary, "beneficiary")
        mint = as_address_if_given(mint, "mint")
        opening = Opening(
            terms=terms, mint=mint or self._engine.network.nos_mint, pays=beneficiary, deposit=u64(deposit, "deposit")
        )
        return self._open("open_vesting_pool", opening, idempotency_key, strict_key=strict_key)

    def open_fee_pool(
        self, terms: PoolTerms, *, deposit: int = 0, idempotency_key: str | None = None, strict_key: bool = False
    ) -> Action[OpenedPool]:
        """Open a pool that pays NOS to all members of the rewards pool, and fill it, in one transaction.

        Args:
            terms: emission, start, and whether the pool may be closed early.
            deposit: NOS base units that move from this wallet to the pool's vault, 0 to 2**64-1.
            idempotency_key: as for `open_vesting_pool`.
            strict_key: likewise.

        Network: 1 call and 1 transaction. Safe to retry: as for `open_vesting_pool`.

        Raises:
            AmountError: the deposit is out of range.
            InsufficientFundsError: the wallet's NOS or SOL don't cover it.
            AlreadyDoneError: the key's pool was opened, and is closed again.
            TermsDifferError: the key stands for a pool with other terms.
        """
        opening = Opening(terms=terms, mint=self._engine.network.nos_mint, pays=None, deposit=u64(deposit, "deposit"))
        return self._open("open_fee_pool", opening, idempotency_key, strict_key=strict_key)

    def fund_pool(self, address: AddressLike, *, amount: int, idempotency_key: str | None = None) -> Action[Receipt]:
        """Move `amount` base units (1 to 2**64-1) from the wallet to a pool's vault. Anyone may.

        Args:
            address: the pool.
            amount: base units, 1 to 2**64-1.
            idempotency_key: what it is for, such as an order's id. The same key again sends nothing: the journal tells.

        Network: 1 call and 1 transaction, 1 call more for a pool of another mint than NOS. Safe to retry: the same
        action, and the same key, yes: it pays once however often it is asked for; another call without a key pays
        again.

        Raises:
            NotFoundError: no pool there.
            AmountError: the amount is out of range.
            InsufficientFundsError: the wallet's tokens don't cover it.
            AlreadyDoneError: it was done under this key before; the error has the transaction's `signature`.
            TermsDifferError: the key stands for something else.
            ConfigError: a key without a journal, which would have to know it.
        """
        address = as_address(address, "address")
        something(amount, "funding a pool with nothing changes nothing; say how many base units to add")
        return self._action(
            "fund_pool",
            lambda: plan_fund_pool(address, amount=amount, owner=self._own, network=self._network),
            terms={"pool": address, "amount": amount},
            idempotency_key=idempotency_key,
        )

    def claim_pool(self, address: AddressLike, *, force: bool = False) -> Action[ClaimedPool]:
        """Pay what is due to the pool's beneficiary, whichever kind it is. Anyone may.

        A claim of fees that would count without paying (`PoolClaim.forfeited`) is refused, unless `force` is set.

        Network: 1 call and 1 transaction. Safe to retry: yes, what was paid is not due again.

        Raises:
            NotFoundError: no pool there.
            WrongStateError: a claim now would count without paying, or nobody is in the rewards pool.
            NothingDueError: less than one second's emission is due, or in the vault; `due_at` says when it will pay.
            WrongClaimType: a pool of unknown type, which never pays.
        """
        address = as_address(address, "address")
        return self._action(
            "claim_pool",
            lambda: plan_claim_pool(address, force=force, owner=self._own, network=self._network),
            terms={"pool": address},
        )

    def close_pool(self, address: AddressLike) -> Action[ClosedPool]:
        """Close a pool; the wallet gets all tokens of the vault, what is due and unclaimed included, and the rent.

        Network: 1 call and 1 transaction. Safe to retry: yes, a pool closes once.

        Raises:
            NotFoundError: no pool there.
            Unauthorized: the wallet is not the pool's authority.
            NotCloseable: the vault isn't empty, and the pool was opened to stay.
        """
        address = as_address(address, "address")
        return self._action(
            "close_pool",
            lambda: plan_close_pool(address, owner=self._own, network=self._network),
            terms={"pool": address},
        )

    def change_beneficiary(self, address: AddressLike, *, to: AddressLike) -> Action[Receipt]:
        """Let a pool pay the wallet `to` from now on; its token account is created if it has none.

        The owner of the present beneficiary account decides that, not the pool's authority.

        Network: 1 call and 1 transaction. Safe to retry: yes, it is refused once done.

        Raises:
            NotFoundError: no pool there.
            ConstraintTokenOwner: the present beneficiary account is not the wallet's.
        """
        address = as_address(address, "address")
        to = as_address(to, "to")
        return self._action(
            "change_beneficiary",
            lambda: plan_change_beneficiary(address, to=to, owner=self._own, network=self._network),
            terms={"pool": address, "to": to},
        )

    def _open(self, name: str, opening: Opening, key: str | None, *, strict_key: bool) -> Action[OpenedPool]:
        return self._action(
            name,
            lambda pool: plan_open_pool(opening, pool=pool, owner=self._own, network=self._network),
            terms={"mint": opening.mint, "pays": opening.pays, "deposit": opening.deposit, **asdict(opening.terms)},
            makes_account=True,
            idempotency_key=key,
            strict_key=strict_key,
        )
