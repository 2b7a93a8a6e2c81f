/* open: a new pool and its vault, which is funded by plain transfers. */
#include "pools/pools.h"

INSTRUCTION(pools_open,
    INIT(pool, PoolAccount, authority),
    INIT_VAULT(vault, authority, mint, LABEL("vault"), KEY(pool)),
    ACCOUNT(beneficiary, TokenAccount, TOKEN_MINT(mint->info.key)),
    ACCOUNT(authority, Signer),
    ACCOUNT(mint, Mint),
    ACCOUNT(system_program, SystemProgram),
    ACCOUNT(token_program, TokenProgram),
    ACCOUNT(rent, Rent))
{
    pool->authority = authority->info.key;
    pool->beneficiary = beneficiary->info.key;
    pool->claim_type = args->claim_type <= CLAIM_ADD_FEE ? args->claim_type : CLAIM_UNKNOWN;
    pool->closeable = args->closeable;
    pool->emission = args->emission;
    pool->start_time = args->start_time;
    pool->vault = vault->info.key;
    pool->vault_bump = vault_bump;
    return OK;
}
