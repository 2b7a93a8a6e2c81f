/* withdraw: pays out what an unstaked stake has released: in proportion to time, all of it after its duration. */
#include "staking/staking.h"

/* The share of the amount that `elapsed` of the duration released, less what was withdrawn before. The scale is the
 * largest that keeps elapsed * scale and, nearly always, the rest inside u64. */
static u64 released(const StakeAccount *stake, u64 balance, u64 elapsed) {
    const u64 scale = div_u64(U64_MAX, stake->amount > elapsed ? stake->amount : elapsed) - 1;
    const u64 share = mul_u64(elapsed, scale) / stake->duration;
    const u64 withdrawn = sub_u64(stake->amount, balance);
    return sub_u64(div_u64(mul_u64(share, stake->amount), scale), withdrawn);
}

INSTRUCTION(staking_withdraw,
    ACCOUNT(user, TokenAccount),
    ACCOUNT(vault, TokenAccount, CONSTRAINT(vault->amount != 0, VaultEmpty)),
    ACCOUNT(stake, StakeAccount,
        HAS_ONE(vault, InvalidVault),
        HAS_ONE(authority, Unauthorized),
        CONSTRAINT(stake->time_unstake != 0, NotUnstaked)),
    ACCOUNT(authority, Signer),
    ACCOUNT(token_program, TokenProgram))
{
    const u64 elapsed = u64_from(sub_i64(now(), stake->time_unstake));
    const u64 amount = elapsed >= stake->duration ? vault->amount : released(stake, vault->amount, elapsed);
    return amount == 0 ? OK : pay_from_vault(stake, vault, user, amount);
}
