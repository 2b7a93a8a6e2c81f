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
    invoke(&(Cpi){&TOKEN_PROGRAM, {&from->info, &to->info, authority}, 3, 0b011, 0b100, &data, sizeof data}, seeds);
    return to->amount < balance && from != to ? TOKEN_OVERFLOW : OK;
}

static void token_close_account(TokenAccount *token, Account *to, Account *authority, const Seeds *seeds) {
    const u8 instruction = TOKEN_CLOSE_ACCOUNT;
    invoke(&(Cpi){&TOKEN_PROGRAM, {&token->info, to, authority}, 3, 0b011, 0b100, &instruction, 1}, seeds);
}

static void token_initialize_account(TokenAccount *token, Mint *mint, const Pubkey *owner) {
    const struct {
        u8 instruction;
        Pubkey owner;
    } PACKED data = {TOKEN_INITIALIZE_ACCOUNT_3, *owner};
    invoke(&(Cpi){&TOKEN_PROGRAM, {&token->info, &mint->info}, 2, 0b01, 0b00, &data, sizeof data}, &UNSIGNED);
}
