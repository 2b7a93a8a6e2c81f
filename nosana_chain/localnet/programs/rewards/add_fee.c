/* add_fee: pays into the pool; every share grows, since the rate falls. */
#include "rewards/rewards.h"

INSTRUCTION(rewards_add_fee,
    ACCOUNT(user, TokenAccount),
    ACCOUNT(reflection, ReflectionAccount, HAS_ONE(vault, InvalidVault)),
    ACCOUNT(vault, TokenAccount),
    ACCOUNT(authority, Signer),
    ACCOUNT(token_program, TokenProgram))
{
    reflection->total_xnos = add_u128(reflection->total_xnos, args->amount);
    reflection->rate = div_u128(reflection->total_reflection, reflection->total_xnos);
    return token_transfer(user, vault, &authority->info, args->amount, &UNSIGNED);
}
