/* new_claim: pays what is unlocked of a leaf, and notes its locked part; what is not unlocked yet is forgone. */
#include "distributor/distributor.h"
#include "distributor/events.h"
#include "distributor/merkle.h"
#include "distributor/vesting.h"

#if VOTE_CHECK
#define RECEIVES_CLAIM CONSTRAINT(same(&to->owner, &VOTE_YES) || same(&to->owner, &VOTE_NO), InvalidVote)
#else
#define RECEIVES_CLAIM TOKEN_OWNER(claimant->info.key)
#endif

INSTRUCTION(distributor_new_claim,
    ACCOUNT(distributor, MerkleDistributor),
    INIT_PDA(claim_status, ClaimStatus, claimant, CLAIM_STATUS_SEEDS),
    VAULT_TO_PAY_FROM,
    ACCOUNT(to, TokenAccount, RECEIVES_CLAIM, TOKEN_MINT(distributor->mint)),
    ACCOUNT(claimant, Signer),
    ACCOUNT(token_program, TokenProgram),
    ACCOUNT(system_program, SystemProgram))
{
    REQUIRE_CLAIMS_ARE_OPEN(distributor);
    REQUIRE(distributor->start_ts <= now(), ClaimingIsNotStarted);
    ADD(distributor->num_nodes_claimed, 1);
    REQUIRE(distributor->num_nodes_claimed <= distributor->max_num_nodes, MaxNodesExceeded);
    REQUIRE(is_proven(&distributor->root, &claimant->info.key, args), InvalidProof);

    u64 claimed;
    TRY(unlock(distributor, args->amount_unlocked, &claimed));
    const u64 forgone = args->amount_unlocked - claimed;
    claim_status->claimant = claimant->info.key;
    claim_status->locked_amount = args->amount_locked;
    claim_status->unlocked_amount = args->amount_unlocked;
    claim_status->unlocked_amount_claimed = claimed;
    claim_status->closable = distributor->closable;
    claim_status->distributor = distributor->info.key;

    TRY(pay_from_vault(distributor, from, to, claimed));
    ADD(distributor->total_amount_claimed, claimed);
    ADD(distributor->total_amount_forgone, forgone);
    /* This one sum is not checked in the public source either, and wraps. */
    REQUIRE(distributor->total_amount_claimed + distributor->total_amount_forgone <= distributor->max_total_claim,
            ExceededMaxClaim);
    EMIT(((const NewClaimEvent){NEW_CLAIM_EVENT, claimant->info.key, now(), claimed, forgone}));
    return OK;
}
