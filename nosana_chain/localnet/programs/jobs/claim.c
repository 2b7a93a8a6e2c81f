/* claim: a node takes over a job that another gave up. */
#include "jobs/node_access.h"
#include "jobs/run.h"

INSTRUCTION(jobs_claim,
    ACCOUNT(job, JobAccount,
        HAS_ONE(market, InvalidMarketAccount),
        CONSTRAINT(job->state == JOB_STOPPED, JobInWrongState)),
    INIT(run, RunAccount, payer),
    ACCOUNT(market, MarketAccount),
    NODE_ACCESS,
    ACCOUNT(payer, Signer),
    ACCOUNT(authority, Signer),
    ACCOUNT(system_program, SystemProgram))
{
    fill_run(run, &job->info.key, &authority->info.key, payer);
    return OK;
}
