/* slash: the slashing authority takes a part of a stake. */
#include "staking/staking.h"

INSTRUCTION(staking_slash,
    ACCOUNT(vault, TokenAccount),
    ACCOUNT(stake, StakeAccount, HAS_ONE(vault, InvalidVault)),
    ACCOUNT(token_account, TokenAccount, ADDRESS(settings->token_account, InvalidTokenAccount)),
    DERIVED(settings, SettingsAccount, AT(SETTINGS), HAS_ONE(authority, Unauthorized)),
    ACCOUNT(authority, Signer),
    ACCOUNT(token_program, TokenProgram))
{
    REQUIRE(args->amount <= stake->amount, AmountNotEnough);
    stake->amount -= args->amount;
    update_xnos(stake);
    return pay_from_vault(stake, vault, token_account, args->amount);
}
