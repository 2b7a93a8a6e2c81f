"""Actions of those who set distributors up and wind them down."""

from __future__ import annotations

from nosana_chain.addresses import AddressLike, as_address
from nosana_chain.engine.action import Action
from nosana_chain.models.receipt import Receipt
from nosana_chain.programs.acting import Actions
from nosana_chain.programs.distributor.plans.admin import (
    Creation,
    plan_claw_back,
    plan_close_claim_status,
    plan_close_distributor,
    plan_create_distributor,
    plan_set_admin,
    plan_set_clawback_receiver,
    plan_set_enable_slot,
)
from nosana_chain.programs.distributor.results import CreatedDistributor, EmptiedDistributor
from nosana_chain.programs.distributor.terms import DistributorTerms
from nosana_chain.units import u64


class DistributorAdmin(Actions):
    """Merkle distributors, for their administrator, which is the wallet.

    Every write is an `Action`: `await` it, or keep it and ask for its quote first.
    """

    def create_distributor(
        self, terms: DistributorTerms, *, mint: AddressLike, deposit: int = 0, clawback_to: AddressLike | None = None
    ) -> Action[CreatedDistributor]:
        """Create a distributor with its vault, and fill it, in one transaction.

        Args:
            terms: see `DistributorTerms.for_tree`.
            mint: of the tokens.
            deposit: base units that move from the wallet to the vault, 0 to 2**64-1. All claims together need
                `max_total_claim`.
            clawback_to: wallet that gets what is clawed back; its token account is created if it has none. Default:
                this one.

        Network: 1 call and 1 transaction. Safe to retry: yes, a version of a mint is created once.

        Raises:
            AmountError: the deposit is out of range.
            AlreadyExistsError: the mint has a distributor of that version.
            TimestampsNotInFuture: the end is past.
            ConstraintAddress: the build of the program knows another administrator.
            InsufficientFundsError: the wallet's tokens or SOL don't cover it.
        """
        mint = as_address(mint, "mint")
        creation = Creation(
            terms=terms, mint=mint, deposit=u64(deposit, "deposit"), receiver=self._or_own(clawback_to, "clawback_to")
        )
        return self._action(
            "create_distributor",
            lambda: plan_create_distributor(creation, admin=self._own, network=self._network),
            terms={"mint": mint, "version": terms.version, "deposit": deposit},
        )

    def set_enable_slot(self, distributor: AddressLike, *, slot: int) -> Action[Receipt]:
        """Let claims be possible from a slot (not block height) on, 0 to 2**64-1, past or future.

        Network: 1 call and 1 transaction. Safe to retry: yes.

        Raises:
            AmountError: the slot is out of range.
            NotFoundError: no distributor there.
            ConstraintHasOne: the wallet isn't the distributor's admin.
        """
        distributor = as_address(distributor, "distributor")
        u64(slot, "slot")
        return self._action(
            "set_enable_slot",
            lambda: plan_set_enable_slot(distributor, slot=slot, admin=self._own, network=self._network),
            terms={"distributor": distributor, "slot": slot},
        )

    def set_clawback_receiver(self, distributor: AddressLike, *, to: AddressLike) -> Action[Receipt]:
        """Let a clawback pay the wallet `to`; its token account is created if it has none.

        Network: 1 call and 1 transaction. Safe to retry: yes, it is refused once done (SameClawbackReceiver).

        Raises:
            NotFoundError: no distributor there.
            Unauthorized: the wallet isn't the distributor's admin.
        """
        distributor = as_address(distributor, "distributor")
        to = as_address(to, "to")
        return self._action(
            "set_clawback_receiver",
            lambda: plan_set_clawback_receiver(distributor, to=to, admin=self._own, network=self._network),
            terms={"distributor": distributor, "to": to},
        )

    def set_admin(self, distributor: AddressLike, *, to: AddressLike) -> Action[Receipt]:
        """Hand a distributor over to another wallet, which need not agree: **only that wallet can undo it**.

        Network: 1 call and 1 transaction. Safe to retry: yes, it is refused once done.

        Raises:
            NotFoundError: no distributor there.
            Unauthorized: the wallet isn't the distributor's admin.
            SameAdmin: it would stay the same.
        """
        distributor = as_address(distributor, "distributor")
        to = as_address(to, "to")
        return self._action(
            "set_admin",
            lambda: plan_set_admin(distributor, to=to, admin=self._own, network=self._network),
            terms={"distributor": distributor, "to": to},
        )

    def claw_back(self, distributor: AddressLike) -> Action[EmptiedDistributor]:
        """Send all that is left to the clawback receiver, which ends all claims. Anyone may, once the time has come.

        Network: 1 call and 1 transaction. Safe to retry: yes, it is refused once done (ClawbackAlreadyClaimed).

        Raises:
            NotFoundError: no distributor there.
            ClawbackBeforeStart: the clawback time has not come.
        """
        distributor = as_address(distributor, "distributor")
        return self._action(
            "claw_back",
            lambda: plan_claw_back(distributor, owner=self._own, network=self._network),
            terms={"distributor": distributor},
        )

    def close_distributor(self, distributor: AddressLike) -> Action[EmptiedDistributor]:
        """Close a closable distributor; the wallet gets **all tokens that are left** and the rent.

        The vault account stays, empty.

        Network: 1 call and 1 transaction. Safe to retry: yes, a distributor closes once.

        Raises:
            NotFoundError: no distributor there.
            ConstraintHasOne: the wallet isn't the distributor's admin.
            CannotCloseDistributor: it was created to stay.
        """
        distributor = as_address(distributor, "distributor")
        return self._action(
            "close_distributor",
            lambda: plan_close_distributor(distributor, admin=self._own, network=self._network),
            terms={"distributor": distributor},
        )

    def close_claim_status(self, distributor: AddressLike, *, claimant: AddressLike) -> Action[Receipt]:
        """Close the record of a claim. The program's public source **always aborts** here; a build may do otherwise.

        Network: 1 call and 1 transaction. Safe to retry: yes, it closes at most once.

        Raises:
            NotFoundError: `claimant` claimed nothing from it.
            CannotCloseClaimStatus: the distributor was created to stay.
            TransactionFailedError: the program aborted.
        """
        distributor = as_address(distributor, "distributor")
        claimant = as_address(claimant, "claimant")
        return self._action(
            "close_claim_status",
            lambda: plan_close_claim_status(distributor, claimant=claimant, admin=self._own, network=self._network),
            terms={"distributor": distributor, "claimant": claimant},
        )
