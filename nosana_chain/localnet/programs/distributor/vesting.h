/* Amounts over time. */
#pragma once
#include "distributor/distributor.h"

constexpr u64 MILLION = 1'000'000;

/* amount * part / whole, rounded down; the part is no more than the whole. */
static u64 share(u64 amount, u64 part, u64 whole) { return (u64)div_u128(widening_mul(amount, part), whole); }

/* What time has released of an amount: nothing before the start, all of it from the end on. */
static u64 vest(const MerkleDistributor *distributor, u64 amount, u64 *vested) {
    const i64 start = distributor->start_ts, end = distributor->end_ts, time = now();
    if (time < start || time >= end) {
        *vested = time < start ? 0 : amount;
        return OK;
    }
    i64 elapsed = time, duration = end;
    SUBTRACT(elapsed, start);
    SUBTRACT(duration, start);
    *vested = share(amount, (u64)elapsed, (u64)duration);
    return OK;
}

/* What a claim of an unlocked amount pays: the start's share at once, and of the rest what has vested. */
static u64 unlock(const MerkleDistributor *distributor, u64 amount, u64 *unlocked) {
    const u64 at_start = share(amount, START_MILLIONTHS, MILLION);
    TRY(vest(distributor, amount - at_start, unlocked));
    *unlocked += at_start;
    return OK;
}

/* Claims end with the clawback, and begin with a slot. */
#define REQUIRE_CLAIMS_ARE_OPEN(distributor)                                         \
    ({                                                                               \
        REQUIRE(!(distributor)->clawed_back, ClaimExpired);                          \
        REQUIRE((distributor)->enable_slot <= current_slot(), ClaimingIsNotStarted); \
    })
