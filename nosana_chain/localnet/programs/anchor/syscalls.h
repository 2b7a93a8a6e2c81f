/* System calls of the Solana virtual machine, and the structures that cross into it. */
#pragma once
#include "types.h"

typedef struct {
    const void *bytes;
    u64 len;
} Slice;

typedef Slice Seed;

typedef struct {
    const Seed *seeds;
    u64 len;
} Seeds;

typedef struct {
    const Pubkey *key;
    bool is_writable;
    bool is_signer;
} SolAccountMeta;

typedef struct {
    const Pubkey *program;
    const SolAccountMeta *accounts;
    u64 accounts_len;
    const void *data;
    u64 data_len;
} SolInstruction;

typedef struct {
    const Pubkey *key;
    u64 *lamports;
    u64 data_len;
    u8 *data;
    const Pubkey *owner;
    u64 rent_epoch;
    bool is_signer;
    bool is_writable;
    bool is_executable;
} SolAccountInfo;

typedef struct {
    u64 slot;
    i64 epoch_start_timestamp;
    u64 epoch;
    u64 leader_schedule_epoch;
    i64 unix_timestamp;
} SolClock;

[[noreturn]] void abort(void);
void sol_log_(const char *text, u64 len);
void sol_log_pubkey(const Pubkey *key);
void sol_log_data(const Slice *slices, u64 len);
void sol_sha256(const Slice *slices, u64 len, Bytes32 *hash);
void sol_memcmp_(const void *a, const void *b, u64 len, i32 *order);
void *sol_memmove_(void *to, const void *from, u64 len);
u64 sol_get_clock_sysvar(SolClock *clock);
u64 sol_try_find_program_address(const Seed *seeds, u64 len, const Pubkey *program, Pubkey *address, u8 *bump);
u64 sol_invoke_signed_c(const SolInstruction *instruction, const SolAccountInfo *infos, u64 infos_len,
                        const Seeds *signers, u64 signers_len);

static u64 current_slot(void) {
    SolClock clock;
    sol_get_clock_sysvar(&clock);
    return clock.slot;
}

/* Unix time of the block, in seconds. */
static i64 now(void) {
    SolClock clock;
    sol_get_clock_sysvar(&clock);
    return clock.unix_timestamp;
}
