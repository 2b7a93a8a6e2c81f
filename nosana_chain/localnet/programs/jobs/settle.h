/* end and finish: the node is paid for the seconds that it ran, the rest of the deposit goes back. */
#pragma once
#include "jobs/jobs.h"

static i64 least(i64 a, i64 b) { return a < b ? a : b; }

/* A free job moves nothing. */
INLINE u64 settle(JobAccount *job, const RunAccount *run, const MarketAccount *market, TokenAccount *vault,
                  TokenAccount *user, TokenAccount *deposit) {
    job->state = JOB_DONE;
    job->node = run->node;
    job->time_start = run->time;
    job->time_end = now();
    if (job->price == 0) return OK;
    const u64 paid_in = amount_of(job->price, job->timeout);
    const u64 earned = amount_of(job->price, least(sub_i64(job->time_end, job->time_start), job->timeout));
    TRY(pay_from_vault(market, vault, user, earned));
    return pay_from_vault(market, vault, deposit, sub_u64(paid_in, earned));
}
