"""Pure builders of the merkle distributor's instructions.

A distributor's vault is its associated token account, derived from distributor and mint.
"""

from __future__ import annotations

from solders.instruction import Instruction
from solders.pubkey import Pubkey

from nosana_chain import pda
from nosana_chain.bindings.distributor import instructions
from nosana_chain.networks import Network
from nosana_chain.programs.distributor.merkle import Proof
from nosana_chain.programs.distributor.terms import DistributorTerms
from nosana_chain.units import u64


def new_distributor_ix(
    *, mint: Pubkey, terms: DistributorTerms, clawback_receiver: Pubkey, admin: Pubkey, network: Network
) -> Instruction:
    """Create a distributor. Its vault must exist; tokens come into it by plain transfers. Signer: `admin`, who pays.

    `clawback_receiver` is a token account of the mint.
    """
    distributor = pda.distributor_address(mint, version=terms.version, network=network)
    return instructions.new_distributor(
        {
            "version": terms.version,
            "root": list(terms.root),
            "max_total_claim": terms.max_total_claim,
            "max_num_nodes": terms.max_num_nodes,
            "start_vesting_ts": terms.start_ts,
            "end_vesting_ts": terms.end_ts,
            "clawback_start_ts": terms.clawback_start_ts,
            "enable_slot": terms.enable_slot,
            "closable": terms.closable,
        },
        {
            "distributor": distributor,
            "clawback_receiver": clawback_receiver,
            "mint": mint,
            "token_vault": pda.token_account_address(distributor, mint=mint),
            "admin": admin,
        },
        network.programs.distributor,
    )


def close_distributor_ix(
    *, distributor: Pubkey, mint: Pubkey, destination_token_account: Pubkey, admin: Pubkey, network: Network
) -> Instruction:
    """Close a closable distributor and send its whole vault away; the rent goes to `admin`, who signs.

    The vault account itself stays, empty.
    """
    return instructions.close_distributor(
        {
            "distributor": distributor,
            "token_vault": pda.token_account_address(distributor, mint=mint),
            "admin": admin,
            "destination_token_account": destination_token_account,
        },
        network.programs.distributor,
    )


def close_claim_status_ix(*, distributor: Pubkey, claimant: Pubkey, admin: Pubkey, network: Network) -> Instruction:
    """Close a claim status. Signer: `admin`. In the public source of the program it **always aborts**."""
    return instructions.close_claim_status(
        {
            "claim_status": pda.claim_status_address(claimant, distributor=distributor, network=network),
            "claimant": claimant,
            "admin": admin,
            "distributor": distributor,
        },
        network.programs.distributor,
    )


def set_enable_slot_ix(*, distributor: Pubkey, enable_slot: int, admin: Pubkey, network: Network) -> Instruction:
    """Let claims be possible from a slot on, 0 to 2**64-1, past or future. Signer: `admin`."""
    return instructions.set_enable_slot(
        {"enable_slot": u64(enable_slot, "enable_slot")},
        {"distributor": distributor, "admin": admin},
        network.programs.distributor,
    )


def new_claim_ix(
    *, distributor: Pubkey, mint: Pubkey, proof: Proof, network: Network, to: Pubkey | None = None
) -> Instruction:
    """Claim the unlocked part of a leaf, once; what coming early forgoes is **lost for good**.

    Signer: the leaf's claimant, who pays the rent of the claim status. `to` is the token account that is paid (default:
    the claimant's own); Nosana's deployment takes only those of the two vote wallets.
    """
    claimant = proof.leaf.claimant
    return instructions.new_claim(
        {
            "amount_unlocked": proof.leaf.unlocked_amount,
            "amount_locked": proof.leaf.locked_amount,
            "proof": [list(sibling) for sibling in proof.siblings],
        },
        {
            "distributor": distributor,
            "claim_status": pda.claim_status_address(claimant, distributor=distributor, network=network),
            "from_": pda.token_account_address(distributor, mint=mint),
            "to": to or pda.token_account_address(claimant, mint=mint),
            "claimant": claimant,
        },
        network.programs.distributor,
    )


def claim_locked_ix(*, distributor: Pubkey, mint: Pubkey, claimant: Pubkey, network: Network) -> Instruction:
    """Pay what has vested of the locked part to the claimant's token account. Signer: `claimant`."""
    return instructions.claim_locked(
        {
            "distributor": distributor,
            "claim_status": pda.claim_status_address(claimant, distributor=distributor, network=network),
            "from_": pda.token_account_address(distributor, mint=mint),
            "to": pda.token_account_address(claimant, mint=mint),
            "claimant": claimant,
        },
        network.programs.distributor,
    )


def clawback_ix(*, distributor: Pubkey, mint: Pubkey, to: Pubkey, claimant: Pubkey, network: Network) -> Instruction:
    """Send all that is left to the distributor's clawback receiver `to`, which ends all claims.

    Signer: `claimant`, as the interface calls it, though it may be anyone.
    """
    return instructions.clawback(
        {
            "distributor": distributor,
            "from_": pda.token_account_address(distributor, mint=mint),
            "to": to,
            "claimant": claimant,
        },
        network.programs.distributor,
    )


def set_clawback_receiver_ix(
    *, distributor: Pubkey, new_clawback_account: Pubkey, admin: Pubkey, network: Network
) -> Instruction:
    """Let a clawback pay another token account of the mint. Signer: `admin`."""
    return instructions.set_clawback_receiver(
        {"distributor": distributor, "new_clawback_account": new_clawback_account, "admin": admin},
        network.programs.distributor,
    )


def set_admin_ix(*, distributor: Pubkey, admin: Pubkey, new_admin: Pubkey, network: Network) -> Instruction:
    """Hand a distributor over to another administrator, who need not sign. Signer: `admin`."""
    return instructions.set_admin(
        {"distributor": distributor, "admin": admin, "new_admin": new_admin}, network.programs.distributor
    )
