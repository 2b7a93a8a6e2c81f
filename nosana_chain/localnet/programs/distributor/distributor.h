/* A distributor hands out the tokens of its vault to the leaves of a Merkle tree. */
#pragma once
#include "anchor/instruction.h"
#include "distributor/guesses.h"
#include "merkle_distributor/accounts.h"
#include "merkle_distributor/errors.h"
#include "merkle_distributor/instructions.h"

#define DISTRIBUTOR_SEEDS(mint, version) LABEL("MerkleDistributor"), BYTES(mint), BYTES(version)
#define CLAIM_STATUS_SEEDS LABEL("ClaimStatus"), KEY(claimant), KEY(distributor)

static u64 pay_from_vault(MerkleDistributor *distributor, TokenAccount *vault, TokenAccount *to, u64 amount) {
    return token_transfer(vault, to, &distributor->info, amount,
                          &SEEDS(DISTRIBUTOR_SEEDS(distributor->mint, distributor->version),
                                 BYTES(distributor->bump)));
}

/* The vault of claims and clawback. */
#define VAULT_TO_PAY_FROM                                                             \
    DERIVED(from, TokenAccount, ASSOCIATED(distributor->info.key, distributor->mint), \
        ADDRESS(distributor->token_vault, ConstraintAddress))

/* A result that leaves its type is refused, not aborted. */
#define ADD(value, other)                                                                      \
    ({                                                                                         \
        if (__builtin_add_overflow(value, other, &(value))) return occurred(&ArithmeticError); \
    })
#define SUBTRACT(value, other)                                                                 \
    ({                                                                                         \
        if (__builtin_sub_overflow(value, other, &(value))) return occurred(&ArithmeticError); \
    })
