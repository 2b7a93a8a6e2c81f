/* close: the owner ends a pool and takes what its vault still holds. */
#include "pools/pools.h"

INSTRUCTION(pools_close,
    ACCOUNT(vault, TokenAccount),
    ACCOUNT(user, TokenAccount),
    ACCOUNT(pool, PoolAccount,
        HAS_ONE(authority, Unauthorized),
        HAS_ONE(vault, InvalidVault),
        CONSTRAINT(pool->closeable || vault->amount == 0, NotCloseable),
        CLOSE(authority)),
    ACCOUNT(authority, Signer),
    ACCOUNT(token_program, TokenProgram))
{
    TRY(pay_from_vault(pool, vault, user, vault->amount));
    token_close_account(vault, &authority->info, &vault->info, &POOL_VAULT_SEEDS(pool));
    return OK;
}
