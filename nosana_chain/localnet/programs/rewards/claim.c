/* claim: pays out what the reward has earned, and enters anew with the xNOS that the stake has now. */
#include "rewards/rewards.h"

INSTRUCTION(rewards_claim,
    ACCOUNT(user, TokenAccount),
    ACCOUNT(vault, TokenAccount),
    ACCOUNT(reflection, ReflectionAccount, HAS_ONE(vault, InvalidVault)),
    ACCOUNT(reward, RewardAccount, HAS_ONE(authority, Unauthorized)),
    ACCOUNT(stake, StakeAccount,
        HAS_ONE(authority, Unauthorized),
        CONSTRAINT(stake->time_unstake == 0, AlreadyUnstaked),
        CONSTRAINT(stake->xnos >= reward->xnos, Decreased)),
    ACCOUNT(authority, Signer),
    ACCOUNT(token_program, TokenProgram))
{
    const u128 due = earned(reflection, reward);
    if (due == 0) return OK;
    leave_pool(reflection, reward->reflection, add_u128(reward->xnos, due));
    enter_pool(reflection, reward, stake->xnos);
    return token_transfer(vault, user, &vault->info, u64_from_u128(due),
                          &SEEDS(BYTES(vault->mint), BYTES(reflection->vault_bump)));
}
