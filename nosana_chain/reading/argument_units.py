"""What the arguments of instructions measure, and how they are shown to people."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from enum import IntEnum
from typing import Any

from solders.pubkey import Pubkey

from nosana_chain.cid import cid_from_digest
from nosana_chain.models.explanation import Argument
from nosana_chain.models.market import JobType
from nosana_chain.models.pool import ClaimType
from nosana_chain.units import DAY, HOUR, MINUTE, format_nos, format_sol

_BYTE = range(256)


def _cid(digest: list[int]) -> str:
    return cid_from_digest(bytes(digest)) or "none"


def _nos(units: int) -> str:
    return f"{format_nos(units)} NOS"


def _nos_per_second(units: int) -> str:
    return f"{_nos(units)} per second"


def _xnos(units: int) -> str:
    return f"{format_nos(units)} xNOS"


def _sol(lamports: int) -> str:
    return f"{format_sol(lamports)} SOL"


def _duration(seconds: int) -> str:
    """7261 -> "7261 s (2h 1m 1s)"."""
    parts, rest = [], abs(seconds)
    for letter, length in (("d", DAY), ("h", HOUR), ("m", MINUTE), ("s", 1)):
        count, rest = divmod(rest, length)
        if count:
            parts.append(f"{count}{letter}")
    return f"{seconds} s ({'-' if seconds < 0 else ''}{' '.join(parts)})" if parts else "0 s"


def _moment(seconds: int) -> str:
    try:
        return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%d %H:%M:%S} UTC ({seconds})"
    except (OverflowError, ValueError, OSError):  # beyond the years 1 to 9999
        return f"Unix second {seconds}"


def _counted(unit: str) -> Callable[[int], str]:
    return lambda count: f"{count} {unit}"


def _named(kinds: type[IntEnum]) -> Callable[[int], str]:
    names = {int(kind): kind.name.lower().replace("_", " ") for kind in kinds}
    return lambda number: f"{number} ({names.get(number, 'no such kind')})"


#: (program, argument) -> how it is shown. Units: the texts of idl/.
_UNITS: dict[tuple[str, str], Callable[[Any], str]] = {
    ("jobs", "ipfs_job"): _cid,
    ("jobs", "ipfs_result"): _cid,
    ("jobs", "job_expiration"): _duration,
    ("jobs", "job_price"): _nos_per_second,
    ("jobs", "job_timeout"): _duration,
    ("jobs", "job_type"): _named(JobType),
    ("jobs", "node_stake_minimum"): _xnos,
    ("jobs", "node_xnos_minimum"): _xnos,
    ("jobs", "timeout"): _duration,
    ("staking", "amount"): _nos,
    ("staking", "duration"): _duration,
    ("rewards", "amount"): _nos,
    ("pools", "claim_type"): _named(ClaimType),
    ("pools", "start_time"): _moment,
    ("distributor", "start_vesting_ts"): _moment,
    ("distributor", "end_vesting_ts"): _moment,
    ("distributor", "clawback_start_ts"): _moment,
    ("system", "lamports"): _sol,
    ("system", "space"): _counted("bytes"),
    ("compute budget", "bytes"): _counted("bytes"),
    ("compute budget", "micro_lamports"): _counted("micro-lamports per compute unit"),
    ("compute budget", "units"): _counted("compute units"),
}

#: Amounts of the token that the accounts are of -> what follows the amount.
_TOKEN_AMOUNTS = {
    ("token", "amount"): "",
    ("pools", "emission"): " per second",
    ("distributor", "max_total_claim"): "",
    ("distributor", "amount_unlocked"): "",
    ("distributor", "amount_locked"): "",
}


def describe_argument(program: str, name: str, value: Any, *, concerns_nos: bool) -> Argument:
    """An argument with its unit, where one is known.

    Args:
        program: name of the program.
        name: of the argument, in snake_case.
        value: as its layout decodes it.
        concerns_nos: the token that the instruction is about is known to be NOS.
    """
    plain = _plain(value)
    if (program, name) in _TOKEN_AMOUNTS:
        amount = _nos(value) if concerns_nos else f"{value} base units"
        return Argument(plain, amount + _TOKEN_AMOUNTS[program, name])
    show = _UNITS.get((program, name))
    return Argument(plain, show(value) if show else _text(plain))


def _plain(value: Any) -> Any:
    """The value as JSON: keys in base58, bytes in hexadecimal."""
    if isinstance(value, Pubkey):
        return str(value)
    if isinstance(value, list):
        return bytes(value).hex() if _is_bytes(value) else [_plain(item) for item in value]
    return value


def _is_bytes(values: list[Any]) -> bool:
    return bool(values) and all(isinstance(value, int) and value in _BYTE for value in values)


def _text(plain: Any) -> str:
    if isinstance(plain, list):
        return ", ".join(map(_text, plain)) or "none"
    return repr(plain) if isinstance(plain, str) and not plain.isalnum() else str(plain)
