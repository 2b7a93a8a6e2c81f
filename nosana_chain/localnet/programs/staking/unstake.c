/* unstake: the stake loses its weight, and its duration begins to run; not while it takes part in rewards. */
#include "staking/staking.h"

/* What Anchor once left in a closed account until the end of the transaction. */
constexpr u64 CLOSED_DISCRIMINATOR = U64_MAX;

/* True if there is no reward account at the address (lamports alone make none), or a closed one. */
static bool has_no_reward(Account *reward) {
    if (same(&reward->owner, &SYSTEM_PROGRAM)) return true;
    if (reward->data_len < sizeof(u64)) PANIC("range end index 8 out of range for slice");
    return *(const u64 *)data_of(reward) == CLOSED_DISCRIMINATOR;
}

INSTRUCTION(staking_unstake,
    ACCOUNT(stake, StakeAccount,
        HAS_ONE(authority, Unauthorized),
        CONSTRAINT(stake->time_unstake == 0, AlreadyUnstaked)),
    ACCOUNT(reward, UncheckedAccount,
        CONSTRAINT(has_no_reward(&reward->info), HasReward),
        ADDRESS_FROM(REWARDS_PROGRAM, InvalidAccount, LABEL("reward"), KEY(authority))),
    ACCOUNT(authority, Signer))
{
    stake->time_unstake = now();
    update_xnos(stake); /* at second 0 it keeps its weight: a stake with that time is not unstaked */
    return OK;
}
