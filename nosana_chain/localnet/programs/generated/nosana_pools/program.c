/* Generated from idl/nosana_pools.json by scripts/build-programs. */
#include "anchor/entrypoint.h"
#include "pools/open.c"
#include "pools/claim_fee.c"
#include "pools/claim_transfer.c"
#include "pools/close.c"
#include "pools/update_beneficiary.c"

static u64 dispatch(Context *context, u64 discriminator) {
    switch (discriminator) {
        case pools_open_discriminator:
            LOG("Instruction: Open");
            return pools_open(context);
        case pools_claim_fee_discriminator:
            LOG("Instruction: ClaimFee");
            return pools_claim_fee(context);
        case pools_claim_transfer_discriminator:
            LOG("Instruction: ClaimTransfer");
            return pools_claim_transfer(context);
        case pools_close_discriminator:
            LOG("Instruction: Close");
            return pools_close(context);
        case pools_update_beneficiary_discriminator:
            LOG("Instruction: UpdateBeneficiary");
            return pools_update_beneficiary(context);
        case EVENT_TAG:
            return occurred(&EventInstructionStub);
        default:
            return occurred(&InstructionFallbackNotFound);
    }
}
