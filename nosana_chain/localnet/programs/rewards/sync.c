/* sync: brings a reward to the xNOS that its stake has now, and keeps what it has earned; anyone may call it. */
#include "rewards/rewards.h"

INSTRUCTION(rewards_sync,
    ACCOUNT(reward, RewardAccount),
    ACCOUNT(stake, StakeAccount,
        CONSTRAINT(stake->time_unstake == 0, AlreadyUnstaked),
        CONSTRAINT(same(&stake->authority, &reward->authority), Unauthorized)),
    ACCOUNT(reflection, ReflectionAccount))
{
    leave_pool(reflection, reward->reflection, reward->xnos);
    const u128 due = earned(reflection, reward);
    reward->xnos = stake->xnos;
    reward->reflection = mul_u128(add_u128(stake->xnos, due), reflection->rate);
    join_pool(reflection, reward);
    return OK;
}
