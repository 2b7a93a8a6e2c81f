/* extend: gives a job a longer timeout (the new total), and pays in the difference. */
#include "jobs/pay_in.h"

INSTRUCTION(jobs_extend,
    ACCOUNT(job, JobAccount,
        HAS_ONE(market, InvalidMarketAccount),
        JOB_PROJECT_IS_AUTHORITY,
        CONSTRAINT(job->price == 0 || IS(job->payer, payer), Unauthorized),
        JOB_IS(JOB_QUEUED)),
    ACCOUNT(market, MarketAccount, HAS_ONE(vault, InvalidVault)),
    USER_PAYS(job->price),
    ACCOUNT(vault, TokenAccount),
    REWARDS_POOL,
    ACCOUNT(authority, Signer),
    ACCOUNT(payer, Signer),
    ACCOUNT(rewards_program, RewardsProgram),
    ACCOUNT(token_program, TokenProgram))
{
    REQUIRE(args->timeout > job->timeout, JobTimeoutNotGreater);
    const i64 more = sub_i64(args->timeout, job->timeout);
    job->timeout = args->timeout;
    return PAY_IN(job->price, more);
}
