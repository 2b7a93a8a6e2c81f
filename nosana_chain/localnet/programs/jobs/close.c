/* close: the operator closes a market and takes what its vault holds. */
#include "jobs/close_market.h"

INSTRUCTION(jobs_close,
    ACCOUNT(market, MarketAccount,
        HAS_ONE(authority, Unauthorized),
        HAS_ONE(vault, InvalidVault),
        CLOSE(authority)),
    ACCOUNT(vault, TokenAccount),
    ACCOUNT(user, TokenAccount),
    ACCOUNT(authority, Signer),
    ACCOUNT(token_program, TokenProgram))
{
    return close_vault(market, vault, user, authority);
}
