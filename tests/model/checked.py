"""Rust's integers: what does not fit aborts."""

from model.errors import Abort

U64_MAX = (1 << 64) - 1
U128_MAX = (1 << 128) - 1
I64_MAX = (1 << 63) - 1
I64_MIN = -(1 << 63)


def _within(value: int, low: int, high: int) -> int:
    if not low <= value <= high:
        raise Abort
    return value


def u64(value: int) -> int:
    """Give the value back, or abort when no u64 holds it."""
    return _within(value, 0, U64_MAX)


def u128(value: int) -> int:
    """Give the value back, or abort when no u128 holds it."""
    return _within(value, 0, U128_MAX)


def i64(value: int) -> int:
    """Give the value back, or abort when no i64 holds it."""
    return _within(value, I64_MIN, I64_MAX)


def divide(value: int, by: int) -> int:
    """Divide as Rust does: by zero aborts."""
    if by == 0:
        raise Abort
    return value // by
