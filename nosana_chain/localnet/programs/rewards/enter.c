/* enter: the owner of a stake joins the pool. */
#include "rewards/rewards.h"

INSTRUCTION(rewards_enter,
    ACCOUNT(reflection, ReflectionAccount),
    ACCOUNT(stake, StakeAccount,
        HAS_ONE(authority, Unauthorized),
        CONSTRAINT(stake->time_unstake == 0, AlreadyUnstaked)),
    INIT_PDA(reward, RewardAccount, authority, LABEL("reward"), KEY(authority)),
    ACCOUNT(authority, Signer),
    ACCOUNT(system_program, SystemProgram))
{
    reward->authority = authority->info.key;
    reward->bump = reward_bump;
    enter_pool(reflection, reward, stake->xnos);
    return OK;
}
