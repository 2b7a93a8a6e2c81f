/* list, assign and extend: the deposit goes from the payer's token account to the vault, and on top of it the network
 * fee of the build to the rewards pool. */
#pragma once
#include "jobs/jobs.h"
#include "rewards/cpi.h"

/* The network fee on a deposit: one part in NETWORK_FEE_DIVISOR, a constant of the build; none if that is 0. */
INLINE u64 network_fee(u64 deposit) {
#if NETWORK_FEE_DIVISOR
    return deposit / NETWORK_FEE_DIVISOR;
#else
    return 0;
#endif
}

INLINE u64 pay_in(u64 price, i64 seconds, TokenAccount *user, TokenAccount *vault, Signer *payer,
                  ReflectionAccount *rewards_reflection, TokenAccount *rewards_vault, TokenProgram *token_program) {
    if (price == 0) return OK;
    const u64 deposit = amount_of(price, seconds);
    TRY(token_transfer(user, vault, &payer->info, deposit, &UNSIGNED));
    const u64 fee = network_fee(deposit);
    if (fee != 0) add_fee(fee, user, &payer->info, rewards_reflection, rewards_vault, token_program, &UNSIGNED);
    return OK;
}
