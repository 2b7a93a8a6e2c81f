/* claim_fee: pays what is due into the rewards pool; anyone may call it. */
#include "pools/pools.h"
#include "rewards/cpi.h"

INSTRUCTION(pools_claim_fee,
    POOL_VAULT,
    ACCOUNT(rewards_reflection, ReflectionAccount),
    ACCOUNT(rewards_vault, TokenAccount),
    ACCOUNT(pool, PoolAccount,
        HAS_STARTED,
        CONSTRAINT(pool->claim_type == CLAIM_ADD_FEE, WrongClaimType),
        CONSTRAINT(IS(pool->beneficiary, rewards_vault), WrongBeneficiary)),
    ACCOUNT(authority, Signer),
    ACCOUNT(token_program, TokenProgram),
    ACCOUNT(rewards_program, RewardsProgram))
{
    const u64 amount = claim(pool, vault);
    /* Less than a second's emission stays in the vault, and yet counts as claimed. */
    if (amount >= pool->emission)
        add_fee(amount, vault, &vault->info, rewards_reflection, rewards_vault, token_program,
                &POOL_VAULT_SEEDS(pool));
    return OK;
}
