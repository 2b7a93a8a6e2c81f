/* The queue at the end of a market: jobs that wait for nodes, or nodes that wait for jobs. */
#pragma once
#include "jobs/jobs.h"

/* MarketAccount.queue_type. Any other value acts as QUEUE_EMPTY, and stays. */
enum { QUEUE_OF_JOBS = 0, QUEUE_OF_NODES = 1, QUEUE_EMPTY = 255 };

/* Room that a new market has. */
constexpr u64 QUEUE_CAPACITY = 314;

/* MarketAccount.job_type of a market where nothing is ever queued. */
constexpr u8 JOB_TYPE_UNKNOWN = 255;

/* Place of a key in the queue; its length if it is not there. */
NOINLINE u32 queue_find(const MarketAccount *market, const Pubkey *key) {
    u32 at = 0;
    while (at < market->queue_len && !same(&market->queue[at], key)) at++;
    return at;
}

/* The keys behind move up; the last one's place keeps its bytes. */
static void queue_remove_at(MarketAccount *market, u32 at) {
    Pubkey *const key = &market->queue[at];
    market->queue_len--;
    sol_memmove_(key, key + 1, (market->queue_len - at) * sizeof *key);
    if (market->queue_len == 0) market->queue_type = QUEUE_EMPTY;
}

NOINLINE u64 queue_remove(MarketAccount *market, const Pubkey *key) {
    const u32 at = queue_find(market, key);
    if (at == market->queue_len) return occurred(&NotInMarketQueue);
    queue_remove_at(market, at);
    return OK;
}

/* Takes the first key off the queue. */
NOINLINE void queue_pop(MarketAccount *market, Pubkey *first) {
    if (market->queue_len == 0) PANIC("removal index (is 0) should be < len (is 0)");
    *first = market->queue[0];
    queue_remove_at(market, 0);
}

/* Appends a key; in a full account the length alone grows, and the end of the instruction refuses it. */
NOINLINE void queue_push(MarketAccount *market, const Pubkey *key, u8 queue_type) {
    if (market->job_type == JOB_TYPE_UNKNOWN) return;
    if (market->queue_type == QUEUE_EMPTY) market->queue_type = queue_type;
    const u32 at = market->queue_len++;
    if (body_fits(&market->info, &MarketAccount_type)) market->queue[at] = *key;
}
