/* clean_admin: the admin removes a job; its deposit stays in the vault. */
#include "jobs/jobs.h"

INSTRUCTION(jobs_clean_admin,
    ACCOUNT(job, JobAccount,
        HAS_ONE(payer, InvalidPayer),
        CLOSE(payer)),
    ACCOUNT(payer, UncheckedAccount),
    ACCOUNT(authority, Signer, ADDRESS(MARKET_ADMIN, Unauthorized)))
{
    return OK;
}
