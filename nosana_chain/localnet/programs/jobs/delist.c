/* delist: takes a waiting job back; the deposit and the job's rent return to its payer. */
#include "jobs/queue.h"

INSTRUCTION(jobs_delist,
    ACCOUNT(job, JobAccount,
        HAS_ONE(payer, InvalidPayer),
        HAS_ONE(market, InvalidMarketAccount),
        CONSTRAINT(IS(job->project, authority), Unauthorized),
        CONSTRAINT(job->state == JOB_QUEUED, JobInWrongState),
        CLOSE(payer)),
    ACCOUNT(market, MarketAccount,
        HAS_ONE(vault, InvalidVault),
        CONSTRAINT(market->queue_type == QUEUE_OF_JOBS, MarketInWrongState)),
    ACCOUNT(deposit, TokenAccount, ATA_UNLESS_FREE(job->price, payer->info.key)),
    ACCOUNT(payer, UncheckedAccount),
    ACCOUNT(vault, TokenAccount),
    ACCOUNT(token_program, TokenProgram),
    ACCOUNT(authority, Signer))
{
    TRY(queue_remove(market, &job->info.key));
    if (job->price == 0) return OK;
    return pay_from_vault(market, vault, deposit, amount_of(job->price, job->timeout));
}
