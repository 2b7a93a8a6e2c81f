"""Plans of claimants. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from solders.pubkey import Pubkey

from nosana_chain import pda
from nosana_chain.engine.looking import Looking
from nosana_chain.engine.plan import Landed, Plan, Planning
from nosana_chain.errors import AlreadyExistsError, InputError, NotFoundError, NothingDueError, WrongStateError
from nosana_chain.models.distributor import ClaimStatus, Distributor
from nosana_chain.networks import Network
from nosana_chain.programs.amounts import tokens_moved
from nosana_chain.programs.distributor.eligibility import Eligibility, is_enabled
from nosana_chain.programs.distributor.formulas import locked_due_from, locked_withdrawable
from nosana_chain.programs.distributor.instructions import claim_locked_ix, new_claim_ix
from nosana_chain.programs.distributor.merkle import Proof
from nosana_chain.programs.distributor.queries import CLAIM_STATUS, look_for_distributor_and_status
from nosana_chain.programs.distributor.results import ClaimedTokens, ClaimedUnlocked
from nosana_chain.programs.token_accounts import create_token_account_ix
from nosana_chain.units import TokenUnits


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """A claim of the unlocked part of a leaf.

    Attributes:
        distributor: its address.
        proof: the leaf, which is its claimant's own.
        receiver: the wallet that is paid.
        max_forgone: base units that may be lost by claiming now.
    """

    distributor: Pubkey
    proof: Proof
    receiver: Pubkey
    max_forgone: int


def look_for_eligibility(network: Network, distributor: Pubkey, *, proof: Proof) -> Looking[Eligibility]:
    """What the claimant of a leaf can have now, as something to be seen."""
    claimant = proof.leaf.claimant
    found, status, clock = yield from look_for_distributor_and_status(network, distributor, claimant=claimant)
    if proof.root != found.root:
        raise InputError(
            f"the proof leads to root {proof.root.hex()}, and distributor {distributor} has {found.root.hex()}; "
            "take the proof from this distributor's own tree",
            address=str(distributor),
        )
    return Eligibility(distributor=found, proof=proof, status=status, now=clock.unix_time, slot=clock.slot)


def plan_claim_unlocked(claim: Claim, *, network: Network) -> Planning[ClaimedUnlocked]:
    """Claim the unlocked part of a leaf."""
    eligibility = yield from look_for_eligibility(network, claim.distributor, proof=claim.proof)
    owner, mint = claim.proof.leaf.claimant, eligibility.distributor.mint
    status = pda.claim_status_address(owner, distributor=claim.distributor, network=network)
    _require_unclaimed(eligibility)
    _require_little_forgone(eligibility, claim.max_forgone)
    claiming = new_claim_ix(
        distributor=claim.distributor,
        mint=mint,
        proof=claim.proof,
        to=pda.token_account_address(claim.receiver, mint=mint),
        network=network,
    )
    return Plan(
        instructions=(create_token_account_ix(owner=claim.receiver, mint=mint, payer=owner), claiming),
        addresses={"claim_status": status},
        reads=(status,),
        proof=CLAIM_STATUS.made(
            network, status, lambda made: (made.claimant, made.distributor) == (owner, claim.distributor)
        ),
        result=lambda landed: _claimed_unlocked(landed, eligibility.distributor, status, network),
    )


def plan_claim_locked(distributor: Pubkey, *, owner: Pubkey, network: Network) -> Planning[ClaimedTokens]:
    """Take what has vested of the locked part of a leaf."""
    found, status, clock = yield from look_for_distributor_and_status(network, distributor, claimant=owner)
    if status is None:
        raise NotFoundError(
            f"{owner} has claimed nothing from distributor {distributor} yet: claim_unlocked comes first",
            address=str(pda.claim_status_address(owner, distributor=distributor, network=network)),
            kind=CLAIM_STATUS.name,
        )
    enabled = is_enabled(found, slot=clock.slot)  # otherwise the program says better why not
    if enabled and not locked_withdrawable(found, status, now=clock.unix_time):
        raise _nothing_vested(found, status)
    claiming = claim_locked_ix(distributor=distributor, mint=found.mint, claimant=owner, network=network)
    return Plan(
        instructions=(create_token_account_ix(owner=owner, mint=found.mint, payer=owner), claiming),
        addresses={"claim_status": status.address},
        result=lambda landed: ClaimedTokens(
            receipt=landed.receipt, amount=tokens_moved(landed, source=found.token_vault)
        ),
    )


def require_own(proof: Proof, owner: Pubkey) -> None:
    """InputError unless the leaf of `proof` is that of `owner`."""
    if proof.leaf.claimant != owner:
        raise InputError(
            f"the proof is for {proof.leaf.claimant}, and the wallet is {owner}: a leaf can be claimed only by its own "
            "wallet",
            address=str(proof.leaf.claimant),
        )


def _require_unclaimed(eligibility: Eligibility) -> None:
    if eligibility.status is not None:
        raise AlreadyExistsError(
            f"{eligibility.status.claimant} has claimed its unlocked part of distributor "
            f"{eligibility.distributor.address} already, which is done once; claim_locked takes what vests of the rest",
            address=str(eligibility.status.address),
        )


def _require_little_forgone(eligibility: Eligibility, max_forgone: int) -> None:
    if eligibility.forgone > max_forgone:
        raise WrongStateError(
            f"claiming now pays {eligibility.unlocked} base units and loses {eligibility.forgone} for good; wait until "
            f"{eligibility.distributor.end_ts} (Unix time), or allow it with max_forgone",
            address=str(eligibility.distributor.address),
            forgone=eligibility.forgone,
        )


def _nothing_vested(distributor: Distributor, status: ClaimStatus) -> NothingDueError:
    due_at = locked_due_from(distributor, status)
    when = "all of it was paid" if due_at is None else f"the next base unit vests at {due_at} (Unix time)"
    return NothingDueError(
        f"nothing of the locked part of {status.claimant} in distributor {distributor.address} is due: {when}; "
        "nothing was sent",
        address=str(status.address),
        due_at=due_at,
    )


def _claimed_unlocked(landed: Landed, distributor: Distributor, address: Pubkey, network: Network) -> ClaimedUnlocked:
    status = CLAIM_STATUS.read_if_any(network, address, landed.accounts.get(address))
    paid = status.unlocked_amount_claimed if status else tokens_moved(landed, source=distributor.token_vault)
    return ClaimedUnlocked(receipt=landed.receipt, amount=paid, forgone=TokenUnits(status.forgone) if status else None)
