/* Instructions of the system program, and what Anchor's `init` makes of them. */
#pragma once
#include "cpi.h"

/* A local network keeps the default rent: the same for each byte, 128 of them for the account's head. */
INLINE u64 minimum_balance(u64 space) { return (128 + space) * 6960; }

enum { CREATE_ACCOUNT = 0, ASSIGN = 1, TRANSFER = 2, ALLOCATE = 8 };

NOINLINE void system_create_account(Account *payer, Account *new, u64 space, const Pubkey *owner,
                                    const Seeds *seeds) {
    const struct {
        u32 instruction;
        u64 lamports;
        u64 space;
        Pubkey owner;
    } PACKED data = {CREATE_ACCOUNT, minimum_balance(space), space, *owner};
    INVOKE(SYSTEM_PROGRAM, data, seeds, WRITES_AND_SIGNS(payer), WRITES_AND_SIGNS(new));
}

static void system_transfer(Account *from, Account *to, u64 lamports) {
    const struct {
        u32 instruction;
        u64 lamports;
    } PACKED data = {TRANSFER, lamports};
    INVOKE(SYSTEM_PROGRAM, data, &UNSIGNED, WRITES_AND_SIGNS(from), WRITES(to));
}

static void system_allocate(Account *account, u64 space, const Seeds *seeds) {
    const struct {
        u32 instruction;
        u64 space;
    } PACKED data = {ALLOCATE, space};
    INVOKE(SYSTEM_PROGRAM, data, seeds, WRITES_AND_SIGNS(account));
}

static void system_assign(Account *account, const Pubkey *owner, const Seeds *seeds) {
    const struct {
        u32 instruction;
        Pubkey owner;
    } PACKED data = {ASSIGN, *owner};
    INVOKE(SYSTEM_PROGRAM, data, seeds, WRITES_AND_SIGNS(account));
}

/* Creates the account at `new`; lamports that are there already are topped up. */
NOINLINE u64 create_account(Account *payer, Account *new, u64 space, const Pubkey *owner, const Seeds *seeds) {
    if (new->lamports == 0) {
        system_create_account(payer, new, space, owner, seeds);
        return OK;
    }
    if (payer == new) {
        const u64 code = THROW(TryingToInitPayerAsProgramAccount);
        log_keys(&payer->key, &new->key);
        return code;
    }
    const u64 minimum = minimum_balance(space);
    if (new->lamports < minimum) system_transfer(payer, new, minimum - new->lamports);
    system_allocate(new, space, seeds);
    system_assign(new, owner, seeds);
    return OK;
}
