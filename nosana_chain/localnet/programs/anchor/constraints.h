/* Constraints of an account's row, in Anchor's order. Inside a row `self` is the account, `field` its name. */
#pragma once
#include "context.h"
#include "pda.h"

/* A raw constraint: any expression over the accounts of the instruction. */
#define CONSTRAINT(condition, error)                       \
    ({                                                     \
        if (!(condition)) return caused_by(field, &error); \
    })

/* In one: `stored` is the address of `account`. */
#define IS(stored, account) same(&(stored), &(account)->info.key)

/* The account's field `target` is the address of the account `target`. */
#define HAS_ONE(target, error) SAME_KEYS_(&self->target, &target->info.key, error)

/* The account's address is this key: a constant, or what another account stores. */
#define ADDRESS(expected, error) SAME_KEYS_(&self->info.key, stored(&expected), error)

#define SAME_KEYS_(left, right, error)                                             \
    ({                                                                             \
        if (!same(left, right)) return caused_by_keys(field, &error, left, right); \
    })

/* The account's address is the one that `program` derives from these seeds. */
#define ADDRESS_FROM(program, error, ...) AT_DERIVED_(&program, error, __VA_ARGS__)

#define AT_DERIVED_(program, error, ...)                     \
    ({                                                       \
        Pubkey address;                                      \
        find_address(&address, SEEDS(__VA_ARGS__), program); \
        SAME_KEYS_(&self->info.key, &address, error);        \
    })

/* In a DERIVED row: the account's address is the program's for these seeds. */
#define AT_SEEDS(...) AT_DERIVED_(context->program, ConstraintSeeds, __VA_ARGS__)

/* In a DERIVED row: the same, where the address is a constant. */
#define AT(expected) SAME_KEYS_(&self->info.key, &expected, ConstraintSeeds)

/* In a DERIVED row: the account is the associated token account of this wallet and mint. */
#define ASSOCIATED(wallet, mint)                                                    \
    ({                                                                              \
        SAME_KEYS_(&self->owner, &wallet, ConstraintTokenOwner);                    \
        Pubkey address;                                                             \
        find_address(&address, ATA_SEEDS(wallet, mint), &ASSOCIATED_TOKEN_PROGRAM); \
        SAME_KEYS_(&self->info.key, &address, ConstraintAssociated);                \
    })

/* The token account is of this mint. Anchor names no account here. */
#define TOKEN_MINT(expected)                                                      \
    ({                                                                            \
        if (!same(&self->mint, &expected)) return occurred(&ConstraintTokenMint); \
    })

/* The token account belongs to this wallet; none is named here either. */
#define TOKEN_OWNER(expected)                                                       \
    ({                                                                              \
        if (!same(&self->owner, &expected)) return occurred(&ConstraintTokenOwner); \
    })

/* At the end the account is closed, and its lamports go to `target`. */
#define CLOSE(target)                                                                \
    ({                                                                               \
        if (&self->info == &target->info) return caused_by(field, &ConstraintClose); \
        context->closing = &self->info;                                              \
        context->close_to = &target->info;                                           \
    })
