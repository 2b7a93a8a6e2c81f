/* Cross-program invocations. One that fails ends the transaction with the callee's error: there is no result. */
#pragma once
#include "pda.h"

#define CPI_ACCOUNTS_MAX 5

/* An account and what the callee may do with it. */
typedef struct {
    Account *account;
    bool is_writable;
    bool is_signer;
} CpiAccount;

#define READS(account) {account, false, false}
#define WRITES(account) {account, true, false}
#define SIGNS(account) {account, false, true}
#define WRITES_AND_SIGNS(account) {account, true, true}

typedef struct {
    const Pubkey *program;
    const void *data;
    u64 data_len;
    u64 accounts_len;
    CpiAccount accounts[CPI_ACCOUNTS_MAX];
} Cpi;

/* No seeds: no address of the program signs. */
constexpr Seeds UNSIGNED = {nullptr, 0};

/* Calls `program` with the accounts that follow; the address derived from `seeds`, if there are any, signs. */
#define INVOKE(program, data, seeds, ...)                                                                    \
    invoke(&(const Cpi){&program, &data, sizeof data, sizeof((CpiAccount[]){__VA_ARGS__}) / sizeof(CpiAccount), \
                        {__VA_ARGS__}},                                                                      \
           seeds)

NOINLINE void invoke(const Cpi *cpi, const Seeds *seeds) {
    SolAccountMeta metas[CPI_ACCOUNTS_MAX];
    SolAccountInfo infos[CPI_ACCOUNTS_MAX];
    for (u64 i = 0; i < cpi->accounts_len; i++) {
        const CpiAccount *const passed = &cpi->accounts[i];
        Account *const account = passed->account;
        metas[i] = (SolAccountMeta){&account->key, passed->is_writable, passed->is_signer};
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

