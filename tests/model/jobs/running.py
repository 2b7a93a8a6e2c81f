"""Instructions around a run: work, stop, claim, end, finish, complete, quit."""

from behaviour.builds import JOBS

from model.addresses import NOS
from model.anchor import SYSTEM_FIELD, TOKEN, TOKEN_FIELD, UNTYPED, Context, Field, instruction, signer, stores
from model.checked import i64, u64
from model.errors import require
from model.jobs.access import ACCESS
from model.jobs.shared import (
    DONE,
    JOB_MARKET,
    JOB_PROJECT,
    JOBS_QUEUE,
    MARKET_VAULT,
    NEW_RUN,
    NO_RESULT,
    NODES_QUEUE,
    PAYER,
    RUN_JOB,
    RUN_NODE,
    RUN_PAYER,
    SPARE_RUN,
    STOPPED,
    VAULT,
    dequeue,
    enqueue,
    fill_run,
    free_or_ata,
    job_state,
    market_queue,
    pay_out,
    price_of,
    remove,
    start_spare_run,
)


def _is_not_queued(context: Context) -> bool:
    """Told even where the queue's type is none, as long as it is not that of jobs."""
    market = context.market
    return market.queue_type == JOBS_QUEUE or context.keys["authority"] not in market.queue


@instruction(
    JOBS,
    "work",
    "",
    SPARE_RUN,
    Field("market", "Market", mut=True, checks=((_is_not_queued, "NodeAlreadyQueued"),)),
    signer("payer", mut=True),
    *ACCESS,
    signer(),
    SYSTEM_FIELD,
)
def work(context: Context) -> None:
    market, node = context.market, context.keys["authority"]
    if market.queue_type == JOBS_QUEUE:
        start_spare_run(context, dequeue(market), node)
    else:
        enqueue(market, node, NODES_QUEUE)


def _may_stop(context: Context) -> bool:
    return context.keys["authority"] in (context.keys["node"], context.market.authority)


@instruction(
    JOBS,
    "stop",
    "",
    Field("market", "Market", mut=True, checks=(market_queue(NODES_QUEUE), (_may_stop, "Unauthorized"))),
    Field("node", UNTYPED),
    signer(),
)
def stop(context: Context) -> None:
    remove(context.market, context.keys["node"])


@instruction(
    JOBS,
    "claim",
    "",
    Field("job", "Job", mut=True, checks=(JOB_MARKET, job_state(STOPPED))),
    NEW_RUN,
    Field("market", "Market"),
    *ACCESS,
    signer("payer", mut=True),
    signer(),
    SYSTEM_FIELD,
)
def claim(context: Context) -> None:
    fill_run(context, context.keys["authority"])


def _settle(context: Context) -> None:
    """Pay the node for its seconds, and give the rest of the deposit back."""
    job, run = context.job, context.run
    job.state, job.time_start, job.time_end, job.node = DONE, run.time, context.now, run.node
    if job.price == 0:
        return
    deposit = price_of(job.price, job.timeout)
    earned = price_of(job.price, min(i64(job.time_end - job.time_start), job.timeout))
    pay_out(context, "user", earned)
    pay_out(context, "deposit", u64(deposit - earned))


@instruction(
    JOBS,
    "end",
    "",
    Field("job", "Job", mut=True, checks=(JOB_MARKET, JOB_PROJECT)),
    Field("market", "Market", checks=(MARKET_VAULT,)),
    Field("run", "Run", mut=True, checks=(RUN_PAYER, RUN_JOB), close="payer"),
    Field("deposit", TOKEN, mut=True, checks=(free_or_ata("deposit", lambda context: context.job.payer),), shared=True),
    Field("user", TOKEN, mut=True, checks=(free_or_ata("user", lambda context: context.run.node),)),
    VAULT,
    PAYER,
    signer(mut=True),
    TOKEN_FIELD,
)
def end(context: Context) -> None:
    _settle(context)


def _is_paid_in_nos(context: Context) -> bool:
    return bool(context.job.price == 0 or context.user.mint == NOS)


@instruction(
    JOBS,
    "finish",
    "ipfs_result:key",
    Field("job", "Job", mut=True, checks=(JOB_MARKET, stores("job", "payer", "payer_job", "InvalidPayer"))),
    Field(
        "run",
        "Run",
        mut=True,
        checks=(RUN_JOB, stores("run", "payer", "payer_run", "InvalidPayer"), RUN_NODE),
        close="payer_run",
    ),
    Field("market", "Market", checks=(MARKET_VAULT,)),
    VAULT,
    Field(
        "deposit",
        TOKEN,
        mut=True,
        checks=(free_or_ata("deposit", lambda context: context.keys["payer_job"]),),
        shared=True,
    ),
    Field("user", TOKEN, mut=True, checks=((_is_paid_in_nos, "InvalidATA"),)),
    Field("payer_run", UNTYPED, mut=True),
    Field("payer_job", UNTYPED, mut=True),
    signer(),
    TOKEN_FIELD,
)
def finish(context: Context) -> None:
    _set_result(context)
    _settle(context)


def _set_result(context: Context) -> None:
    require(context.args.ipfs_result != NO_RESULT, "JobResultNull")
    context.job.ipfs_result = context.args.ipfs_result


@instruction(
    JOBS,
    "complete",
    "ipfs_result:key",
    Field(
        "job",
        "Job",
        mut=True,
        checks=(
            job_state(DONE),
            stores("job", "node", "authority", "Unauthorized"),
            (lambda context: context.job.ipfs_result == NO_RESULT, "JobResultsAlreadySet"),
        ),
    ),
    signer(),
)
def complete(context: Context) -> None:
    _set_result(context)


@instruction(
    JOBS,
    "quit",
    "",
    Field("job", "Job", mut=True),
    Field("run", "Run", mut=True, checks=(RUN_JOB, RUN_PAYER, RUN_NODE), close="payer"),
    PAYER,
    signer(),
)
def quit_run(context: Context) -> None:
    context.job.state = STOPPED
