"""Instructions of whoever posts jobs: list, assign, extend, delist, recover."""

from behaviour.builds import JOBS

from model.anchor import (
    REWARDS_FIELD,
    SYSTEM_FIELD,
    TOKEN,
    TOKEN_FIELD,
    UNTYPED,
    Context,
    Field,
    instruction,
    signer,
)
from model.checked import i64, u64
from model.cpi import REWARDS_ACCOUNTS
from model.errors import require
from model.jobs.shared import (
    JOB_MARKET,
    JOB_PAYER,
    JOB_PROJECT,
    JOBS_QUEUE,
    MARKET_VAULT,
    NEW_JOB,
    NEW_RUN,
    NODES_QUEUE,
    PAYER,
    QUEUED,
    SPARE_RUN,
    STOPPED,
    USER,
    VAULT,
    dequeue,
    enqueue,
    fill_run,
    free_or_ata,
    job_state,
    market_queue,
    pay_in,
    pay_out,
    payer_key,
    price_of,
    remove,
    start_spare_run,
)

PAYING_USER = Field(
    "user", TOKEN, mut=True, checks=(free_or_ata("user", payer_key, lambda context: context.market.job_price),)
)
POSTER = (signer("payer", mut=True), *REWARDS_ACCOUNTS, signer(), REWARDS_FIELD, TOKEN_FIELD, SYSTEM_FIELD)


def _fill_job(context: Context) -> None:
    job, keys = context.job, context.keys
    job.ipfs_job, job.timeout = context.args.ipfs_job, context.args.timeout
    job.market, job.payer, job.project = keys["market"], keys["payer"], keys["authority"]
    job.price = context.market.job_price


@instruction(
    JOBS,
    "list",
    "ipfs_job:key timeout:i64",
    NEW_JOB,
    Field("market", "Market", mut=True, checks=(MARKET_VAULT,)),
    SPARE_RUN,
    PAYING_USER,
    VAULT,
    *POSTER,
)
def list_job(context: Context) -> None:
    _fill_job(context)
    market, job = context.market, context.keys["job"]
    if market.queue_type == NODES_QUEUE:
        start_spare_run(context, job, dequeue(market))
    else:
        enqueue(market, job, JOBS_QUEUE)
    pay_in(context, market.job_price, context.args.timeout)


@instruction(
    JOBS,
    "assign",
    "ipfs_job:key timeout:i64",
    NEW_JOB,
    Field("market", "Market", mut=True, checks=(MARKET_VAULT, market_queue(NODES_QUEUE))),
    NEW_RUN,
    Field("node", UNTYPED),
    PAYING_USER,
    VAULT,
    *POSTER,
)
def assign(context: Context) -> None:
    node = context.keys["node"]
    remove(context.market, node)
    _fill_job(context)
    fill_run(context, node)
    pay_in(context, context.market.job_price, context.args.timeout)


def _pays_for_job(context: Context) -> bool:
    return bool(context.job.price == 0 or context.job.payer == context.keys["payer"])


@instruction(
    JOBS,
    "extend",
    "timeout:i64",
    Field(
        "job",
        "Job",
        mut=True,
        checks=(JOB_MARKET, JOB_PROJECT, (_pays_for_job, "Unauthorized"), job_state(QUEUED)),
    ),
    Field("market", "Market", checks=(MARKET_VAULT,)),
    Field("user", TOKEN, mut=True, checks=(free_or_ata("user", payer_key),)),
    VAULT,
    *REWARDS_ACCOUNTS,
    signer(),
    signer("payer"),
    REWARDS_FIELD,
    TOKEN_FIELD,
)
def extend(context: Context) -> None:
    job, timeout = context.job, context.args.timeout
    require(timeout > job.timeout, "JobTimeoutNotGreater", (timeout, job.timeout))
    pay_in(context, job.price, i64(timeout - job.timeout))
    job.timeout = timeout


@instruction(
    JOBS,
    "delist",
    "",
    Field("job", "Job", mut=True, checks=(JOB_PAYER, JOB_MARKET, JOB_PROJECT, job_state(QUEUED)), close="payer"),
    Field("market", "Market", mut=True, checks=(MARKET_VAULT, market_queue(JOBS_QUEUE))),
    Field("deposit", TOKEN, mut=True, checks=(free_or_ata("deposit", payer_key),)),
    PAYER,
    VAULT,
    TOKEN_FIELD,
    signer(mut=True),
)
def delist(context: Context) -> None:
    job = context.job
    remove(context.market, context.keys["job"])
    if job.price:
        pay_out(context, "deposit", price_of(job.price, job.timeout))


@instruction(
    JOBS,
    "recover",
    "",
    Field("job", "Job", mut=True, checks=(JOB_PAYER, JOB_MARKET, JOB_PROJECT, job_state(STOPPED)), close="payer"),
    Field("market", "Market", checks=(MARKET_VAULT,)),
    VAULT,
    USER,
    PAYER,
    signer(),
    TOKEN_FIELD,
)
def recover(context: Context) -> None:
    pay_out(context, "user", u64(context.job.price * u64(context.job.timeout)))  # even a free job, unlike elsewhere
