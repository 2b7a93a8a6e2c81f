/* extend: gives a job a longer timeout (the new total), and pays in the difference. */
#include "jobs/pay_in.h"

INSTRUCTION(jobs_extend,
    ACCOUNT(job, JobAccount,
        HAS_ONE(market, InvalidMarketAccount),
        CONSTRAINT(IS(job->project, authority), Unauthorized),
        CONSTRAINT(job->price == 0 || IS(job->payer, payer), Unauthorized),
        CONSTRAINT(job->state == JOB_QUEUED, JobInWrongState)),
    ACCOUNT(market, MarketAccount, HAS_ONE(vault, InvalidVault)),
    ACCOUNT(user, TokenAccount, ATA_UNLESS_FREE(job->price, payer->info.key)),
    ACCOUNT(vault, TokenAccount),
    ACCOUNT(rewards_reflection, ReflectionAccount),
    ACCOUNT(rewards_vault, TokenAccount),
    ACCOUNT(authority, Signer),
    ACCOUNT(payer, Signer),
    ACCOUNT(rewards_program, RewardsProgram),
    ACCOUNT(token_program, TokenProgram))
{
    REQUIRE_COMPARED(args->timeout > job->timeout, JobTimeoutNotGreater, args->timeout, job->timeout);
    const i64 more = sub_i64(args->timeout, job->timeout);
    job->timeout = args->timeout;
    return pay_in(job->price, more, user, vault, payer, rewards_reflection, rewards_vault, token_program);
}
