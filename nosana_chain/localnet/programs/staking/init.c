/* init: creates the settings; once for each network. */
#include "staking/staking.h"

INSTRUCTION(staking_init,
    INIT_PDA(settings, SettingsAccount, authority, LABEL("settings")),
    ACCOUNT(authority, Signer),
    ACCOUNT(system_program, SystemProgram),
    ACCOUNT(rent, Rent))
{
    settings->authority = *stored(&AUTHORITY);
    settings->token_account = *stored(&SLASH_ACCOUNT);
    return OK;
}
