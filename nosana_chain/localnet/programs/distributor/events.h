/* Events, which clients read from the log. */
#pragma once
#include "anchor/types.h"

/* The first 8 bytes of sha256("event:" + name). */
constexpr u64 NEW_CLAIM_EVENT = 0x3737653c97e703f4, CLAIMED_EVENT = 0x7354579056d1ac90;

typedef struct {
    u64 discriminator;
    Pubkey claimant;
    i64 timestamp;
    u64 amount_claimed;
    u64 amount_forgone;
} PACKED NewClaimEvent;

typedef struct {
    u64 discriminator;
    Pubkey claimant;
    u64 amount;
} PACKED ClaimedEvent;

#define EMIT(event) sol_log_data(&(const Slice){&(event), sizeof(event)}, 1)
