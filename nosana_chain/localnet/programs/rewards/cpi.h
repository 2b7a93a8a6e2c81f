/* Calls of the rewards program by other programs. */
#pragma once
#include "anchor/instruction.h"
#include "nosana_rewards/accounts.h"
#include "nosana_rewards/instructions.h"

/* Pays `amount` into the pool. The authority signs; with seeds, it is the address derived from them. */
INLINE void add_fee(u64 amount, TokenAccount *user, Account *authority, ReflectionAccount *rewards_reflection,
                    TokenAccount *rewards_vault, TokenProgram *token_program, const Seeds *seeds) {
    const struct {
        u64 discriminator;
        rewards_add_fee_args args;
    } PACKED data = {rewards_add_fee_discriminator, {amount}};
    const Cpi cpi = {
        .program = &REWARDS_PROGRAM,
        .data = &data,
        .data_len = sizeof data,
        .accounts_len = rewards_add_fee_accounts,
        .accounts = {CPI_ACCOUNT(rewards_add_fee, user, user),
                     CPI_ACCOUNT(rewards_add_fee, reflection, rewards_reflection),
                     CPI_ACCOUNT(rewards_add_fee, vault, rewards_vault),
                     [rewards_add_fee_authority] = SIGNS(authority),
                     CPI_ACCOUNT(rewards_add_fee, token_program, token_program)},
    };
    invoke(&cpi, seeds);
}
