/* From the runtime's input buffer to the instruction. The generated program.c gives `dispatch`. */
#pragma once
#include "instruction.h"

/* First 8 bytes of the instruction with which an Anchor program would log events to itself. */
constexpr u64 EVENT_TAG = 0x1d9acb512ea545e4;

constexpr u8 NO_DUPLICATE = 255;

static u64 dispatch(Context *context, u64 discriminator);

/* What follows an account: room for its data to grow, padding, and the rent epoch. */
INLINE u8 *end_of(Account *account) {
    const u64 growth = 10 * 1024;
    const u64 end = (u64)data_of(account) + account->data_len + growth;
    return (u8 *)((end + 7) / 8 * 8 + sizeof(u64));
}

/* Notes the accounts, and returns what follows them. One that occurs again is an index, padded. */
INLINE u8 *read_accounts(Context *context, u8 *input) {
    const u64 count = *(u64 *)input;
    input += sizeof count;
    context->accounts_len = count < ACCOUNTS_MAX ? count : ACCOUNTS_MAX;
    for (u64 i = 0; i < count; i++) {
        Account *const account = (Account *)input;
        const bool is_duplicate = account->duplicate_of != NO_DUPLICATE;
        if (i < ACCOUNTS_MAX)
            context->accounts[i] = is_duplicate ? context->accounts[account->duplicate_of] : account;
        input = is_duplicate ? input + sizeof(u64) : end_of(account);
    }
    return input;
}

u64 entrypoint(u8 *input) {
    Context context;
    input = read_accounts(&context, input);
    const u64 data_len = *(u64 *)input;
    const u8 *const data = input + sizeof data_len;
    if (data_len < sizeof(u64)) return occurred(ANCHOR_0_28 ? &InstructionMissing : &InstructionFallbackNotFound);
    context.args = data + sizeof(u64);
    context.args_len = data_len - sizeof(u64);
    context.program = (const Pubkey *)(data + data_len);
    context.mutables_len = 0;
    context.closing = nullptr;
    return dispatch(&context, *(const u64 *)data);
}
