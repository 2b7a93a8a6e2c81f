/* complete: the node adds the result of a job that the project ended. */
#include "jobs/jobs.h"

INSTRUCTION(jobs_complete,
    ACCOUNT(job, JobAccount,
        CONSTRAINT(job->state == JOB_DONE, JobInWrongState),
        CONSTRAINT(IS(job->node, authority), Unauthorized),
        CONSTRAINT(is_zero(&job->ipfs_result), JobResultsAlreadySet)),
    ACCOUNT(authority, Signer))
{
    REQUIRE(!is_zero(&args->ipfs_result), JobResultNull);
    job->ipfs_result = args->ipfs_result;
    return OK;
}
