/* update_settings: the slashing authority names its successor, and where slashed NOS go. */
#include "staking/staking.h"

INSTRUCTION(staking_update_settings,
    ACCOUNT(new_authority, UncheckedAccount),
    ACCOUNT(token_account, TokenAccount, TOKEN_MINT(NOS_MINT)),
    DERIVED(settings, SettingsAccount, AT(SETTINGS), HAS_ONE(authority, Unauthorized)),
    ACCOUNT(authority, Signer))
{
    settings->authority = new_authority->info.key;
    settings->token_account = token_account->info.key;
    return OK;
}
