/* What most instructions of the jobs program share: the states of a job, prices, and the vault. */
#pragma once
#include "anchor/instruction.h"
#include "nosana_jobs/accounts.h"
#include "nosana_jobs/errors.h"
#include "nosana_jobs/instructions.h"

/* JobAccount.state; a job that runs is still JOB_QUEUED. */
enum { JOB_QUEUED = 0, JOB_DONE = 2, JOB_STOPPED = 3 };

/* Price of so many seconds: a negative time aborts, unless the job is free. */
static u64 amount_of(u64 price, i64 seconds) { return price == 0 ? 0 : mul_u64(price, u64_from(seconds)); }

/* Constraint of a token account: it is the NOS account of `owner`, or nothing is to be paid. */
#define ATA_UNLESS_FREE(price, owner) CONSTRAINT((price) == 0 || is_ata(self, &(owner)), InvalidATA)

/* Seeds with which the vault of a market signs. */
#define MARKET_VAULT_SEEDS(market, vault) SEEDS(KEY(market), BYTES((vault)->mint), BYTES((market)->vault_bump))

static u64 pay_from_vault(const MarketAccount *market, TokenAccount *vault, TokenAccount *to, u64 amount) {
    return token_transfer(vault, to, &vault->info, amount, &MARKET_VAULT_SEEDS(market, vault));
}
