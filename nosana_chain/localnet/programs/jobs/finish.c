/* finish: the node hands in its result and is paid. */
#include "jobs/settle.h"

INSTRUCTION(jobs_finish,
    ACCOUNT(job, JobAccount,
        HAS_ONE(market, InvalidMarketAccount),
        CONSTRAINT(IS(job->payer, payer_job), InvalidPayer)),
    ACCOUNT(run, RunAccount,
        HAS_ONE(job, InvalidJobAccount),
        CONSTRAINT(IS(run->payer, payer_run), InvalidPayer),
        CONSTRAINT(IS(run->node, authority), Unauthorized),
        CLOSE(payer_run)),
    ACCOUNT(market, MarketAccount, HAS_ONE(vault, InvalidVault)),
    ACCOUNT(vault, TokenAccount),
    DUP(deposit, TokenAccount, ATA_UNLESS_FREE(job->price, payer_job->info.key)),
    ACCOUNT(user, TokenAccount, CONSTRAINT(job->price == 0 || same(&user->mint, &NOS_MINT), InvalidATA)),
    ACCOUNT(payer_run, UncheckedAccount),
    ACCOUNT(payer_job, UncheckedAccount),
    ACCOUNT(authority, Signer),
    ACCOUNT(token_program, TokenProgram))
{
    REQUIRE(!is_zero(&args->ipfs_result), JobResultNull);
    job->ipfs_result = args->ipfs_result;
    return settle(job, run, market, vault, user, deposit);
}
