"""Actions of those who set distributors up and wind them down."""

from __future__ import annotations

from dataclasses import dataclass

from solders.pubkey import Pubkey

from nosana_chain import pda
from nosana_chain.models.receipt import Receipt
from nosana_chain.programs.context import Context
from nosana_chain.programs.distributor.instructions import (
    clawback_ix,
    close_claim_status_ix,
    close_distributor_ix,
    new_distributor_ix,
    set_admin_ix,
    set_clawback_receiver_ix,
    set_enable_slot_ix,
)
from nosana_chain.programs.distributor.queries import DISTRIBUTOR
from nosana_chain.programs.distributor.terms import DistributorTerms
from nosana_chain.programs.token_accounts import create_token_account_ix, transfer_ix


@dataclass(frozen=True, slots=True, kw_only=True)
class CreatedDistributor:
    """A distributor that now exists."""

    receipt: Receipt
    distributor: Pubkey


class DistributorAdmin:
    """Merkle distributors, for their administrator, which is the wallet."""

    def __init__(self, context: Context) -> None:
        self._context = context

    async def create_distributor(
        self, terms: DistributorTerms, *, mint: Pubkey, deposit: int = 0, clawback_to: Pubkey | None = None
    ) -> CreatedDistributor:
        """Create a distributor with its vault, and fill it, in one transaction.

        Args:
            terms: see `DistributorTerms.for_tree`.
            mint: of the tokens.
            deposit: base units that move from the wallet to the vault, 0 to 2**64-1. All claims together need
                `max_total_claim`.
            clawback_to: wallet that gets what is clawed back; its token account is created if it has none. Default:
                this one.

        Network: 1 transaction. Safe to retry: yes, a version of a mint is created once.

        Raises:
            AmountError: the deposit is out of range.
            TimestampsNotInFuture: the end is past.
            ConstraintAddress: the build of the program knows another administrator.
            InsufficientFundsError: the wallet's tokens or SOL don't cover it.
        """
        context, admin = self._context, self._context.signer.address
        receiver = clawback_to or admin
        distributor = pda.distributor_address(mint, version=terms.version, network=context.network)
        vault, purse = (pda.token_account_address(owner, mint=mint) for owner in (distributor, admin))
        creation = new_distributor_ix(
            mint=mint,
            terms=terms,
            clawback_receiver=pda.token_account_address(receiver, mint=mint),
            admin=admin,
            network=context.network,
        )
        accounts = [create_token_account_ix(owner=owner, mint=mint, payer=admin) for owner in (distributor, receiver)]
        filling = [transfer_ix(source=purse, target=vault, owner=admin, amount=deposit)] if deposit else []
        receipt = await context.execute([*accounts, creation, *filling])
        return CreatedDistributor(receipt=receipt, distributor=distributor)

    async def set_enable_slot(self, distributor: Pubkey, *, slot: int) -> Receipt:
        """Let claims be possible from a slot (not block height) on, 0 to 2**64-1, past or future.

        Network: 1 transaction. Safe to retry: yes.

        Raises:
            AmountError: the slot is out of range.
            ConstraintHasOne: the wallet isn't the distributor's admin.
        """
        context, admin = self._context, self._context.signer.address
        change = set_enable_slot_ix(distributor=distributor, enable_slot=slot, admin=admin, network=context.network)
        return await context.execute([change])

    async def set_clawback_receiver(self, distributor: Pubkey, *, to: Pubkey) -> Receipt:
        """Let a clawback pay the wallet `to`; its token account is created if it has none.

        Network: 1 call and 1 transaction. Safe to retry: yes, it is refused once done (SameClawbackReceiver).

        Raises:
            NotFoundError: no distributor there.
            Unauthorized: the wallet isn't the distributor's admin.
        """
        context, admin = self._context, self._context.signer.address
        mint = (await DISTRIBUTOR.fetch(context.connection, distributor)).mint
        change = set_clawback_receiver_ix(
            distributor=distributor,
            new_clawback_account=pda.token_account_address(to, mint=mint),
            admin=admin,
            network=context.network,
        )
        return await context.execute([create_token_account_ix(owner=to, mint=mint, payer=admin), change])

    async def set_admin(self, distributor: Pubkey, *, to: Pubkey) -> Receipt:
        """Hand a distributor over to another wallet, which need not agree: **only that wallet can undo it**.

        Network: 1 transaction. Safe to retry: yes, it is refused once done.

        Raises:
            Unauthorized: the wallet isn't the distributor's admin.
            SameAdmin: it would stay the same.
        """
        context, admin = self._context, self._context.signer.address
        change = set_admin_ix(distributor=distributor, admin=admin, new_admin=to, network=context.network)
        return await context.execute([change])

    async def claw_back(self, distributor: Pubkey) -> Receipt:
        """Send all that is left to the clawback receiver, which ends all claims. Anyone may, once the time has come.

        Network: 1 call and 1 transaction. Safe to retry: yes, it is refused once done (ClawbackAlreadyClaimed).

        Raises:
            NotFoundError: no distributor there.
            ClawbackBeforeStart: the clawback time has not come.
        """
        context = self._context
        terms = await DISTRIBUTOR.fetch(context.connection, distributor)
        clawback = clawback_ix(
            distributor=distributor,
            mint=terms.mint,
            to=terms.clawback_receiver,
            claimant=context.signer.address,
            network=context.network,
        )
        return await context.execute([clawback])

    async def close_distributor(self, distributor: Pubkey) -> Receipt:
        """Close a closable distributor; the wallet gets **all tokens that are left** and the rent.

        The vault account stays, empty.

        Network: 1 call and 1 transaction. Safe to retry: yes, a distributor closes once.

        Raises:
            NotFoundError: no distributor there.
            ConstraintHasOne: the wallet isn't the distributor's admin.
            CannotCloseDistributor: it was created to stay.
        """
        context, admin = self._context, self._context.signer.address
        mint = (await DISTRIBUTOR.fetch(context.connection, distributor)).mint
        closing = close_distributor_ix(
            distributor=distributor,
            mint=mint,
            destination_token_account=pda.token_account_address(admin, mint=mint),
            admin=admin,
            network=context.network,
        )
        return await context.execute([create_token_account_ix(owner=admin, mint=mint, payer=admin), closing])

    async def close_claim_status(self, distributor: Pubkey, *, claimant: Pubkey) -> Receipt:
        """Close the record of a claim. The program's public source **always aborts** here; a build may do otherwise.

        Network: 1 transaction. Safe to retry: yes, it closes at most once.

        Raises:
            CannotCloseClaimStatus: the distributor was created to stay.
            TransactionFailedError: the program aborted.
        """
        context, admin = self._context, self._context.signer.address
        closing = close_claim_status_ix(
            distributor=distributor, claimant=claimant, admin=admin, network=context.network
        )
        return await context.execute([closing])
