/* extend: adds seconds to the duration of a stake. */
#include "staking/staking.h"

INSTRUCTION(staking_extend,
    ACCOUNT(stake, StakeAccount,
        HAS_ONE(authority, Unauthorized),
        CONSTRAINT(stake->time_unstake == 0, AlreadyUnstaked)),
    ACCOUNT(authority, Signer))
{
    REQUIRE(args->duration > 0, DurationTooShort);
    const u64 duration = add_u64(stake->duration, args->duration);
    REQUIRE(duration <= DURATION_MAX, DurationTooLong);
    stake->duration = duration;
    update_xnos(stake);
    return OK;
}
