/* Generated from idl/nosana_staking.json by scripts/build-programs. */
#include "anchor/entrypoint.h"
#include "staking/init.c"
#include "staking/stake.c"
#include "staking/unstake.c"
#include "staking/restake.c"
#include "staking/topup.c"
#include "staking/extend.c"
#include "staking/close.c"
#include "staking/withdraw.c"
#include "staking/slash.c"
#include "staking/update_settings.c"

static u64 dispatch(Context *context, u64 discriminator) {
    switch (discriminator) {
        case staking_init_discriminator:
            LOG("Instruction: Init");
            return staking_init(context);
        case staking_stake_discriminator:
            LOG("Instruction: Stake");
            return staking_stake(context);
        case staking_unstake_discriminator:
            LOG("Instruction: Unstake");
            return staking_unstake(context);
        case staking_restake_discriminator:
            LOG("Instruction: Restake");
            return staking_restake(context);
        case staking_topup_discriminator:
            LOG("Instruction: Topup");
            return staking_topup(context);
        case staking_extend_discriminator:
            LOG("Instruction: Extend");
            return staking_extend(context);
        case staking_close_discriminator:
            LOG("Instruction: Close");
            return staking_close(context);
        case staking_withdraw_discriminator:
            LOG("Instruction: Withdraw");
            return staking_withdraw(context);
        case staking_slash_discriminator:
            LOG("Instruction: Slash");
            return staking_slash(context);
        case staking_update_settings_discriminator:
            LOG("Instruction: UpdateSettings");
            return staking_update_settings(context);
        case EVENT_TAG:
            return occurred(&EventInstructionStub);
        default:
            return occurred(&InstructionFallbackNotFound);
    }
}
