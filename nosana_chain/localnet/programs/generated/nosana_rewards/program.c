/* Generated from idl/nosana_rewards.json by scripts/build-programs. */
#include "anchor/entrypoint.h"
#include "rewards/init.c"
#include "rewards/enter.c"
#include "rewards/add_fee.c"
#include "rewards/claim.c"
#include "rewards/sync.c"
#include "rewards/close.c"

static u64 dispatch(Context *context, u64 discriminator) {
    switch (discriminator) {
        case rewards_init_discriminator:
            LOG("Instruction: Init");
            return rewards_init(context);
        case rewards_enter_discriminator:
            LOG("Instruction: Enter");
            return rewards_enter(context);
        case rewards_add_fee_discriminator:
            LOG("Instruction: AddFee");
            return rewards_add_fee(context);
        case rewards_claim_discriminator:
            LOG("Instruction: Claim");
            return rewards_claim(context);
        case rewards_sync_discriminator:
            LOG("Instruction: Sync");
            return rewards_sync(context);
        case rewards_close_discriminator:
            LOG("Instruction: Close");
            return rewards_close(context);
        case EVENT_TAG:
            return occurred(&EventInstructionStub);
        default:
            return occurred(&InstructionFallbackNotFound);
    }
}
