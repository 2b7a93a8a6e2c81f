/* update_beneficiary: the owner of the present beneficiary hands the payouts to another token account. */
#include "pools/pools.h"

INSTRUCTION(pools_update_beneficiary,
    ACCOUNT(beneficiary, TokenAccount, TOKEN_OWNER(authority->info.key)),
    ACCOUNT(new_beneficiary, TokenAccount, TOKEN_MINT(beneficiary->mint)),
    ACCOUNT(pool, PoolAccount, HAS_ONE(beneficiary, WrongBeneficiary)),
    ACCOUNT(authority, Signer),
    ACCOUNT(token_program, TokenProgram))
{
    pool->beneficiary = new_beneficiary->info.key;
    return OK;
}
