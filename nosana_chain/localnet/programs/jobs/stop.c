/* stop: a waiting node leaves the queue, or the operator of the market removes it. */
#include "jobs/queue.h"

INSTRUCTION(jobs_stop,
    ACCOUNT(market, MarketAccount,
        CONSTRAINT(market->queue_type == QUEUE_OF_NODES, MarketInWrongState),
        CONSTRAINT(IS(node->info.key, authority) || IS(market->authority, authority), Unauthorized)),
    ACCOUNT(node, UncheckedAccount),
    ACCOUNT(authority, Signer))
{
    return queue_remove(market, &node->info.key);
}
