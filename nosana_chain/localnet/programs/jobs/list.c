/* list: posts a job and pays for its timeout. The first waiting node takes it, or it waits in the queue. */
#include "jobs/new_job.h"
#include "jobs/pay_in.h"
#include "jobs/queue.h"
#include "jobs/run.h"

INSTRUCTION(jobs_list,
    INIT(job, JobAccount, payer),
    ACCOUNT(market, MarketAccount, HAS_ONE(vault, InvalidVault)),
    RUN_IF_MATCHED,
    ACCOUNT(user, TokenAccount, ATA_UNLESS_FREE(market->job_price, payer->info.key)),
    ACCOUNT(vault, TokenAccount),
    ACCOUNT(payer, Signer),
    ACCOUNT(rewards_reflection, ReflectionAccount),
    ACCOUNT(rewards_vault, TokenAccount),
    ACCOUNT(authority, Signer),
    ACCOUNT(rewards_program, RewardsProgram),
    ACCOUNT(token_program, TokenProgram),
    ACCOUNT(system_program, SystemProgram))
{
    fill_job(job, market, payer, authority, &args->ipfs_job, args->timeout);
    if (market->queue_type == QUEUE_OF_NODES) {
        Pubkey node;
        queue_pop(market, &node);
        create_run(run, &job->info.key, &node, payer);
    } else {
        queue_push(market, &job->info.key, QUEUE_OF_JOBS);
    }
    return pay_in(market->job_price, args->timeout, user, vault, payer, rewards_reflection, rewards_vault,
                  token_program);
}
