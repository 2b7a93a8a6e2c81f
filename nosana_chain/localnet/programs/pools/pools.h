/* A pool releases the tokens of its vault at a steady rate, from a start time on. */
#pragma once
#include "anchor/instruction.h"
#include "nosana_pools/accounts.h"
#include "nosana_pools/errors.h"
#include "nosana_pools/instructions.h"

/* PoolAccount.claim_type; what open does not know becomes the last. */
enum { CLAIM_TRANSFER = 0, CLAIM_ADD_FEE = 1, CLAIM_UNKNOWN = 255 };

/* Seeds with which the vault of a pool signs. */
#define POOL_VAULT_SEEDS(pool) SEEDS(LABEL("vault"), KEY(pool), BYTES((pool)->vault_bump))

static u64 pay_from_vault(const PoolAccount *pool, TokenAccount *vault, TokenAccount *to, u64 amount) {
    return token_transfer(vault, to, &vault->info, amount, &POOL_VAULT_SEEDS(pool));
}

/* The vault of the two claims, checked before the pool. */
#define POOL_VAULT ACCOUNT(vault, TokenAccount, ADDRESS(pool->vault, InvalidTokenAccount))

#define HAS_STARTED CONSTRAINT(now() > pool->start_time, NotStarted)

/* Counts what is due, as far as the vault holds it, as claimed, and returns it. */
static u64 claim(PoolAccount *pool, const TokenAccount *vault) {
    const u64 released = mul_u64(u64_from(sub_i64(now(), pool->start_time)), pool->emission);
    const u64 due = sub_u64(released, pool->claimed_tokens);
    const u64 amount = due < vault->amount ? due : vault->amount;
    pool->claimed_tokens = add_u64(pool->claimed_tokens, amount);
    return amount;
}
