"""Accounts as endpoints answer them, and what was seen of several at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Generic, Literal, TypeVar

import msgspec
from solders.account import Account
from solders.pubkey import Pubkey
from solders.rpc.filter import Memcmp

Value = TypeVar("Value")

# msgspec holds bounds of 63 bits; there are not half as many lamports, and no chain has as many slots
WholeNumber = Annotated[int, msgspec.Meta(ge=0, le=2**63 - 1)]


@dataclass(frozen=True, slots=True)
class Sight:
    """Accounts as they were seen together.

    Attributes:
        slot: the lowest slot as of which one of them was read; 0 when none was asked for.
        accounts: by address; None where there is no account.
    """

    slot: int
    accounts: Mapping[Pubkey, Account | None]


class Context(msgspec.Struct):
    """As of which slot an answer is."""

    slot: WholeNumber


class Dated(msgspec.Struct, Generic[Value]):
    """An answer that says as of which slot it is."""

    context: Context
    value: Value


class AccountAnswer(msgspec.Struct, gc=False):  # a hundred thousand of them come at once, and none refers to another
    """An account, its data in plain base64 alone. Fields that nobody uses, as rentEpoch, may hold anything."""

    lamports: WholeNumber
    data: tuple[bytes, Literal["base64"]]
    owner: Pubkey
    executable: bool

    def account(self) -> Account:
        """The account for solders and the bindings."""
        return Account(self.lamports, self.data[0], self.owner, self.executable)


class KeyedAnswer(msgspec.Struct, gc=False):
    """An account and where it stands."""

    pubkey: Pubkey
    account: AccountAnswer


MAYBE_ACCOUNT: Any = AccountAnswer | None  # a union, which `type[...]` can't name
KEYED_ACCOUNTS: Any = list[KeyedAnswer] | Dated[list[KeyedAnswer]]  # endpoints without `withContext` leave the slot out


def maybe_account(answer: AccountAnswer | None) -> Account | None:
    """The account of an answer; None where there is none."""
    return None if answer is None else answer.account()


def pages(addresses: Iterable[Pubkey], size: int) -> list[list[Pubkey]]:
    """`addresses`, each once, in their order, by so many."""
    distinct = list(dict.fromkeys(addresses))
    return [distinct[start : start + size] for start in range(0, len(distinct), size)]


def filter_options(filters: Sequence[int | Memcmp]) -> list[Any]:
    """Filters of accounts (a length, or bytes at an offset) as a request has them."""
    return [
        {"memcmp": msgspec.Raw(wanted.to_json().encode())} if isinstance(wanted, Memcmp) else {"dataSize": wanted}
        for wanted in filters
    ]
