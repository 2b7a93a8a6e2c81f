/* close: removes a stake and its vault when its duration is over and all is withdrawn. */
#include "staking/staking.h"

INSTRUCTION(staking_close,
    ACCOUNT(user, TokenAccount),
    ACCOUNT(stake, StakeAccount,
        HAS_ONE(vault, InvalidVault),
        HAS_ONE(authority, Unauthorized),
        CONSTRAINT(stake->time_unstake != 0, NotUnstaked),
        CONSTRAINT(add_i64(stake->time_unstake, i64_from(stake->duration)) < now(), Locked),
        CLOSE(authority)),
    ACCOUNT(vault, TokenAccount, CONSTRAINT(vault->amount == 0, VaultNotEmpty)),
    ACCOUNT(authority, Signer),
    ACCOUNT(token_program, TokenProgram))
{
    token_close_account(vault, &authority->info, &vault->info, &STAKE_VAULT_SEEDS(stake, vault));
    return OK;
}
