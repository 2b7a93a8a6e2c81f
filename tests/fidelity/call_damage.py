"""What can be wrong with a call as a whole: its data, its clock, its list of accounts."""

from random import Random
from typing import Any

from behaviour.builds import REWARDS, STAKING
from behaviour.call import SYSTEM_PROGRAM, Account, Meta
from model.anchor import EVENT_TAG
from model.checked import I64_MAX, I64_MIN
from model.layouts import DISCRIMINATOR_SIZE, INTEGER_SIZES, Reader, UndecodableError, read_fields
from model.states import kind_of, record_of
from solders.pubkey import Pubkey

from fidelity.draft import BEYOND, Draft
from fidelity.life import Life

UNKNOWN_DISCRIMINATOR = b"\xaa" * DISCRIMINATOR_SIZE
CLOSED_DISCRIMINATOR = b"\xff" * DISCRIMINATOR_SIZE
TEXT_LENGTHS = (0, 1, 22, 42, 61, 62, 63, 300)  # a node's three texts share 62 bytes
CLOCKS = (0, 1, -1, I64_MAX, I64_MIN)


def limits(random: Random, kind: str, value: int) -> int:
    """A number of an integer type: at one of its limits, anywhere, or near `value`."""
    bits = 8 * INTEGER_SIZES[kind]
    low, high = (-(1 << bits - 1), (1 << bits - 1) - 1) if kind == "i64" else (0, (1 << bits) - 1)
    ends = (low, low + 1, 0, 1, 2, high // 2, high - 1, high)
    near = (value - 1, value + 1, value * 2, random.randint(low, high))
    return max(low, min(high, random.choice(ends + near)))


def cut_data(draft: Draft) -> None:
    """The data ends early."""
    draft.data = draft.data[: draft.life.random.randrange(len(draft.data) + 1)]


def longer_data(draft: Draft) -> None:
    """Bytes behind the arguments."""
    draft.data += draft.life.random.randbytes(3)


def other_instruction(draft: Draft) -> None:
    """The data names no instruction."""
    draft.data = draft.life.pick((UNKNOWN_DISCRIMINATOR, EVENT_TAG)) + draft.data[DISCRIMINATOR_SIZE:]


def argument_at_limit(draft: Draft) -> None:
    """An argument at a limit of its type; 32 bytes become zero."""
    arguments = [(argument.name, argument.kind) for argument in draft.declared.arguments]
    try:
        values = read_fields(Reader(draft.data[DISCRIMINATOR_SIZE:]), tuple(arguments))
    except UndecodableError:
        return
    if arguments:
        name, kind = draft.life.pick(arguments)
        draft.data = draft.declared.data(values | {name: _other_argument(draft.life, kind, values[name])})


def _other_argument(life: Life, kind: str, old: Any) -> Any:
    if kind in INTEGER_SIZES:
        return limits(life.random, kind, old)
    if kind == "keys":
        return life.pick((old[1:], old[::-1], [*old, *old]))
    return {"key": Pubkey.default(), "bool": not old, "string": "x" * life.pick(TEXT_LENGTHS)}[kind]


def other_byte(draft: Draft) -> None:
    """A byte of the arguments is another: no bool, no UTF-8, too long a text, or just another number."""
    if len(draft.data) > DISCRIMINATOR_SIZE:
        at = draft.life.random.randrange(DISCRIMINATOR_SIZE, len(draft.data))
        draft.data = draft.data[:at] + draft.life.random.randbytes(1) + draft.data[at + 1 :]


def clock_elsewhere(draft: Draft) -> None:
    """The clock stands at a limit, or has moved on or back."""
    step = draft.life.random.randrange(-(10**8), 10**8)
    set_clock(draft, draft.life.pick((*CLOCKS, draft.clock + step, draft.clock + step)))


def set_clock(draft: Draft, now: int) -> None:
    """The clock stands at a moment, or as near to it as its type allows."""
    draft.clock = max(I64_MIN, min(I64_MAX, now))


def clock_at_deadline(draft: Draft) -> None:
    """The clock stands within a second of a moment that the accounts care about."""
    moments = [moment for key in draft.intact() for moment in _deadlines(draft, draft.account(key))]
    if moments:
        set_clock(draft, draft.life.pick(moments) + draft.life.pick((-1, 0, 1)))


def _deadlines(draft: Draft, account: Account) -> list[int]:
    kind = kind_of(account)
    if kind == "Stake":
        stake = record_of(account)
        return [stake.time_unstake, stake.time_unstake + stake.duration // 2, stake.time_unstake + stake.duration]
    if kind == "Run":
        run = record_of(account)
        return [run.time, run.time + getattr(draft.life.at("Job", run.job), "timeout", 0)]
    if kind == "MerkleDistributor":
        distributor = record_of(account)
        return [distributor.start_ts, distributor.end_ts, distributor.clawback_start_ts]
    if kind == "Pool":
        return [record_of(account).start_time]
    if kind == "Job":
        job = record_of(account)
        return [job.time_end + getattr(draft.life.at("Market", job.market), "job_expiration", 0)]
    return []


def more_accounts(draft: Draft) -> None:
    """Further accounts behind the last one."""
    draft.accounts.append((BEYOND, Meta(draft.life.anything(), writable=True)))


def old_reward(draft: Draft) -> None:
    """The reward account is one that older programs closed, or too short to be any."""
    rewards = [meta.address for role, meta in draft.accounts if role == "reward"]
    if rewards:
        data = draft.life.pick((CLOSED_DISCRIMINATOR, CLOSED_DISCRIMINATOR + bytes(80), b"\xff" * 7, bytes(8), b""))
        draft.damaged[rewards[0]] = Account(10**9, draft.life.pick((REWARDS, STAKING, SYSTEM_PROGRAM)), data)
