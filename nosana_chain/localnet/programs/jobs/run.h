/* A run: a job on its node. */
#pragma once
#include "jobs/jobs.h"

static void fill_run(RunAccount *run, const Pubkey *job, const Pubkey *node, const Signer *payer) {
    run->job = *job;
    run->node = *node;
    run->payer = payer->info.key;
    run->time = now();
}

/* The run of list and work: a fresh key that signs in any case, since only the handler sees whether it is needed. */
#define RUN_IF_MATCHED                                                       \
    ACCOUNT(run, UncheckedAccount,                                           \
        CONSTRAINT(run->info.is_signer, MissingSignature),                   \
        CONSTRAINT(run->info.lamports == 0, LamportsNonNull),                \
        CONSTRAINT(same(&run->info.owner, &SYSTEM_PROGRAM), InvalidOwner))

/* Creates that run: job and node have met. */
static void create_run(UncheckedAccount *account, const Pubkey *job, const Pubkey *node, Signer *payer) {
    RunAccount *const run = (RunAccount *)account;
    system_create_account(&payer->info, &run->info, RunAccount_type.space, &JOBS_PROGRAM, &UNSIGNED);
    run->discriminator = RunAccount_type.discriminator;
    fill_run(run, job, node, payer);
}
