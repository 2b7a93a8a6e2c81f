/* list, assign and extend: the deposit goes from the payer's token account to the vault, and on top of it the network
 * fee of the build to the rewards pool. */
#pragma once
#include "jobs/jobs.h"
#include "nosana_rewards/accounts.h"
#include "nosana_rewards/instructions.h"

#ifndef NETWORK_FEE_DIVISOR
#error "NETWORK_FEE_DIVISOR: 0 for no fee, 10 for a tenth of the deposit"
#endif

/* The accounts that take part. */
typedef struct {
    TokenAccount *user;
    TokenAccount *vault;
    Signer *payer;
    ReflectionAccount *rewards_reflection;
    TokenAccount *rewards_vault;
    TokenProgram *token_program;
} PayIn;

/* Pays for so many seconds, with the accounts that the three instructions name alike. */
#define PAY_IN(price, seconds) \
    pay_in(price, seconds, &(PayIn){user, vault, payer, rewards_reflection, rewards_vault, token_program})

#define REWARDS_POOL                                  \
    ACCOUNT(rewards_reflection, ReflectionAccount),   \
    ACCOUNT(rewards_vault, TokenAccount)

/* The payer's own token account, unless nothing is to be paid. */
#define USER_PAYS(price) \
    ACCOUNT(user, TokenAccount, CONSTRAINT((price) == 0 || is_ata(user, &payer->info.key), InvalidATA))

static void add_fee(const PayIn *in, u64 amount) {
    const struct {
        u64 discriminator;
        rewards_add_fee_args args;
    } PACKED data = {rewards_add_fee_discriminator, {amount}};
    const Cpi cpi = {
        .program = &REWARDS_PROGRAM,
        .accounts = {[rewards_add_fee_user] = &in->user->info,
                     [rewards_add_fee_reflection] = &in->rewards_reflection->info,
                     [rewards_add_fee_vault] = &in->rewards_vault->info,
                     [rewards_add_fee_authority] = &in->payer->info,
                     [rewards_add_fee_token_program] = &in->token_program->info},
        .accounts_len = rewards_add_fee_accounts,
        .writable = rewards_add_fee_writable,
        .signers = rewards_add_fee_signers,
        .data = &data,
        .data_len = sizeof data,
    };
    invoke(&cpi, &UNSIGNED);
}

INLINE u64 fee_of(u64 deposit) {
#if NETWORK_FEE_DIVISOR
    return deposit / NETWORK_FEE_DIVISOR;
#else
    return 0;
#endif
}

static u64 pay_in(u64 price, i64 seconds, const PayIn *in) {
    if (price == 0) return OK;
    const u64 deposit = amount_of(price, seconds);
    TRY(token_transfer(in->user, in->vault, &in->payer->info, deposit, &UNSIGNED));
    if (fee_of(deposit) != 0) add_fee(in, fee_of(deposit));
    return OK;
}
