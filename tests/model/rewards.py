"""The rewards program: a reflection pool, in u128 arithmetic."""

from typing import Any

from behaviour.builds import REWARDS

from model.addresses import NOS
from model.anchor import (
    MINT,
    RENT_FIELD,
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
)
from model.checked import U128_MAX, divide, u64, u128

NOS_SUPPLY = 10**14  # base units
INITIAL_RATE = U128_MAX // NOS_SUPPLY

POOL_VAULT = has_one("reflection", "vault", "InvalidVault")
STAKE_OWNER = has_one("stake", "authority", "Unauthorized")
REWARD_OWNER = has_one("reward", "authority", "Unauthorized")
STAKED = (lambda context: context.stake.time_unstake == 0), "AlreadyUnstaked"
NOT_DECREASED = (lambda context: context.stake.xnos >= context.reward.xnos), "Decreased"
OWN_STAKE = (lambda context: context.stake.authority == context.reward.authority), "Unauthorized"


def _enter(pool: Any, reward: Any, xnos: int) -> None:
    reward.xnos = xnos
    reward.reflection = u128(xnos * pool.rate)
    pool.total_xnos = u128(pool.total_xnos + xnos)
    pool.total_reflection = u128(pool.total_reflection + reward.reflection)


def _leave(pool: Any, reflection: int, xnos: int) -> None:
    pool.total_reflection = u128(pool.total_reflection - reflection)
    pool.total_xnos = u128(pool.total_xnos - xnos)


def _due(pool: Any, reward: Any) -> int:
    return u128(divide(reward.reflection, pool.rate) - reward.xnos)


@instruction(
    REWARDS,
    "init",
    "",
    Field("mint", MINT, checks=(is_key("mint", NOS, "InvalidMint"),)),
    Field("reflection", "Reflection", mut=True, init=Init("authority", lambda _: (b"reflection",))),
    Field("vault", TOKEN, mut=True, init=Init("authority", lambda context: (bytes(context.keys["mint"]),), "mint")),
    signer(mut=True),
    SYSTEM_FIELD,
    TOKEN_FIELD,
    RENT_FIELD,
)
def init(context: Context) -> None:
    pool = context.reflection
    pool.rate, pool.vault, pool.vault_bump = INITIAL_RATE, context.keys["vault"], context.bumps["vault"]


@instruction(
    REWARDS,
    "enter",
    "",
    Field("reflection", "Reflection", mut=True),
    Field("stake", "Stake", checks=(STAKE_OWNER, STAKED)),
    Field(
        "reward",
        "Reward",
        mut=True,
        init=Init("authority", lambda context: (b"reward", bytes(context.keys["authority"]))),
    ),
    signer(mut=True),
    SYSTEM_FIELD,
)
def enter(context: Context) -> None:
    reward = context.reward
    reward.authority, reward.bump = context.keys["authority"], context.bumps["reward"]
    _enter(context.reflection, reward, context.stake.xnos)


@instruction(
    REWARDS,
    "add_fee",
    "amount:u64",
    Field("user", TOKEN, mut=True),
    Field("reflection", "Reflection", mut=True, checks=(POOL_VAULT,)),
    Field("vault", TOKEN, mut=True),
    signer(),
    TOKEN_FIELD,
)
def add_fee(context: Context) -> None:
    pool, keys, amount = context.reflection, context.keys, context.args.amount
    pool.total_xnos = u128(pool.total_xnos + amount)
    pool.rate = divide(pool.total_reflection, pool.total_xnos)
    context.frame.transfer_tokens(keys["user"], keys["vault"], keys["authority"], amount)


@instruction(
    REWARDS,
    "claim",
    "",
    Field("user", TOKEN, mut=True),
    Field("vault", TOKEN, mut=True),
    Field("reflection", "Reflection", mut=True, checks=(POOL_VAULT,)),
    Field("reward", "Reward", mut=True, checks=(REWARD_OWNER,)),
    Field("stake", "Stake", checks=(STAKE_OWNER, STAKED, NOT_DECREASED)),
    signer(mut=True),
    TOKEN_FIELD,
)
def claim(context: Context) -> None:
    pool, reward, keys = context.reflection, context.reward, context.keys
    due = _due(pool, reward)
    if due == 0:
        return
    _leave(pool, reward.reflection, u128(reward.xnos + due))
    _enter(pool, reward, context.stake.xnos)
    seeds = bytes(context.vault.mint), bytes([pool.vault_bump])
    context.frame.transfer_tokens(keys["vault"], keys["user"], keys["vault"], u64(due), seeds)


@instruction(
    REWARDS,
    "sync",
    "",
    Field("reward", "Reward", mut=True),
    Field("stake", "Stake", checks=(STAKED, OWN_STAKE)),
    Field("reflection", "Reflection", mut=True),
)
def sync(context: Context) -> None:
    pool, reward, xnos = context.reflection, context.reward, context.stake.xnos
    _leave(pool, reward.reflection, reward.xnos)
    due = _due(pool, reward)
    reward.xnos = xnos
    reward.reflection = u128(u128(xnos + due) * pool.rate)
    pool.total_xnos = u128(pool.total_xnos + xnos)
    pool.total_reflection = u128(pool.total_reflection + reward.reflection)


@instruction(
    REWARDS,
    "close",
    "",
    Field("reflection", "Reflection", mut=True),
    Field("reward", "Reward", mut=True, checks=(REWARD_OWNER,), close="authority"),
    signer(mut=True),
)
def close(context: Context) -> None:
    _leave(context.reflection, context.reward.reflection, context.reward.xnos)
