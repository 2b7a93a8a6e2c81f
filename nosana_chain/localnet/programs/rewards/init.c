/* init: opens the rewards pool; once for each network. */
#include "rewards/rewards.h"

INSTRUCTION(rewards_init,
    ACCOUNT(mint, Mint, ADDRESS(NOS_MINT, InvalidMint)),
    INIT_PDA(reflection, ReflectionAccount, authority, LABEL("reflection")),
    INIT_VAULT(vault, authority, mint, KEY(mint)),
    ACCOUNT(authority, Signer),
    ACCOUNT(system_program, SystemProgram),
    ACCOUNT(token_program, TokenProgram),
    ACCOUNT(rent, Rent))
{
    reflection->rate = INITIAL_RATE;
    reflection->vault = vault->info.key;
    reflection->vault_bump = vault_bump;
    return OK;
}
