"""Actions of claimants: see what there is, and claim it."""

from __future__ import annotations

from nosana_chain.addresses import AddressLike, as_address, as_address_if_given
from nosana_chain.engine.action import Action
from nosana_chain.engine.looking import see
from nosana_chain.models.distributor import ClaimStatus, Distributor
from nosana_chain.programs.acting import Actions
from nosana_chain.programs.distributor.eligibility import Eligibility
from nosana_chain.programs.distributor.merkle import Proof
from nosana_chain.programs.distributor.plans.claimants import (
    Claim,
    look_for_eligibility,
    plan_claim_locked,
    plan_claim_unlocked,
    require_own,
)
from nosana_chain.programs.distributor.queries import (
    DISTRIBUTOR,
    fetch_claim_status,
    find_claim_statuses,
    find_distributors,
)
from nosana_chain.programs.distributor.results import ClaimedTokens, ClaimedUnlocked
from nosana_chain.programs.distributor.votes import Vote
from nosana_chain.units import u64


class Distributors(Actions):
    """Merkle distributors, for claimants.

    A proof comes from a published tree: `read_tree_file(path).tree.prove(wallet.address)`.

    Every write is an `Action`: `await` it, or keep it and ask for its quote first.
    """

    async def fetch_distributor(self, address: AddressLike) -> Distributor:
        """The distributor at `address`; NotFoundError if there is none. Network: 1 call."""
        address = as_address(address, "address")
        return await DISTRIBUTOR.fetch(self._engine.connection, address)

    async def find_distributors(
        self, *, mint: AddressLike | None = None, admin: AddressLike | None = None
    ) -> list[Distributor]:
        """All distributors, or those of a mint, or of an admin. Network: 1 getProgramAccounts call."""
        mint = as_address_if_given(mint, "mint")
        admin = as_address_if_given(admin, "admin")
        return await find_distributors(self._engine.connection, mint=mint, admin=admin)

    async def fetch_claim_status(self, distributor: AddressLike, *, claimant: AddressLike | None = None) -> ClaimStatus:
        """What `claimant` (default: the wallet) took; NotFoundError if it claimed nothing yet. Network: 1 call."""
        distributor = as_address(distributor, "distributor")
        owner = self._or_own(claimant, "claimant")
        return await fetch_claim_status(self._engine.connection, distributor=distributor, claimant=owner)

    async def find_claim_statuses(
        self, *, distributor: AddressLike | None = None, claimant: AddressLike | None = None
    ) -> list[ClaimStatus]:
        """What was claimed from a distributor, or by a claimant, or both. Network: 1 getProgramAccounts call."""
        distributor = as_address_if_given(distributor, "distributor")
        claimant = as_address_if_given(claimant, "claimant")
        return await find_claim_statuses(self._engine.connection, distributor=distributor, claimant=claimant)

    async def fetch_eligibility(self, distributor: AddressLike, *, proof: Proof) -> Eligibility:
        """What the claimant of a leaf can have now, and what claiming now would lose. Network: 1 call.

        Raises:
            NotFoundError: no distributor there.
            InputError: the proof leads to another root.
        """
        distributor = as_address(distributor, "distributor")
        connection = self._engine.connection
        return await see(connection, look_for_eligibility(connection.network, distributor, proof=proof))

    def claim_unlocked(
        self, distributor: AddressLike, *, proof: Proof, vote: Vote | None = None, max_forgone: int = 0
    ) -> Action[ClaimedUnlocked]:
        """Claim the unlocked part of the wallet's leaf, once and for all; afterwards the locked part can be claimed.

        Claiming before the end loses a part for good (`Eligibility.forgone`), so that is refused unless allowed.

        Args:
            distributor: its address.
            proof: the wallet's leaf.
            vote: pay one of the two vote wallets, as Nosana's deployment demands. Default: pay the wallet itself. The
                token account that is paid is created if it doesn't exist.
            max_forgone: base units that may be lost by claiming now, 0 to 2**64-1.

        Network: 1 call and 1 transaction. Safe to retry: yes, a claimant claims once.

        Raises:
            NotFoundError: no distributor there.
            InputError: the proof is of another wallet, or leads to another root.
            AmountError: max_forgone is out of range.
            AlreadyExistsError: the wallet has claimed it.
            WrongStateError: claiming now would lose more than `max_forgone`.
            ClaimingIsNotStarted: the start or the enable slot has not come.
            ClaimExpired: the tokens were clawed back.
            InvalidVote: the program wants a vote.
        """
        distributor = as_address(distributor, "distributor")
        require_own(proof, self._own)
        claim = Claim(
            distributor=distributor,
            proof=proof,
            receiver=vote.value if vote else self._own,
            max_forgone=u64(max_forgone, "max_forgone"),
        )
        return self._action(
            "claim_unlocked",
            lambda: plan_claim_unlocked(claim, network=self._network),
            terms={"distributor": distributor, "vote": vote and vote.name, "max_forgone": max_forgone},
        )

    def claim_locked(self, distributor: AddressLike) -> Action[ClaimedTokens]:
        """Take what has vested of the wallet's locked part since the last time.

        Network: 1 call and 1 transaction. Safe to retry: yes, what was paid is not paid again.

        Raises:
            NotFoundError: no distributor there, or `claim_unlocked` comes first.
            NothingDueError: nothing more has vested; `due_at` says when something will.
            ClaimingIsNotStarted: the enable slot has not come.
            ClaimExpired: the tokens were clawed back.
        """
        distributor = as_address(distributor, "distributor")
        return self._action(
            "claim_locked",
            lambda: plan_claim_locked(distributor, owner=self._own, network=self._network),
            terms={"distributor": distributor},
        )
