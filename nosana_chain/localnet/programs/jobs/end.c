/* end: the project ends a running job; its result stays empty until the node completes it. */
#include "jobs/settle.h"

INSTRUCTION(jobs_end,
    ACCOUNT(job, JobAccount,
        HAS_ONE(market, InvalidMarketAccount),
        CONSTRAINT(IS(job->project, authority), Unauthorized)),
    ACCOUNT(market, MarketAccount, HAS_ONE(vault, InvalidVault)),
    ACCOUNT(run, RunAccount,
        HAS_ONE(payer, InvalidPayer),
        HAS_ONE(job, InvalidJobAccount),
        CLOSE(payer)),
    DUP(deposit, TokenAccount, ATA_UNLESS_FREE(job->price, job->payer)),
    ACCOUNT(user, TokenAccount, ATA_UNLESS_FREE(job->price, run->node)),
    ACCOUNT(vault, TokenAccount),
    ACCOUNT(payer, UncheckedAccount),
    ACCOUNT(authority, Signer),
    ACCOUNT(token_program, TokenProgram))
{
    return settle(job, run, market, vault, user, deposit);
}
