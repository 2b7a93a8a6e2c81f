/* close and close_admin: all that the vault holds goes to user, then the vault is closed. */
#pragma once
#include "jobs/jobs.h"

static u64 close_vault(const MarketAccount *market, TokenAccount *vault, TokenAccount *user, Signer *authority) {
    TRY(pay_from_vault(market, vault, user, vault->amount));
    token_close_account(vault, &authority->info, &vault->info, &MARKET_VAULT_SEEDS(market, vault));
    return OK;
}
