/* recover: the project takes the deposit of a job back that its node gave up; the job's rent returns to its payer. */
#include "jobs/jobs.h"

INSTRUCTION(jobs_recover,
    ACCOUNT(job, JobAccount,
        HAS_ONE(payer, InvalidPayer),
        HAS_ONE(market, InvalidMarketAccount),
        CONSTRAINT(IS(job->project, authority), Unauthorized),
        CONSTRAINT(job->state == JOB_STOPPED, JobInWrongState),
        CLOSE(payer)),
    ACCOUNT(market, MarketAccount, HAS_ONE(vault, InvalidVault)),
    ACCOUNT(vault, TokenAccount),
    ACCOUNT(user, TokenAccount),
    ACCOUNT(payer, UncheckedAccount),
    ACCOUNT(authority, Signer),
    ACCOUNT(token_program, TokenProgram))
{
    /* Not amount_of: here a negative time aborts even if the job is free. */
    return pay_from_vault(market, vault, user, mul_u64(job->price, u64_from(job->timeout)));
}
