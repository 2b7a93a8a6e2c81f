"""Actions on durable nonces."""

from __future__ import annotations

from nosana_chain.addresses import AddressLike, as_address
from nosana_chain.engine.action import Action
from nosana_chain.engine.looking import see
from nosana_chain.engine.nonces import fetch_seen_nonce
from nosana_chain.models.nonce import Nonce
from nosana_chain.models.receipt import Receipt
from nosana_chain.programs.acting import Actions
from nosana_chain.programs.nonces.plans import plan_advance_nonce, plan_create_nonce, plan_withdraw_nonce
from nosana_chain.programs.nonces.queries import search_nonces
from nosana_chain.programs.nonces.results import CreatedNonce
from nosana_chain.programs.paying import roles_of
from nosana_chain.units import u64
from nosana_chain.wallet import Signer


class Nonces(Actions):
    """Durable nonces, for transactions whose signatures take longer than a blockhash lives. The wallet owns them.

    One nonce is for one transaction at a time: whichever lands first, or fails on chain, ends all others that
    live by it.
    """

    async def fetch_nonce(self, address: AddressLike) -> Nonce:
        """The nonce at `address`. Network: 1 call.

        Raises:
            NotFoundError: nothing is there, or another kind of account.
        """
        return (await fetch_seen_nonce(self._engine.connection, as_address(address, "address"))).nonce

    async def find_nonces(self, *, authority: AddressLike | None = None) -> list[Nonce]:
        """Every nonce that `authority` (default: the wallet) may advance and withdraw.

        Network: 1 getProgramAccounts call for accounts of the system program, which most public endpoints refuse.
        """
        owner = self._engine.signer.address if authority is None else as_address(authority, "authority")
        return await see(self._engine.connection, search_nonces(owner))

    def create_nonce(self, *, payer: Signer | None = None, idempotency_key: str | None = None) -> Action[CreatedNonce]:
        """Create a nonce; its rent of 0.00144768 SOL comes back when it is withdrawn.

        Args:
            payer: pays the rent and signs too; default: the wallet.
            idempotency_key: the same key again gives the nonce that is there.

        Network: 1 call and 1 transaction. Safe to retry: the same action, and the same key, yes.
        """
        roles = roles_of(self._engine, payer)
        return self._action(
            "create_nonce",
            lambda account: plan_create_nonce(account=account, roles=roles),
            makes_account=True,
            idempotency_key=idempotency_key,
            payer=roles.other_payer,
        )

    def advance_nonce(self, address: AddressLike) -> Action[Receipt]:
        """Give a nonce another value: what was signed by the present one can never land any more, once that is final.

        Network: 1 call and 1 transaction. Safe to retry: yes, it spends a fee.

        Raises:
            NotFoundError: no nonce there.
            WrongStateError: it is another wallet's.
            TransactionFailedError: Custom(7): it was made or advanced in this very block; a slot later it works.
        """
        nonce = as_address(address, "address")
        return self._action(
            "advance_nonce",
            lambda: plan_advance_nonce(nonce, wallet=self._own),
            terms={"nonce": nonce},
        )

    def withdraw_nonce(
        self, address: AddressLike, *, lamports: int | None = None, to: AddressLike | None = None
    ) -> Action[Receipt]:
        """Take lamports out of a nonce. By default all of them, which closes it and ends what lives by it.

        Args:
            address: the nonce.
            lamports: how many; what is left must cover its rent.
            to: who gets them; default: the wallet.

        Network: 1 call and 1 transaction. Safe to retry: yes for all of them; a part is taken once by the same action.

        Raises:
            NotFoundError: no nonce there.
            WrongStateError: it is another wallet's.
            InsufficientFundsError: what is left would not cover its rent.
        """
        nonce = as_address(address, "address")
        target = None if to is None else as_address(to, "to")
        amount = None if lamports is None else u64(lamports, "lamports")
        return self._action(
            "withdraw_nonce",
            lambda: plan_withdraw_nonce(nonce, lamports=amount, to=target, wallet=self._own),
            terms={"nonce": nonce, "lamports": amount, "to": target},
        )
