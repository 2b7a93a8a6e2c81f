/* topup: adds NOS to a stake. */
#include "staking/staking.h"

INSTRUCTION(staking_topup,
    ACCOUNT(user, TokenAccount),
    ACCOUNT(vault, TokenAccount),
    ACCOUNT(stake, StakeAccount,
        HAS_ONE(vault, InvalidVault),
        HAS_ONE(authority, Unauthorized),
        CONSTRAINT(stake->time_unstake == 0, AlreadyUnstaked)),
    ACCOUNT(authority, Signer),
    ACCOUNT(token_program, TokenProgram))
{
    REQUIRE(args->amount > 0, AmountNotEnough);
    stake->amount = add_u64(stake->amount, args->amount);
    update_xnos(stake);
    return token_transfer(user, vault, &authority->info, args->amount, &UNSIGNED);
}
