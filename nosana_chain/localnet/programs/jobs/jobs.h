/* What the instructions of the jobs program share: states, the vault, and constraints that several have. */
#pragma once
#include "anchor/instruction.h"
#include "nosana_jobs/accounts.h"
#include "nosana_jobs/errors.h"
#include "nosana_jobs/instructions.h"

/* JobAccount.state; a job that runs is still JOB_QUEUED. */
enum { JOB_QUEUED = 0, JOB_DONE = 2, JOB_STOPPED = 3 };

/* Price of so many seconds: a negative time aborts, unless the job is free. */
static u64 amount_of(u64 price, i64 seconds) { return price == 0 ? 0 : mul_u64(price, u64_from(seconds)); }

/* Seeds with which the vault of a market signs. */
#define MARKET_VAULT_SEEDS(market, vault) SEEDS(KEY(market), BYTES((vault)->mint), BYTES((market)->vault_bump))

static u64 pay_from_vault(const MarketAccount *market, TokenAccount *vault, TokenAccount *to, u64 amount) {
    return token_transfer(vault, to, &vault->info, amount, &MARKET_VAULT_SEEDS(market, vault));
}

static void fill_run(RunAccount *run, const Pubkey *job, const Pubkey *node, const Signer *payer) {
    run->job = *job;
    run->node = *node;
    run->payer = payer->info.key;
    run->time = now();
}

/* Constraints of a job. */
#define JOB_IS(job_state) CONSTRAINT(job->state == (job_state), JobInWrongState)
#define JOB_PROJECT_IS_AUTHORITY CONSTRAINT(IS(job->project, authority), Unauthorized)

/* The signer of the *_admin instructions. */
#define ADMIN ACCOUNT(authority, Signer, ADDRESS(MARKET_ADMIN, Unauthorized))
