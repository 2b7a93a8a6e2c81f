/* end: the project ends a running job; its result stays empty until the node completes it. */
#include "jobs/settle.h"

INSTRUCTION(jobs_end,
    ACCOUNT(job, JobAccount,
        HAS_ONE(market, InvalidMarketAccount),
        JOB_PROJECT_IS_AUTHORITY),
    ACCOUNT(market, MarketAccount, HAS_ONE(vault, InvalidVault)),
    ACCOUNT(run, RunAccount,
        HAS_ONE(payer, InvalidPayer),
        HAS_ONE(job, InvalidJobAccount),
        CLOSE(payer)),
    DUP(deposit, TokenAccount, CONSTRAINT(job->price == 0 || is_ata(deposit, &job->payer), InvalidATA)),
    ACCOUNT(user, TokenAccount, CONSTRAINT(job->price == 0 || is_ata(user, &run->node), InvalidATA)),
    ACCOUNT(vault, TokenAccount),
    ACCOUNT(payer, UncheckedAccount),
    ACCOUNT(authority, Signer),
    ACCOUNT(token_program, TokenProgram))
{
    return settle(job, run, market, vault, user, deposit);
}
