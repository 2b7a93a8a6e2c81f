/* assign: posts a job to a node of the poster's choice that waits in the queue. */
#include "jobs/new_job.h"
#include "jobs/pay_in.h"
#include "jobs/queue.h"
#include "jobs/run.h"

INSTRUCTION(jobs_assign,
    INIT(job, JobAccount, payer),
    ACCOUNT(market, MarketAccount,
        HAS_ONE(vault, InvalidVault),
        CONSTRAINT(market->queue_type == QUEUE_OF_NODES, MarketInWrongState)),
    INIT(run, RunAccount, payer),
    ACCOUNT(node, UncheckedAccount),
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
    TRY(queue_remove(market, &node->info.key));
    fill_job(job, market, payer, authority, &args->ipfs_job, args->timeout);
    fill_run(run, &job->info.key, &node->info.key, payer);
    return pay_in(market->job_price, args->timeout, user, vault, payer, rewards_reflection, rewards_vault,
                  token_program);
}
