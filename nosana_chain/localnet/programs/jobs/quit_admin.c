/* quit_admin: the admin removes a run; its job is not touched. */
#include "jobs/jobs.h"

INSTRUCTION(jobs_quit_admin,
    ACCOUNT(run, RunAccount,
        HAS_ONE(payer, InvalidPayer),
        CLOSE(payer)),
    ACCOUNT(payer, UncheckedAccount),
    ACCOUNT(authority, Signer, ADDRESS(MARKET_ADMIN, Unauthorized)))
{
    return OK;
}
