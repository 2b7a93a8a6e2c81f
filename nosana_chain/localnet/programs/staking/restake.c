/* restake: takes an unstake back; the stake is now whatever the vault holds. */
#include "staking/staking.h"

INSTRUCTION(staking_restake,
    ACCOUNT(vault, TokenAccount),
    ACCOUNT(stake, StakeAccount,
        HAS_ONE(vault, InvalidVault),
        HAS_ONE(authority, Unauthorized),
        CONSTRAINT(stake->time_unstake != 0, AlreadyStaked)),
    ACCOUNT(authority, Signer))
{
    stake->amount = vault->amount;
    stake->time_unstake = 0;
    update_xnos(stake);
    return OK;
}
