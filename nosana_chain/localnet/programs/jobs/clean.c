/* clean: anyone removes a job that was done long enough ago; its rent returns to its payer. */
#include "jobs/jobs.h"

INSTRUCTION(jobs_clean,
    ACCOUNT(job, JobAccount,
        HAS_ONE(payer, InvalidPayer),
        CONSTRAINT(job->state == JOB_DONE, JobInWrongState),
        CONSTRAINT(market->job_expiration < sub_i64(now(), job->time_end), JobNotExpired),
        CLOSE(payer)),
    ACCOUNT(market, MarketAccount),
    ACCOUNT(payer, UncheckedAccount))
{
    return OK;
}
