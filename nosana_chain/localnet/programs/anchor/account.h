/* Types of accounts, and the first pass of Anchor's checks: is the account of its type? */
#pragma once
#include "error.h"
#include "addresses.h"
#include "borsh.h"

/* The last three have data that is decoded: Anchor calls such an account typed. */
typedef enum { UNTYPED, SIGNER, PROGRAM, SYSVAR, PROGRAM_ACCOUNT, TOKEN_ACCOUNT, MINT } Check;

typedef struct {
    Check check;
    Pubkey address;    /* of the program or sysvar; for what holds data: of the program that owns it */
    u64 discriminator; /* first 8 bytes of a program account */
    Shape shape;       /* of what follows the discriminator */
    u64 space;         /* length that `init` allocates */
} AccountType;

static bool is_typed(const AccountType *type) { return type->check >= PROGRAM_ACCOUNT; }

typedef struct {
    Account info;
} UncheckedAccount, Signer, Rent, SystemProgram, TokenProgram, AssociatedTokenProgram, RewardsProgram;

typedef struct {
    Account info;
    Pubkey mint;
    Pubkey owner;
    u64 amount;
    u32 has_delegate;
    Pubkey delegate;
    u8 state;
    u32 is_native;
    u64 native_reserve;
    u64 delegated_amount;
    u32 has_close_authority;
    Pubkey close_authority;
} PACKED TokenAccount;

typedef struct {
    Account info;
    u32 has_mint_authority;
    Pubkey mint_authority;
    u64 supply;
    u8 decimals;
    u8 is_initialized;
    u32 has_freeze_authority;
    Pubkey freeze_authority;
} PACKED Mint;

constexpr u64 TOKEN_ACCOUNT_LEN = sizeof(TokenAccount) - sizeof(Account);
constexpr u64 MINT_LEN = sizeof(Mint) - sizeof(Account);
constexpr u8 TOKEN_FROZEN = 2; /* the last of: uninitialized, initialized, frozen */

constexpr AccountType UncheckedAccount_type = {.check = UNTYPED};
constexpr AccountType Signer_type = {.check = SIGNER};
constexpr AccountType Rent_type = {.check = SYSVAR, .address = RENT_SYSVAR};
constexpr AccountType SystemProgram_type = {.check = PROGRAM, .address = SYSTEM_PROGRAM};
constexpr AccountType TokenProgram_type = {.check = PROGRAM, .address = TOKEN_PROGRAM};
constexpr AccountType AssociatedTokenProgram_type = {.check = PROGRAM, .address = ASSOCIATED_TOKEN_PROGRAM};
constexpr AccountType RewardsProgram_type = {.check = PROGRAM, .address = REWARDS_PROGRAM};
constexpr AccountType TokenAccount_type = {.check = TOKEN_ACCOUNT, .address = TOKEN_PROGRAM};
constexpr AccountType Mint_type = {.check = MINT, .address = TOKEN_PROGRAM};

static u64 check_token_account(const TokenAccount *token, const char *field) {
    if (token->info.data_len != TOKEN_ACCOUNT_LEN || token->has_delegate > 1 || token->is_native > 1 ||
        token->has_close_authority > 1 || token->state > TOKEN_FROZEN)
        return caused_by(field, &InvalidAccountData);
    return token->state ? OK : caused_by(field, &UninitializedAccount);
}

static u64 check_mint(const Mint *mint, const char *field) {
    if (mint->info.data_len != MINT_LEN || mint->has_mint_authority > 1 || mint->has_freeze_authority > 1 ||
        mint->is_initialized > 1)
        return caused_by(field, &InvalidAccountData);
    return mint->is_initialized ? OK : caused_by(field, &UninitializedAccount);
}

/* True if the fields, with a list or strings that may end them, are values of their types and fit into the data. */
static bool body_fits(Account *account, const AccountType *type) {
    const u64 head = sizeof type->discriminator;
    return decodes(data_of(account) + head, account->data_len - head, &type->shape);
}

static u64 check_program_account(Account *account, const char *field, const AccountType *type) {
    if (account->data_len < sizeof type->discriminator) return caused_by(field, &AccountDiscriminatorNotFound);
    if (*(const u64 *)data_of(account) != type->discriminator) return caused_by(field, &AccountDiscriminatorMismatch);
    return body_fits(account, type) ? OK : caused_by(field, &AccountDidNotDeserialize);
}

static u64 check_owner(const Account *account, const char *field, const AccountType *type) {
    if (same(&account->owner, &SYSTEM_PROGRAM) && account->lamports == 0)
        return caused_by(field, &AccountNotInitialized);
    if (!same(&account->owner, &type->address))
        return caused_by_keys(field, &AccountOwnedByWrongProgram, &account->owner, &type->address);
    return OK;
}

static u64 check_program(const Account *account, const char *field, const AccountType *type) {
    if (!same(&account->key, &type->address))
        return caused_by_keys(field, &InvalidProgramId, &account->key, &type->address);
    return account->is_executable ? OK : caused_by(field, &InvalidProgramExecutable);
}

NOINLINE u64 check_type(Account *account, const char *field, const AccountType *type) {
    switch (type->check) {
        case UNTYPED:
            return OK;
        case SIGNER:
            return account->is_signer ? OK : caused_by(field, &AccountNotSigner);
        case PROGRAM:
            return check_program(account, field, type);
        case SYSVAR:
            return same(&account->key, &type->address) ? OK : caused_by(field, &AccountSysvarMismatch);
        case PROGRAM_ACCOUNT:
            TRY(check_owner(account, field, type));
            return check_program_account(account, field, type);
        case TOKEN_ACCOUNT:
            TRY(check_owner(account, field, type));
            return check_token_account((TokenAccount *)account, field);
        case MINT:
            TRY(check_owner(account, field, type));
            return check_mint((Mint *)account, field);
    }
}
