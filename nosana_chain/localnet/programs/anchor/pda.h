/* Program-derived addresses. */
#pragma once
#include "account.h"

/* Seeds of an address, or of the signature of one. */
#define SEEDS(...) ((Seeds){(const Seed[]){__VA_ARGS__}, sizeof((const Seed[]){__VA_ARGS__}) / sizeof(Seed)})
#define LABEL(text) {text, sizeof(text) - 1}
#define BYTES(variable) {&(variable), sizeof(variable)}
#define KEY(account) BYTES((account)->info.key)

INLINE u8 find_address(Pubkey *address, Seeds seeds, const Pubkey *program) {
    u8 bump = 0;
    sol_try_find_program_address(seeds.seeds, seeds.len, program, address, &bump);
    return bump;
}

INLINE bool is_derived(const Account *account, Seeds seeds, const Pubkey *program) {
    Pubkey address;
    find_address(&address, seeds, program);
    return same(&account->key, &address);
}

#define ATA_SEEDS(owner, mint) SEEDS(BYTES(owner), BYTES(TOKEN_PROGRAM), BYTES(mint))

/* True if the account's address is the associated token account of `owner` for NOS. */
NOINLINE bool is_ata(const TokenAccount *token, const Pubkey *owner) {
    return is_derived(&token->info, ATA_SEEDS(*owner, NOS_MINT), &ASSOCIATED_TOKEN_PROGRAM);
}
