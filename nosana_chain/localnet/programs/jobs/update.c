/* update: the operator changes the terms of a market. */
#include "jobs/jobs.h"

INSTRUCTION(jobs_update,
    ACCOUNT(market, MarketAccount, HAS_ONE(authority, Unauthorized)),
    ACCOUNT(access_key, UncheckedAccount),
    ACCOUNT(authority, Signer))
{
    market->job_expiration = args->job_expiration;
    market->job_price = args->job_price;
    market->job_timeout = args->job_timeout;
    market->job_type = args->job_type;
    market->node_access_key = access_key->info.key;
    market->node_xnos_minimum = args->node_stake_minimum;
    return OK;
}
