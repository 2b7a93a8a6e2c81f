"""Instructions on a market itself: open, update, close, close_admin."""

from behaviour.builds import JOBS

from model.addresses import NOS
from model.anchor import (
    MINT,
    RENT_FIELD,
    SYSTEM_FIELD,
    TOKEN,
    TOKEN_FIELD,
    UNTYPED,
    Context,
    Field,
    Init,
    instruction,
    is_key,
    signer,
)
from model.jobs.shared import (
    ADMIN,
    EMPTY_QUEUE,
    MARKET_OWNER,
    MARKET_VAULT,
    UNKNOWN_JOB_TYPE,
    USER,
    VAULT,
    pay_out,
    vault_seeds,
)

LAST_JOB_TYPE = 4


@instruction(
    JOBS,
    "open",
    "job_expiration:i64 job_price:u64 job_timeout:i64 job_type:u8 node_xnos_minimum:u128",
    Field("mint", MINT, checks=(is_key("mint", NOS, "InvalidMint"),)),
    Field("market", "Market", mut=True, init=Init("authority")),
    Field(
        "vault",
        TOKEN,
        mut=True,
        init=Init("authority", lambda context: (bytes(context.keys["market"]), bytes(context.keys["mint"])), "mint"),
    ),
    signer(mut=True),
    Field("access_key", UNTYPED),
    RENT_FIELD,
    SYSTEM_FIELD,
    TOKEN_FIELD,
)
def open_market(context: Context) -> None:
    market = context.market
    market.authority, market.queue_type = context.keys["authority"], EMPTY_QUEUE
    market.vault, market.vault_bump = context.keys["vault"], context.bumps["vault"]
    _set_terms(context)
    market.job_type = market.job_type if market.job_type <= LAST_JOB_TYPE else UNKNOWN_JOB_TYPE


def _set_terms(context: Context) -> None:
    for name, value in vars(context.args).items():
        setattr(context.market, name, value)
    context.market.node_access_key = context.keys["access_key"]


@instruction(
    JOBS,
    "update",
    "job_expiration:i64 job_price:u64 job_type:u8 node_xnos_minimum:u128 job_timeout:i64",
    Field("market", "Market", mut=True, checks=(MARKET_OWNER,)),
    Field("access_key", UNTYPED),
    signer(),
)
def update(context: Context) -> None:
    _set_terms(context)


def _close(context: Context) -> None:
    vault, authority = context.keys["vault"], context.keys["authority"]
    pay_out(context, "user", context.vault.amount)
    context.frame.close_token_account(vault, authority, vault, vault_seeds(context))


@instruction(
    JOBS,
    "close",
    "",
    Field("market", "Market", mut=True, checks=(MARKET_OWNER, MARKET_VAULT), close="authority"),
    VAULT,
    USER,
    signer(),
    TOKEN_FIELD,
)
def close(context: Context) -> None:
    _close(context)


@instruction(
    JOBS,
    "close_admin",
    "",
    Field("market", "Market", mut=True, checks=(MARKET_VAULT,), close="authority"),
    VAULT,
    USER,
    ADMIN,
    TOKEN_FIELD,
)
def close_admin(context: Context) -> None:
    _close(context)
