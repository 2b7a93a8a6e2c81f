"""Pure builders of the pools program's instructions.

A pool is a plain account under a fresh key; its vault is derived from that key.
"""

from __future__ import annotations

from solders.instruction import Instruction
from solders.pubkey import Pubkey

from nosana_chain import pda
from nosana_chain.bindings.pools import instructions
from nosana_chain.models.pool import ClaimType
from nosana_chain.networks import Network
from nosana_chain.programs.pools.terms import PoolTerms


def open_pool_ix(
    *,
    pool: Pubkey,
    authority: Pubkey,
    beneficiary: Pubkey,
    claim_type: ClaimType,
    terms: PoolTerms,
    network: Network,
    mint: Pubkey | None = None,
) -> Instruction:
    """Create a pool and its vault. Signers: `pool` (a fresh key) and `authority`, who pays the rent.

    Args:
        pool: address of the new pool.
        authority: who may close it.
        beneficiary: token account of the mint that is paid; the rewards vault for ADD_FEE.
        claim_type: how it is paid.
        terms: the rest.
        network: the cluster.
        mint: of the pool's tokens. Default: NOS.
    """
    return instructions.open(
        {
            "emission": terms.emission,
            "start_time": terms.start_time,
            "claim_type": int(claim_type),
            "closeable": terms.closeable,
        },
        {
            "pool": pool,
            "vault": pda.pool_vault_address(pool, network=network),
            "beneficiary": beneficiary,
            "authority": authority,
            "mint": mint or network.nos_mint,
        },
        network.programs.pools,
    )


def claim_fee_ix(*, pool: Pubkey, authority: Pubkey, network: Network) -> Instruction:
    """Pay what is due into the rewards pool. Signer: `authority`, who may be anyone.

    Less than one second's emission **counts as claimed without being paid**, and a fee to a rewards pool without
    members sets its rate to 0 for ever.
    """
    return instructions.claim_fee(
        {
            "vault": pda.pool_vault_address(pool, network=network),
            "rewards_reflection": pda.reflection_address(network=network),
            "rewards_vault": pda.rewards_vault_address(network=network),
            "pool": pool,
            "authority": authority,
            "rewards_program": network.programs.rewards,
        },
        network.programs.pools,
    )


def claim_transfer_ix(*, pool: Pubkey, beneficiary: Pubkey, authority: Pubkey, network: Network) -> Instruction:
    """Pay what is due to the pool's `beneficiary`, a token account. Signer: `authority`, who may be anyone."""
    return instructions.claim_transfer(
        {
            "vault": pda.pool_vault_address(pool, network=network),
            "beneficiary": beneficiary,
            "pool": pool,
            "authority": authority,
        },
        network.programs.pools,
    )


def close_pool_ix(*, pool: Pubkey, user: Pubkey, authority: Pubkey, network: Network) -> Instruction:
    """Close a pool and send its **whole** vault, what is due included, to the token account `user`.

    Signer: `authority`, who gets the rent of pool and vault.
    """
    return instructions.close(
        {
            "vault": pda.pool_vault_address(pool, network=network),
            "user": user,
            "pool": pool,
            "authority": authority,
        },
        network.programs.pools,
    )


def update_beneficiary_ix(
    *, pool: Pubkey, beneficiary: Pubkey, new_beneficiary: Pubkey, authority: Pubkey, network: Network
) -> Instruction:
    """Pay another token account of the same mint from now on.

    Signer: `authority`, the owner of the present `beneficiary`; the pool's own authority has no say in it.
    """
    return instructions.update_beneficiary(
        {
            "beneficiary": beneficiary,
            "new_beneficiary": new_beneficiary,
            "pool": pool,
            "authority": authority,
        },
        network.programs.pools,
    )
