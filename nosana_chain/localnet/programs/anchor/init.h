/* `init`: accounts that an instruction creates. */
#pragma once
#include "context.h"
#include "system_program.h"
#include "token_program.h"

#define SEEDS_MAX 16 /* of Solana, the bump counted */

/* A new account at an address derived from `seeds`, or at a keypair's own if there are none. */
typedef struct {
    const char *field;
    Account *account;
    Account *payer;
    const Pubkey *owner;
    u64 space;
    Seeds seeds;
    u8 *bump;
} New;

static u64 create_derived(const New *new, const Pubkey *program) {
    Pubkey address;
    *new->bump = find_address(&address, new->seeds, program);
    if (!same(&new->account->key, &address))
        return caused_by_keys(new->field, &ConstraintSeeds, &new->account->key, &address);
    Seed signer[SEEDS_MAX];
    for (u64 i = 0; i < new->seeds.len; i++) signer[i] = new->seeds.seeds[i];
    signer[new->seeds.len] = (Seed){new->bump, 1};
    return create_account(new->payer, new->account, new->space, new->owner, &(Seeds){signer, new->seeds.len + 1});
}

/* All fields of the new account are zero. */
NOINLINE u64 init_account(Context *context, const New *new, const AccountType *type) {
    TRY(new->seeds.len ? create_derived(new, context->program)
                       : create_account(new->payer, new->account, new->space, new->owner, &UNSIGNED));
    *(u64 *)data_of(new->account) = type->discriminator;
    add_mutable(context, new->account, new->field, type);
    return OK;
}

/* Every vault is its own token authority. */
NOINLINE u64 init_vault(const Context *context, const New *new, Mint *mint) {
    TRY(create_derived(new, context->program));
    token_initialize_account((TokenAccount *)new->account, mint, &new->account->key);
    return OK;
}
