/* open: a new market with an empty queue, and its vault. */
#include "jobs/queue.h"

/* The last of: default, small, medium, large, gpu. */
constexpr u8 JOB_TYPE_LAST = 4;

INSTRUCTION(jobs_open,
    ACCOUNT(mint, Mint, ADDRESS(NOS_MINT, InvalidMint)),
    INIT(market, MarketAccount, authority, QUEUE_CAPACITY * sizeof(Pubkey)),
    INIT_VAULT(vault, authority, mint, KEY(market), KEY(mint)),
    ACCOUNT(authority, Signer),
    ACCOUNT(access_key, UncheckedAccount),
    ACCOUNT(rent, Rent),
    ACCOUNT(system_program, SystemProgram),
    ACCOUNT(token_program, TokenProgram))
{
    market->authority = authority->info.key;
    market->job_expiration = args->job_expiration;
    market->job_price = args->job_price;
    market->job_timeout = args->job_timeout;
    market->job_type = args->job_type <= JOB_TYPE_LAST ? args->job_type : JOB_TYPE_UNKNOWN;
    market->vault = vault->info.key;
    market->vault_bump = vault_bump;
    market->node_access_key = access_key->info.key;
    market->node_xnos_minimum = args->node_xnos_minimum;
    market->queue_type = QUEUE_EMPTY;
    return OK;
}
