"""The staking program: NOS locked for a duration, worth xNOS while it is."""

from typing import Any

from behaviour.builds import STAKING
from behaviour.call import SYSTEM_PROGRAM
from solders.pubkey import Pubkey

from model.addresses import AUTHORITY, NOS, SETTINGS, SLASH_ACCOUNT, reward_address
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
    has_one,
    instruction,
    is_key,
    signer,
)
from model.checked import U64_MAX, divide, i64, u64, u128
from model.errors import Abort, require
from model.layouts import DISCRIMINATOR_SIZE
from model.runtime import Seeds

SECONDS_PER_DAY = 86_400
DURATION_MINIMUM = 14 * SECONDS_PER_DAY
DURATION_MAXIMUM = 365 * SECONDS_PER_DAY
XNOS_PRECISION = 10**15
XNOS_SECONDS = 10_512_000  # a third of 365 days: a year's stake counts four times
CLOSED_DISCRIMINATOR = b"\xff" * DISCRIMINATOR_SIZE  # how older Anchor marked an account it closed

OWN_VAULT = has_one("stake", "vault", "InvalidVault")
OWNER = has_one("stake", "authority", "Unauthorized")
STAKED = (lambda context: context.stake.time_unstake == 0), "AlreadyUnstaked"
UNSTAKED = (lambda context: context.stake.time_unstake != 0), "NotUnstaked"
NOT_STAKED = (lambda context: context.stake.time_unstake != 0), "AlreadyStaked"
VAULT_FILLED = (lambda context: context.vault.amount != 0), "VaultEmpty"
VAULT_DRAINED = (lambda context: context.vault.amount == 0), "VaultNotEmpty"
UNLOCKED = (
    (lambda context: i64(context.stake.time_unstake + i64(context.stake.duration)) < context.now),
    "Locked",
)
SETTINGS_OWNER = has_one("settings", "authority", "Unauthorized")
AT_SETTINGS = is_key("settings", SETTINGS, "ConstraintSeeds")
USER, VAULT = Field("user", TOKEN, mut=True), Field("vault", TOKEN, mut=True)


def _stake_field(*checks: Any, close: str = "") -> Field:
    return Field("stake", "Stake", mut=True, checks=checks, close=close)


def xnos(amount: int, duration: int) -> int:
    """What a stake of `amount` base units for `duration` seconds counts."""
    multiplier = u128(duration * XNOS_PRECISION) // XNOS_SECONDS + XNOS_PRECISION
    return u128(u128(multiplier) * amount) // XNOS_PRECISION


def _revalue(stake: Any) -> None:
    stake.xnos = 0 if stake.time_unstake else xnos(stake.amount, stake.duration)


def _from_vault(context: Context, target: str, amount: int) -> None:
    vault = context.keys["vault"]
    context.frame.transfer_tokens(vault, context.keys[target], vault, amount, _vault_seeds(context))


def _into_vault(context: Context, amount: int) -> None:
    keys = context.keys
    context.frame.transfer_tokens(keys["user"], keys["vault"], keys["authority"], amount)


def _vault_seeds(context: Context) -> Seeds:
    stake = context.stake
    return b"vault", bytes(context.vault.mint), bytes(stake.authority), bytes([stake.vault_bump])


def _derived(prefix: bytes) -> Any:
    return lambda context: (prefix, bytes(context.keys["mint"]), bytes(context.keys["authority"]))


@instruction(
    STAKING,
    "init",
    "",
    Field("settings", "Settings", mut=True, init=Init("authority", lambda _: (b"settings",))),
    signer(mut=True),
    SYSTEM_FIELD,
    RENT_FIELD,
)
def init(context: Context) -> None:
    context.settings.authority, context.settings.token_account = AUTHORITY, SLASH_ACCOUNT


@instruction(
    STAKING,
    "stake",
    "amount:u64 duration:u128",
    Field("mint", MINT, checks=(is_key("mint", NOS, "InvalidMint"),)),
    USER,
    Field("vault", TOKEN, mut=True, init=Init("authority", _derived(b"vault"), "mint")),
    Field("stake", "Stake", mut=True, init=Init("authority", _derived(b"stake"))),
    signer(mut=True),
    SYSTEM_FIELD,
    TOKEN_FIELD,
    RENT_FIELD,
)
def stake(context: Context) -> None:
    args, made, keys = context.args, context.stake, context.keys
    require(args.duration >= DURATION_MINIMUM, "DurationTooShort")
    require(args.duration <= DURATION_MAXIMUM, "DurationTooLong")
    made.amount, made.authority, made.duration = args.amount, keys["authority"], args.duration
    made.vault, made.vault_bump = keys["vault"], context.bumps["vault"]
    _revalue(made)
    _into_vault(context, args.amount)


def _has_no_reward(context: Context) -> bool:
    cell = context.cell("reward")
    if cell.owner == SYSTEM_PROGRAM:
        return True
    if len(cell.data) < DISCRIMINATOR_SIZE:
        raise Abort
    return cell.data.startswith(CLOSED_DISCRIMINATOR)


def _own_reward(context: Context) -> Pubkey:
    return reward_address(context.keys["authority"])


REWARD_CHECKS = (_has_no_reward, "HasReward"), is_key("reward", _own_reward, "InvalidAccount")


@instruction(
    STAKING,
    "unstake",
    "",
    _stake_field(OWNER, STAKED),
    Field("reward", UNTYPED, checks=REWARD_CHECKS),
    signer(),
)
def unstake(context: Context) -> None:
    context.stake.time_unstake = context.now  # at 0 it is not unstaked after all, and keeps its weight
    _revalue(context.stake)


@instruction(STAKING, "restake", "", VAULT, _stake_field(OWN_VAULT, OWNER, NOT_STAKED), signer())
def restake(context: Context) -> None:
    context.stake.amount, context.stake.time_unstake = context.vault.amount, 0
    _revalue(context.stake)


@instruction(STAKING, "topup", "amount:u64", USER, VAULT, _stake_field(OWN_VAULT, OWNER, STAKED), signer(), TOKEN_FIELD)
def topup(context: Context) -> None:
    amount = context.args.amount
    require(amount > 0, "AmountNotEnough")
    context.stake.amount = u64(context.stake.amount + amount)
    _revalue(context.stake)
    _into_vault(context, amount)


@instruction(STAKING, "extend", "duration:u64", _stake_field(OWNER, STAKED), signer())
def extend(context: Context) -> None:
    added = context.args.duration
    require(added > 0, "DurationTooShort")
    require(u64(context.stake.duration + added) <= DURATION_MAXIMUM, "DurationTooLong")
    context.stake.duration += added
    _revalue(context.stake)


def withdrawable(amount: int, duration: int, balance: int, elapsed: int) -> int:
    """The base units that a stake gives out, `elapsed` seconds after its unstake."""
    if u64(elapsed) >= duration:
        return balance
    precision = u64(divide(U64_MAX, max(amount, elapsed)) - 1)
    freed = divide(u64(u64(elapsed * precision) // duration * amount), precision)
    return u64(freed - u64(amount - balance))


@instruction(
    STAKING,
    "withdraw",
    "",
    USER,
    Field("vault", TOKEN, mut=True, checks=(VAULT_FILLED,)),
    _stake_field(OWN_VAULT, OWNER, UNSTAKED),
    signer(mut=True),
    TOKEN_FIELD,
)
def withdraw(context: Context) -> None:
    of = context.stake
    elapsed = i64(context.now - of.time_unstake)
    due = withdrawable(of.amount, of.duration, context.vault.amount, elapsed)
    if due:
        _from_vault(context, "user", due)


@instruction(
    STAKING,
    "close",
    "",
    USER,
    _stake_field(OWN_VAULT, OWNER, UNSTAKED, UNLOCKED, close="authority"),
    Field("vault", TOKEN, mut=True, checks=(VAULT_DRAINED,)),
    signer(mut=True),
    TOKEN_FIELD,
)
def close(context: Context) -> None:
    vault = context.keys["vault"]
    context.frame.close_token_account(vault, context.keys["authority"], vault, _vault_seeds(context))


def _slash_account(context: Context) -> Pubkey:
    slash_account: Pubkey = context.settings.token_account
    return slash_account


@instruction(
    STAKING,
    "slash",
    "amount:u64",
    VAULT,
    _stake_field(OWN_VAULT),
    Field("token_account", TOKEN, mut=True, checks=(is_key("token_account", _slash_account, "InvalidTokenAccount"),)),
    Field("settings", "Settings", derived=(AT_SETTINGS,), checks=(SETTINGS_OWNER,)),
    signer(),
    TOKEN_FIELD,
)
def slash(context: Context) -> None:
    amount = context.args.amount
    require(amount <= context.stake.amount, "AmountNotEnough")
    context.stake.amount -= amount
    _revalue(context.stake)
    _from_vault(context, "token_account", amount)


@instruction(
    STAKING,
    "update_settings",
    "",
    Field("new_authority", UNTYPED),
    Field("token_account", TOKEN, checks=((lambda context: context.token_account.mint == NOS, "ConstraintTokenMint"),)),
    Field("settings", "Settings", mut=True, derived=(AT_SETTINGS,), checks=(SETTINGS_OWNER,)),
    signer(),
)
def update_settings(context: Context) -> None:
    settings, keys = context.settings, context.keys
    settings.authority, settings.token_account = keys["new_authority"], keys["token_account"]
