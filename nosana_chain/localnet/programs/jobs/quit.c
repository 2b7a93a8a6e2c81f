/* quit: the node gives a job up; another may claim it, or the project recovers its deposit. */
#include "jobs/jobs.h"

INSTRUCTION(jobs_quit,
    ACCOUNT(job, JobAccount),
    ACCOUNT(run, RunAccount,
        HAS_ONE(job, InvalidJobAccount),
        HAS_ONE(payer, InvalidPayer),
        CONSTRAINT(IS(run->node, authority), Unauthorized),
        CLOSE(payer)),
    ACCOUNT(payer, UncheckedAccount),
    ACCOUNT(authority, Signer))
{
    job->state = JOB_STOPPED;
    return OK;
}
