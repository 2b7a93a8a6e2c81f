/* work: a node takes the first waiting job, or waits in the queue. */
#include "jobs/node_access.h"
#include "jobs/queue.h"
#include "jobs/run.h"

/* Not only in a queue of nodes: the real program asks the same of a queue that is said to be empty, or anything. */
static bool is_waiting(const MarketAccount *market, const Pubkey *node) {
    return market->queue_type != QUEUE_OF_JOBS && queue_find(market, node) < market->queue_len;
}

INSTRUCTION(jobs_work,
    RUN_IF_MATCHED,
    ACCOUNT(market, MarketAccount, CONSTRAINT(!is_waiting(market, &authority->info.key), NodeAlreadyQueued)),
    ACCOUNT(payer, Signer),
    NODE_ACCESS,
    ACCOUNT(authority, Signer),
    ACCOUNT(system_program, SystemProgram))
{
    if (market->queue_type == QUEUE_OF_JOBS) {
        Pubkey job;
        queue_pop(market, &job);
        create_run(run, &job, &authority->info.key, payer);
    } else {
        queue_push(market, &authority->info.key, QUEUE_OF_NODES);
    }
    return OK;
}
