/* Cross-program invocations. One that fails ends the transaction with the callee's error: there is no result. */
#pragma once
#include "pda.h"

#define CPI_ACCOUNTS_MAX 5

typedef struct {
    const Pubkey *program;
    Account *accounts[CPI_ACCOUNTS_MAX];
    u64 accounts_len;
    u64 writable; /* bit i: accounts[i] */
    u64 signers;
    const void *data;
    u64 data_len;
} Cpi;

/* No seeds: no address of the program signs. */
constexpr Seeds UNSIGNED = {nullptr, 0};

/* Invokes; the address derived from `seeds`, if there are any, counts as signing. */
NOINLINE void invoke(const Cpi *cpi, const Seeds *seeds) {
    SolAccountMeta metas[CPI_ACCOUNTS_MAX];
    SolAccountInfo infos[CPI_ACCOUNTS_MAX];
    for (u64 i = 0; i < cpi->accounts_len; i++) {
        Account *account = cpi->accounts[i];
        metas[i] = (SolAccountMeta){&account->key, cpi->writable >> i & 1, cpi->signers >> i & 1};
        infos[i] = (SolAccountInfo){
            .key = &account->key,
            .lamports = &account->lamports,
            .data_len = account->data_len,
            .data = data_of(account),
            .owner = &account->owner,
            .is_signer = account->is_signer,
            .is_writable = account->is_writable,
            .is_executable = account->is_executable,
        };
    }
    const SolInstruction instruction = {cpi->program, metas, cpi->accounts_len, cpi->data, cpi->data_len};
    sol_invoke_signed_c(&instruction, infos, cpi->accounts_len, seeds, seeds->len ? 1 : 0);
}

