/* claim_transfer: pays what is due to the beneficiary; anyone may call it. */
#include "pools/pools.h"

INSTRUCTION(pools_claim_transfer,
    POOL_VAULT,
    ACCOUNT(beneficiary, TokenAccount),
    ACCOUNT(pool, PoolAccount,
        HAS_ONE(beneficiary, WrongBeneficiary),
        HAS_STARTED,
        CONSTRAINT(pool->claim_type == CLAIM_TRANSFER, WrongClaimType)),
    ACCOUNT(authority, Signer),
    ACCOUNT(token_program, TokenProgram))
{
    const u64 amount = claim(pool, vault);
    REQUIRE(amount >= pool->emission, Underfunded);
    return pay_from_vault(pool, vault, beneficiary, amount);
}
