/* stake: locks NOS in a new vault for at least `duration` seconds. */
#include "staking/staking.h"

INSTRUCTION(staking_stake,
    ACCOUNT(mint, Mint, ADDRESS(NOS_MINT, InvalidMint)),
    ACCOUNT(user, TokenAccount),
    INIT_VAULT(vault, authority, mint, LABEL("vault"), KEY(mint), KEY(authority)),
    INIT_PDA(stake, StakeAccount, authority, LABEL("stake"), KEY(mint), KEY(authority)),
    ACCOUNT(authority, Signer),
    ACCOUNT(system_program, SystemProgram),
    ACCOUNT(token_program, TokenProgram),
    ACCOUNT(rent, Rent))
{
    REQUIRE(args->duration >= DURATION_MIN, DurationTooShort);
    REQUIRE(args->duration <= DURATION_MAX, DurationTooLong);
    stake->amount = args->amount;
    stake->authority = authority->info.key;
    stake->duration = (u64)args->duration;
    stake->vault = vault->info.key;
    stake->vault_bump = vault_bump;
    update_xnos(stake);
    return token_transfer(user, vault, &authority->info, args->amount, &UNSIGNED);
}
