/* close: leaves the pool; what was earned and not claimed stays with the others. */
#include "rewards/rewards.h"

INSTRUCTION(rewards_close,
    ACCOUNT(reflection, ReflectionAccount),
    ACCOUNT(reward, RewardAccount,
        HAS_ONE(authority, Unauthorized),
        CLOSE(authority)),
    ACCOUNT(authority, Signer))
{
    leave_pool(reflection, reward->reflection, reward->xnos);
    return OK;
}
