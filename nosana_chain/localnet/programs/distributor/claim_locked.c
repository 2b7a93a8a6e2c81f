/* claim_locked: pays what has vested of the locked part of a claim since the last time. */
#include "distributor/distributor.h"
#include "distributor/events.h"
#include "distributor/vesting.h"

INSTRUCTION(distributor_claim_locked,
    ACCOUNT(distributor, MerkleDistributor),
    DERIVED(claim_status, ClaimStatus, AT_SEEDS(CLAIM_STATUS_SEEDS)),
    VAULT_TO_PAY_FROM,
    ACCOUNT(to, TokenAccount, TOKEN_OWNER(claimant->info.key)),
    ACCOUNT(claimant, Signer),
    ACCOUNT(token_program, TokenProgram))
{
    REQUIRE_CLAIMS_ARE_OPEN(distributor);
    u64 amount;
    TRY(vest(distributor, claim_status->locked_amount, &amount));
    SUBTRACT(amount, claim_status->locked_amount_withdrawn);
    REQUIRE(amount > 0, InsufficientUnlockedTokens);

    TRY(pay_from_vault(distributor, from, to, amount));
    ADD(claim_status->locked_amount_withdrawn, amount);
    REQUIRE(claim_status->locked_amount_withdrawn <= claim_status->locked_amount, ExceededMaxClaim);
    ADD(distributor->total_amount_claimed, amount);
    REQUIRE(distributor->total_amount_claimed <= distributor->max_total_claim, ExceededMaxClaim);
    EMIT(((const ClaimedEvent){CLAIMED_EVENT, claimant->info.key, amount}));
    return OK;
}
