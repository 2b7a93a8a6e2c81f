/* close_claim_status: the administrator ends a claim; its rent would go to the claimant. */
#include "distributor/distributor.h"

INSTRUCTION(distributor_close_claim_status,
    ACCOUNT(claim_status, ClaimStatus,
        HAS_ONE(claimant, ConstraintHasOne),
        HAS_ONE(distributor, ConstraintHasOne),
        CONSTRAINT(claim_status->closable, CannotCloseClaimStatus),
        CLOSE(claimant)),
    ACCOUNT(claimant, UncheckedAccount),
    ACCOUNT(admin, Signer),
    ACCOUNT(distributor, MerkleDistributor, HAS_ONE(admin, ConstraintHasOne)))
{
#if CLOSE_CLAIM_STATUS_ABORTS
    PANIC("claim statuses can not be closed");
#endif
    return OK;
}
