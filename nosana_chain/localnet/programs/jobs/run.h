/* The run that list and work create if job and node meet at once. */
#pragma once
#include "jobs/jobs.h"

/* A fresh key that signs in any case: whether it is needed shows only in the handler. */
#define RUN_IF_MATCHED                                                       \
    ACCOUNT(run, UncheckedAccount,                                           \
        CONSTRAINT(run->info.is_signer, MissingSignature),                   \
        CONSTRAINT(run->info.lamports == 0, LamportsNonNull),                \
        CONSTRAINT(same(&run->info.owner, &SYSTEM_PROGRAM), InvalidOwner))

static void create_run(UncheckedAccount *account, Signer *payer, const Pubkey *job, const Pubkey *node) {
    RunAccount *const run = (RunAccount *)account;
    system_create_account(&payer->info, &run->info, RunAccount_type.space, &JOBS_PROGRAM, &UNSIGNED);
    run->discriminator = RunAccount_type.discriminator;
    fill_run(run, job, node, payer);
}
