/* The job that list and assign create. */
#pragma once
#include "jobs/jobs.h"

INLINE void fill_job(JobAccount *job, const MarketAccount *market, const Signer *payer, const Signer *authority,
                     const Bytes32 *ipfs_job, i64 timeout) {
    job->ipfs_job = *ipfs_job;
    job->market = market->info.key;
    job->payer = payer->info.key;
    job->price = market->job_price;
    job->project = authority->info.key;
    job->timeout = timeout;
}
