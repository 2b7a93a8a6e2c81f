/* list: posts a job. The first waiting node takes it, or it waits in the queue; the price of its timeout is paid in. */
#include "jobs/new_job.h"
#include "jobs/pay_in.h"
#include "jobs/queue.h"
#include "jobs/run.h"

INSTRUCTION(jobs_list,
    INIT(job, JobAccount, payer),
    ACCOUNT(market, MarketAccount, HAS_ONE(vault, InvalidVault)),
    RUN_IF_MATCHED,
    USER_PAYS(market->job_price),
    ACCOUNT(vault, TokenAccount),
    ACCOUNT(payer, Signer),
    REWARDS_POOL,
    ACCOUNT(authority, Signer),
    ACCOUNT(rewards_program, RewardsProgram),
    ACCOUNT(token_program, TokenProgram),
    ACCOUNT(system_program, SystemProgram))
{
    fill_job(job, market, payer, authority, &args->ipfs_job, args->timeout);
    if (market->queue_type == QUEUE_OF_NODES) {
        Pubkey node;
        queue_pop(market, &node);
        create_run(run, payer, &job->info.key, &node);
    } else {
        queue_push(market, &job->info.key, QUEUE_OF_JOBS);
    }
    return PAY_IN(market->job_price, args->timeout);
}
