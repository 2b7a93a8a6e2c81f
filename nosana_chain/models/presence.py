"""Whether there is an account at an address."""

from __future__ import annotations

from typing import TypeGuard

from solders.account import Account
from solders.system_program import ID as SYSTEM_PROGRAM


def is_there(account: Account | None) -> TypeGuard[Account]:
    """Whether an address holds more than lamports, which anybody may send to any address: programs ignore them."""
    return account is not None and (bool(account.data) or account.owner != SYSTEM_PROGRAM)
