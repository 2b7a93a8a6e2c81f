/* INSTRUCTION(name, rows...) { handler }: one instruction of a program.
 *
 * A row is one account, in the order of the interface:
 *   ACCOUNT(name, Type, constraints...)         an account that is there
 *   DERIVED(name, Type, check, constraints...)  the same; what its address is derived from is checked even before `mut`
 *   DUP(name, Type, constraints...)             the same, and it may repeat another `mut` account
 *   INIT(name, Type, payer, extra space?)       a new account at a keypair's address
 *   INIT_PDA(name, Type, payer, seeds...)       a new account at a derived address
 *   INIT_VAULT(name, payer, mint, seeds...)     a new token account at a derived address, its own authority
 *
 * Order, number, `mut` and signer flags come from idl/, in generated/<program>/instructions.h: rows that differ do
 * not compile. In constraints and handler each account is a variable of its name; the handler also has <name>_bump of
 * INIT_PDA and INIT_VAULT, and `args`. It ends with `return OK`, and leaves by REQUIRE, TRY or an abort.
 *
 * The rows are walked as Anchor does: take and type all, create the new ones, look for duplicates, check the
 * constraints; then the handler runs, and exit_accounts has the last word. */
#pragma once
#include "arithmetic.h"
#include "constraints.h"
#include "for_each.h"
#include "init.h"

#define ACCOUNT(...) (ACCOUNT, __VA_ARGS__)
#define DERIVED(...) (DERIVED, __VA_ARGS__)
#define DUP(...) (DUP, __VA_ARGS__)
#define INIT(...) (INIT, __VA_ARGS__)
#define INIT_PDA(...) (INIT_PDA, __VA_ARGS__)
#define INIT_VAULT(...) (INIT_VAULT, __VA_ARGS__)

#define INSTRUCTION(ix, ...)                                                                             \
    enum { FOR_EACH(POSITION_, ix, __VA_ARGS__) ix##_rows };                                             \
    static_assert((int)ix##_rows == (int)ix##_accounts, "the interface has another number of accounts"); \
    static_assert((int)ix##_rows <= ACCOUNTS_MAX, "the context has no room for so many accounts");       \
    FOR_EACH(MATCH_, ix, __VA_ARGS__)                                                                    \
    INLINE u64 ix##_handler(const ix##_args *args FOR_EACH(PARAMETER_, ix, __VA_ARGS__));                \
    NOINLINE u64 ix(Context *context) {                                                                  \
        const ix##_args *const args = (const ix##_args *)context->args;                                  \
        if (!decodes(context->args, context->args_len, &ix##_shape))                                     \
            return occurred(&InstructionDidNotDeserialize);                                              \
        FOR_EACH(TAKE_, ix, __VA_ARGS__)                                                                 \
        FOR_EACH(CREATE_, ix, __VA_ARGS__)                                                               \
        TRY(check_duplicates(context));                                                                  \
        FOR_EACH(CONSTRAIN_, ix, __VA_ARGS__)                                                            \
        TRY(ix##_handler(args FOR_EACH(PASS_, ix, __VA_ARGS__)));                                        \
        return exit_accounts(context);                                                                   \
    }                                                                                                    \
    INLINE u64 ix##_handler(const ix##_args *args FOR_EACH(PARAMETER_, ix, __VA_ARGS__))

#define IS_MUT_(ix, name) (ix##_writable >> ix##_##name & 1)
#define IS_SIGNER_(ix, name) (ix##_signers >> ix##_##name & 1)

/* In a Cpi to an instruction of idl/: its account `name` is `variable`. */
#define CPI_ACCOUNT(ix, name, variable) [ix##_##name] = {&variable->info, IS_MUT_(ix, name), IS_SIGNER_(ix, name)}

/* What follows is how each kind of row takes part in each walk: WALK_KIND(instruction, name, ...). */

/* --- rows stand where the interface has them */

#define POSITION_(ix, kind, name, ...) ix##_row_##name,
#define MATCH_(ix, kind, name, ...) \
    static_assert((int)ix##_row_##name == (int)ix##_##name, #name " is at another place in the interface");

/* --- take and type */

#define TAKE_(ix, kind, ...) TAKE_##kind(ix, __VA_ARGS__)

#define TAKE_ACCOUNT(ix, name, Type, ...)                                                       \
    static_assert(Type##_type.check != SIGNER || IS_SIGNER_(ix, name), #name " need not sign"); \
    TRY(take(context, ix##_##name, #name, &Type##_type, IS_MUT_(ix, name)));                    \
    Type *const name = (Type *)context->accounts[ix##_##name];

#define TAKE_DERIVED(...) TAKE_ACCOUNT(__VA_ARGS__)

#define TAKE_DUP(ix, name, Type, ...)                            \
    TRY(take(context, ix##_##name, #name, &Type##_type, false)); \
    Type *const name = (Type *)context->accounts[ix##_##name];

#define TAKE_INIT(ix, name, Type, ...)                           \
    static_assert(IS_SIGNER_(ix, name), #name " need not sign"); \
    TAKE_NEW_(ix, name, Type)

#define TAKE_INIT_PDA(ix, name, Type, ...) TAKE_NEW_(ix, name, Type)
#define TAKE_INIT_VAULT(ix, name, ...) TAKE_NEW_(ix, name, TokenAccount)

#define TAKE_NEW_(ix, name, Type)        \
    TRY(take_new(context, ix##_##name)); \
    Type *const name = (Type *)context->accounts[ix##_##name];

/* --- create */

#define CREATE_(ix, kind, ...) CREATE_##kind(__VA_ARGS__)
#define CREATE_ACCOUNT(...)
#define CREATE_DERIVED(...)
#define CREATE_DUP(...)

#define CREATE_INIT(name, Type, funder, ...)                                                            \
    TRY(init_account(context,                                                                           \
                     &(New){NEW_(name, funder, Type##_type.address),                                    \
                            .space = Type##_type.space __VA_OPT__(+(__VA_ARGS__))},                     \
                     &Type##_type));

#define CREATE_INIT_PDA(name, Type, funder, ...)                                                        \
    u8 name##_bump;                                                                                     \
    TRY(init_account(context,                                                                           \
                     &(New){NEW_(name, funder, Type##_type.address), .space = Type##_type.space,        \
                            .seeds = SEEDS(__VA_ARGS__), .bump = &name##_bump},                         \
                     &Type##_type));

#define CREATE_INIT_VAULT(name, funder, mint, ...)                                                      \
    u8 name##_bump;                                                                                     \
    TRY(init_vault(context,                                                                             \
                   &(New){NEW_(name, funder, TOKEN_PROGRAM), .space = TOKEN_ACCOUNT_LEN,                \
                          .seeds = SEEDS(__VA_ARGS__), .bump = &name##_bump},                           \
                   mint));

#define NEW_(name, funder, program) \
    .field = #name, .account = &name->info, .payer = &funder->info, .owner = &program

/* --- constrain */

#define CONSTRAIN_(ix, kind, ...) CONSTRAIN_##kind(ix, __VA_ARGS__)

#define CONSTRAIN_ACCOUNT(ix, name, Type, ...)                                                     \
    {                                                                                              \
        [[maybe_unused]] Type *const self = name;                                                  \
        [[maybe_unused]] const char *const field = #name;                                          \
        if (IS_MUT_(ix, name) && !self->info.is_writable) return caused_by(field, &ConstraintMut); \
        __VA_ARGS__;                                                                               \
    }

#define CONSTRAIN_DERIVED(ix, name, Type, check, ...) \
    {                                                 \
        Type *const self = name;                      \
        const char *const field = #name;              \
        check;                                        \
    }                                                 \
    CONSTRAIN_ACCOUNT(ix, name, Type, __VA_ARGS__)

#define CONSTRAIN_DUP(...) CONSTRAIN_ACCOUNT(__VA_ARGS__)
#define CONSTRAIN_INIT(...)
#define CONSTRAIN_INIT_PDA(...)
#define CONSTRAIN_INIT_VAULT(...)

/* --- parameters and arguments of the handler */

#define PARAMETER_(ix, kind, ...) PARAMETER_##kind(__VA_ARGS__)
#define PARAMETER_ACCOUNT(name, Type, ...) , Type *name
#define PARAMETER_DERIVED(name, Type, ...) , Type *name
#define PARAMETER_DUP(name, Type, ...) , Type *name
#define PARAMETER_INIT(name, Type, ...) , Type *name
#define PARAMETER_INIT_PDA(name, Type, ...) , Type *name, u8 name##_bump
#define PARAMETER_INIT_VAULT(name, ...) , TokenAccount *name, u8 name##_bump

#define PASS_(ix, kind, ...) PASS_##kind(__VA_ARGS__)
#define PASS_ACCOUNT(name, ...) , name
#define PASS_DERIVED(name, ...) , name
#define PASS_DUP(name, ...) , name
#define PASS_INIT(name, ...) , name
#define PASS_INIT_PDA(name, ...) , name, name##_bump
#define PASS_INIT_VAULT(name, ...) , name, name##_bump
