"""The pools program: tokens that are released at a steady rate."""

from behaviour.builds import POOLS

from model.anchor import (
    MINT,
    RENT_FIELD,
    REWARDS_FIELD,
    SYSTEM_FIELD,
    TOKEN,
    TOKEN_FIELD,
    Context,
    Field,
    Init,
    has_one,
    instruction,
    is_key,
    signer,
    stores,
)
from model.checked import i64, u64
from model.cpi import REWARDS_ACCOUNTS, add_fee
from model.errors import require
from model.runtime import Seeds

TRANSFER, ADD_FEE = 0, 1
UNKNOWN_CLAIM_TYPE = 255

STARTED = (lambda context: context.now > context.pool.start_time), "NotStarted"
IS_TRANSFER = (lambda context: context.pool.claim_type == TRANSFER), "WrongClaimType"
IS_ADD_FEE = (lambda context: context.pool.claim_type == ADD_FEE), "WrongClaimType"
BENEFICIARY = has_one("pool", "beneficiary", "WrongBeneficiary")
FEEDS_REWARDS = stores("pool", "beneficiary", "rewards_vault", "WrongBeneficiary")
CLOSEABLE = (lambda context: context.pool.closeable or context.vault.amount == 0), "NotCloseable"
CLAIM_VAULT = Field(
    "vault", TOKEN, mut=True, checks=(is_key("vault", lambda context: context.pool.vault, "InvalidTokenAccount"),)
)


def _vault_seeds(context: Context) -> Seeds:
    return b"vault", bytes(context.keys["pool"]), bytes([context.pool.vault_bump])


def _from_vault(context: Context, target: str, amount: int) -> None:
    vault = context.keys["vault"]
    context.frame.transfer_tokens(vault, context.keys[target], vault, amount, _vault_seeds(context))


def _claim(context: Context) -> int:
    pool = context.pool
    emitted = u64(i64(context.now - pool.start_time) * pool.emission)
    amount: int = min(u64(emitted - pool.claimed_tokens), context.vault.amount)
    pool.claimed_tokens = u64(pool.claimed_tokens + amount)
    return amount


@instruction(
    POOLS,
    "open",
    "emission:u64 start_time:i64 claim_type:u8 closeable:bool",
    Field("pool", "Pool", mut=True, init=Init("authority")),
    Field(
        "vault",
        TOKEN,
        mut=True,
        init=Init("authority", lambda context: (b"vault", bytes(context.keys["pool"])), "mint"),
    ),
    Field(
        "beneficiary",
        TOKEN,
        checks=((lambda context: context.beneficiary.mint == context.keys["mint"], "ConstraintTokenMint"),),
    ),
    signer(mut=True),
    Field("mint", MINT),
    SYSTEM_FIELD,
    TOKEN_FIELD,
    RENT_FIELD,
)
def open_pool(context: Context) -> None:
    args, pool, keys = context.args, context.pool, context.keys
    pool.authority, pool.beneficiary = keys["authority"], keys["beneficiary"]
    pool.claim_type = args.claim_type if args.claim_type in (TRANSFER, ADD_FEE) else UNKNOWN_CLAIM_TYPE
    pool.closeable, pool.emission, pool.start_time = args.closeable, args.emission, args.start_time
    pool.vault, pool.vault_bump = keys["vault"], context.bumps["vault"]


@instruction(
    POOLS,
    "claim_fee",
    "",
    CLAIM_VAULT,
    *REWARDS_ACCOUNTS,
    Field("pool", "Pool", mut=True, checks=(STARTED, IS_ADD_FEE, FEEDS_REWARDS)),
    signer(mut=True),
    TOKEN_FIELD,
    REWARDS_FIELD,
)
def claim_fee(context: Context) -> None:
    amount = _claim(context)
    if amount >= context.pool.emission:
        add_fee(context, "vault", "vault", amount, _vault_seeds(context))


@instruction(
    POOLS,
    "claim_transfer",
    "",
    CLAIM_VAULT,
    Field("beneficiary", TOKEN, mut=True),
    Field("pool", "Pool", mut=True, checks=(BENEFICIARY, STARTED, IS_TRANSFER)),
    signer(mut=True),
    TOKEN_FIELD,
)
def claim_transfer(context: Context) -> None:
    amount = _claim(context)
    require(amount >= context.pool.emission, "Underfunded")
    _from_vault(context, "beneficiary", amount)


@instruction(
    POOLS,
    "close",
    "",
    Field("vault", TOKEN, mut=True),
    Field("user", TOKEN, mut=True),
    Field(
        "pool",
        "Pool",
        mut=True,
        checks=(
            has_one("pool", "authority", "Unauthorized"),
            has_one("pool", "vault", "InvalidVault"),
            CLOSEABLE,
        ),
        close="authority",
    ),
    signer(mut=True),
    TOKEN_FIELD,
)
def close(context: Context) -> None:
    vault = context.keys["vault"]
    _from_vault(context, "user", context.vault.amount)
    context.frame.close_token_account(vault, context.keys["authority"], vault, _vault_seeds(context))


@instruction(
    POOLS,
    "update_beneficiary",
    "",
    Field(
        "beneficiary",
        TOKEN,
        checks=((lambda context: context.beneficiary.owner == context.keys["authority"], "ConstraintTokenOwner"),),
    ),
    Field(
        "new_beneficiary",
        TOKEN,
        checks=((lambda context: context.new_beneficiary.mint == context.beneficiary.mint, "ConstraintTokenMint"),),
    ),
    Field("pool", "Pool", mut=True, checks=(BENEFICIARY,)),
    signer(mut=True),
    TOKEN_FIELD,
)
def update_beneficiary(context: Context) -> None:
    context.pool.beneficiary = context.keys["new_beneficiary"]
