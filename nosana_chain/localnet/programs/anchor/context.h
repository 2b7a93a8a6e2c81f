/* The running instruction: its accounts and arguments, and what its end must see to. */
#pragma once
#include "account.h"
#include "arithmetic.h"

/* A build constant. 1: the real program is built with Anchor 0.28. 0: with 1.0, as all others. */
#ifndef ANCHOR_0_28
#define ANCHOR_0_28 0
#endif

#define ACCOUNTS_MAX 16 /* of an instruction; further ones are not looked at */

typedef struct {
    Account *account;
    const char *field;
    const AccountType *type;
} Mutable;

typedef struct {
    const Pubkey *program;
    const u8 *args;
    u64 args_len;
    u64 accounts_len;
    Account *accounts[ACCOUNTS_MAX];
    Mutable mutables[ACCOUNTS_MAX]; /* the typed `mut` accounts in declared order, then the new ones */
    u64 mutables_len;
    Account *closing; /* the account to close at the end, or null */
    Account *close_to;
} Context;

static void add_mutable(Context *context, Account *account, const char *field, const AccountType *type) {
    context->mutables[context->mutables_len++] = (Mutable){account, field, type};
}

/* The account of a row that is not to be created. */
NOINLINE u64 take(Context *context, u64 index, const char *field, const AccountType *type, bool is_mut) {
    if (index >= context->accounts_len) return caused_by(field, &AccountNotEnoughKeys);
    Account *const account = context->accounts[index];
    if (is_mut && is_typed(type)) add_mutable(context, account, field, type);
    return check_type(account, field, type);
}

/* The account of a row that is to be created: Anchor names no account if it is missing. */
static u64 take_new(const Context *context, u64 index) {
    return index < context->accounts_len ? OK : occurred(&AccountNotEnoughKeys);
}

/* The same account in two places: refused for the later one. Anchor 0.28 did not look. */
NOINLINE u64 check_duplicates(const Context *context) {
    if (ANCHOR_0_28) return OK;
    for (u64 later = 1; later < context->mutables_len; later++)
        for (u64 earlier = 0; earlier < later; earlier++)
            if (context->mutables[earlier].account == context->mutables[later].account)
                return caused_by(context->mutables[later].field, &ConstraintDuplicateMutableAccount);
    return OK;
}

static void close_account(Account *account, Account *to) {
    to->lamports = add_u64(to->lamports, account->lamports);
    account->lamports = 0;
    account->owner = SYSTEM_PROGRAM;
    account->data_len = 0;
}

/* Fields were written in place; left are lists and strings that outgrew their account, and the account to close. */
NOINLINE u64 exit_accounts(const Context *context) {
    for (u64 i = 0; i < context->mutables_len; i++) {
        const Mutable *const mutable = &context->mutables[i];
        if (mutable->type->check == PROGRAM_ACCOUNT && !body_fits(mutable->account, mutable->type))
            return caused_by(mutable->field, &AccountDidNotSerialize);
    }
    if (context->closing) close_account(context->closing, context->close_to);
    return OK;
}
