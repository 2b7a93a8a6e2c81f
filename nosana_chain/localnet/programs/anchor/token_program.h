/* Instructions of the SPL Token program. */
#pragma once
#include "cpi.h"

enum { TOKEN_TRANSFER = 3, TOKEN_CLOSE_ACCOUNT = 9, TOKEN_INITIALIZE_ACCOUNT_3 = 18 };

/* SPL Token's error 14, Overflow. */
constexpr u64 TOKEN_OVERFLOW = 14;

/* The token program of recent runtimes (p-token) lets the receiver's balance wrap, which SPL Token refuses after all
 * its other checks: so does this. */
NOINLINE u64 token_transfer(TokenAccount *from, TokenAccount *to, Account *authority, u64 amount,
                            const Seeds *seeds) {
    const struct {
        u8 instruction;
        u64 amount;
    } PACKED data = {TOKEN_TRANSFER, amount};
    const u64 balance = to->amount;
    INVOKE(TOKEN_PROGRAM, data, seeds, WRITES(&from->info), WRITES(&to->info), SIGNS(authority));
    return to->amount < balance && from != to ? TOKEN_OVERFLOW : OK;
}

static void token_close_account(TokenAccount *token, Account *to, Account *authority, const Seeds *seeds) {
    const u8 data = TOKEN_CLOSE_ACCOUNT;
    INVOKE(TOKEN_PROGRAM, data, seeds, WRITES(&token->info), WRITES(to), SIGNS(authority));
}

static void token_initialize_account(TokenAccount *token, Mint *mint, const Pubkey *owner) {
    const struct {
        u8 instruction;
        Pubkey owner;
    } PACKED data = {TOKEN_INITIALIZE_ACCOUNT_3, *owner};
    INVOKE(TOKEN_PROGRAM, data, &UNSIGNED, WRITES(&token->info), READS(&mint->info));
}
