/* close_admin: the admin closes any market and takes what its vault holds. */
#include "jobs/close_market.h"

INSTRUCTION(jobs_close_admin,
    ACCOUNT(market, MarketAccount,
        HAS_ONE(vault, InvalidVault),
        CLOSE(authority)),
    ACCOUNT(vault, TokenAccount),
    ACCOUNT(user, TokenAccount),
    ACCOUNT(authority, Signer, ADDRESS(MARKET_ADMIN, Unauthorized)),
    ACCOUNT(token_program, TokenProgram))
{
    return close_vault(market, vault, user, authority);
}
