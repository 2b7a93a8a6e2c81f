/* Generated from idl/merkle_distributor.json by scripts/build-programs. */
#include "anchor/entrypoint.h"
#include "distributor/new_distributor.c"
#include "distributor/close_distributor.c"
#include "distributor/close_claim_status.c"
#include "distributor/set_enable_slot.c"
#include "distributor/new_claim.c"
#include "distributor/claim_locked.c"
#include "distributor/clawback.c"
#include "distributor/set_clawback_receiver.c"
#include "distributor/set_admin.c"

static u64 dispatch(Context *context, u64 discriminator) {
    switch (discriminator) {
        case distributor_new_distributor_discriminator:
            LOG("Instruction: NewDistributor");
            return distributor_new_distributor(context);
        case distributor_close_distributor_discriminator:
            LOG("Instruction: CloseDistributor");
            return distributor_close_distributor(context);
        case distributor_close_claim_status_discriminator:
            LOG("Instruction: CloseClaimStatus");
            return distributor_close_claim_status(context);
        case distributor_set_enable_slot_discriminator:
            LOG("Instruction: SetEnableSlot");
            return distributor_set_enable_slot(context);
        case distributor_new_claim_discriminator:
            LOG("Instruction: NewClaim");
            return distributor_new_claim(context);
        case distributor_claim_locked_discriminator:
            LOG("Instruction: ClaimLocked");
            return distributor_claim_locked(context);
        case distributor_clawback_discriminator:
            LOG("Instruction: Clawback");
            return distributor_clawback(context);
        case distributor_set_clawback_receiver_discriminator:
            LOG("Instruction: SetClawbackReceiver");
            return distributor_set_clawback_receiver(context);
        case distributor_set_admin_discriminator:
            LOG("Instruction: SetAdmin");
            return distributor_set_admin(context);
        case EVENT_TAG:
            return occurred(&EventInstructionStub);
        default:
            return occurred(&InstructionFallbackNotFound);
    }
}
