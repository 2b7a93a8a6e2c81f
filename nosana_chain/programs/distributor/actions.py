"""Actions of claimants: see what there is, and claim it."""

from __future__ import annotations

from solders.pubkey import Pubkey

from nosana_chain.errors import InputError, WrongStateError
from nosana_chain.models.distributor import ClaimStatus, Distributor
from nosana_chain.models.receipt import Receipt
from nosana_chain.pda import token_account_address
from nosana_chain.programs.context import Context
from nosana_chain.programs.distributor.eligibility import Eligibility
from nosana_chain.programs.distributor.instructions import claim_locked_ix, new_claim_ix
from nosana_chain.programs.distributor.merkle import Proof
from nosana_chain.programs.distributor.queries import (
    DISTRIBUTOR,
    fetch_claim_status,
    fetch_distributor_and_status,
    find_claim_statuses,
    find_distributors,
)
from nosana_chain.programs.distributor.votes import Vote
from nosana_chain.programs.token_accounts import create_token_account_ix


class Distributors:
    """Merkle distributors, for claimants.

    A proof comes from a published tree: `read_tree_file(path).tree.prove(wallet.address)`.
    """

    def __init__(self, context: Context) -> None:
        self._context = context

    async def fetch_distributor(self, address: Pubkey) -> Distributor:
        """The distributor at `address`; NotFoundError if there is none. Network: 1 call."""
        return await DISTRIBUTOR.fetch(self._context.connection, address)

    async def find_distributors(self, *, mint: Pubkey | None = None, admin: Pubkey | None = None) -> list[Distributor]:
        """All distributors, or those of a mint, or of an admin. Network: 1 getProgramAccounts call."""
        return await find_distributors(self._context.connection, mint=mint, admin=admin)

    async def fetch_claim_status(self, distributor: Pubkey, *, claimant: Pubkey | None = None) -> ClaimStatus:
        """What `claimant` (default: the wallet) took; NotFoundError if it claimed nothing yet. Network: 1 call."""
        owner = claimant or self._context.signer.address
        return await fetch_claim_status(self._context.connection, distributor=distributor, claimant=owner)

    async def find_claim_statuses(
        self, *, distributor: Pubkey | None = None, claimant: Pubkey | None = None
    ) -> list[ClaimStatus]:
        """What was claimed from a distributor, or by a claimant, or both. Network: 1 getProgramAccounts call."""
        return await find_claim_statuses(self._context.connection, distributor=distributor, claimant=claimant)

    async def fetch_eligibility(self, distributor: Pubkey, *, proof: Proof) -> Eligibility:
        """What the claimant of a leaf can have now, and what claiming now would lose. Network: 3 calls.

        Raises:
            NotFoundError: no distributor there.
            InputError: the proof leads to another root.
        """
        connection = self._context.connection
        found, status = await fetch_distributor_and_status(connection, distributor, claimant=proof.leaf.claimant)
        if proof.root != found.root:
            raise InputError(
                f"the proof leads to root {proof.root.hex()}, and distributor {distributor} has {found.root.hex()}; "
                "take the proof from this distributor's own tree",
                address=str(distributor),
            )
        return Eligibility(
            distributor=found,
            proof=proof,
            status=status,
            now=await connection.fetch_clock(),
            slot=(await connection.client.get_slot()).value,
        )

    async def claim_unlocked(
        self, distributor: Pubkey, *, proof: Proof, vote: Vote | None = None, max_forgone: int = 0
    ) -> Receipt:
        """Claim the unlocked part of the wallet's leaf, once and for all; afterwards the locked part can be claimed.

        Claiming before the end loses a part for good (`Eligibility.forgone`), so that is refused unless allowed.

        Args:
            distributor: its address.
            proof: the wallet's leaf.
            vote: pay one of the two vote wallets, as Nosana's deployment demands. Default: pay the wallet itself. The
                token account that is paid is created if it doesn't exist.
            max_forgone: base units that may be lost by claiming now.

        Network: 3 calls and 1 transaction. Safe to retry: yes, a claimant claims once.

        Raises:
            NotFoundError: no distributor there.
            InputError: the proof is of another wallet, or leads to another root.
            WrongStateError: claiming now would lose more than `max_forgone`.
            ClaimingIsNotStarted: the start or the enable slot has not come.
            ClaimExpired: the tokens were clawed back.
            InvalidVote: the program wants a vote.
        """
        context, owner = self._context, self._context.signer.address
        _require_own(proof, owner)
        eligibility = await self.fetch_eligibility(distributor, proof=proof)
        _require_little_forgone(eligibility, max_forgone)
        receiver, mint = vote.value if vote else owner, eligibility.distributor.mint
        claiming = new_claim_ix(
            distributor=distributor,
            mint=mint,
            proof=proof,
            to=token_account_address(receiver, mint=mint),
            network=context.network,
        )
        return await context.execute([create_token_account_ix(owner=receiver, mint=mint, payer=owner), claiming])

    async def claim_locked(self, distributor: Pubkey) -> Receipt:
        """Take what has vested of the wallet's locked part since the last time.

        Network: 1 call and 1 transaction. Safe to retry: yes, what was paid is not paid again.

        Raises:
            NotFoundError: no distributor there.
            AccountNotInitialized: `claim_unlocked` comes first.
            InsufficientUnlockedTokens: nothing more has vested.
            ClaimExpired: the tokens were clawed back.
        """
        context, owner = self._context, self._context.signer.address
        mint = (await self.fetch_distributor(distributor)).mint
        claiming = claim_locked_ix(distributor=distributor, mint=mint, claimant=owner, network=context.network)
        return await context.execute([create_token_account_ix(owner=owner, mint=mint, payer=owner), claiming])


def _require_own(proof: Proof, owner: Pubkey) -> None:
    if proof.leaf.claimant != owner:
        raise InputError(
            f"the proof is for {proof.leaf.claimant}, and the wallet is {owner}: a leaf can be claimed only by its own "
            "wallet",
            address=str(proof.leaf.claimant),
        )


def _require_little_forgone(eligibility: Eligibility, max_forgone: int) -> None:
    if eligibility.forgone > max_forgone:
        raise WrongStateError(
            f"claiming now pays {eligibility.unlocked} base units and loses {eligibility.forgone} for good; wait until "
            f"{eligibility.distributor.end_ts} (Unix time), or allow it with max_forgone",
            address=str(eligibility.distributor.address),
            forgone=eligibility.forgone,
        )
