"""What is told of transactions and of a program's accounts, over a socket."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import msgspec
from solders.account import Account
from solders.pubkey import Pubkey
from solders.signature import Signature

from nosana_chain.wire.accounts import Dated, KeyedAnswer
from nosana_chain.wire.envelope import from_base58
from nosana_chain.wire.texts import Scrubber


@dataclass(frozen=True, slots=True)
class LogsNotice:
    """A transaction that names an address.

    Attributes:
        slot: as of which the endpoint says so.
        signature: the transaction.
        error: None where it succeeded; otherwise the failure as the endpoint gives it, cleaned.
    """

    slot: int
    signature: Signature
    error: Any

    @property
    def failed(self) -> bool:
        """Whether it did nothing."""
        return self.error is not None


@dataclass(frozen=True, slots=True)
class ProgramNotice:
    """An account of a program has changed.

    Attributes:
        slot: as of which it is.
        address: the account's.
        account: as it is now.
    """

    slot: int
    address: Pubkey
    account: Account


class _Logs(msgspec.Struct):
    signature: str
    err: Any = None


def read_logs(result: msgspec.Raw, scrubber: Scrubber) -> LogsNotice:
    """A notice of a transaction. ValueError or the like where it can't be read."""
    read = msgspec.json.decode(result, type=Dated[_Logs])
    signature = Signature.from_string(read.value.signature)
    return LogsNotice(read.context.slot, signature, scrubber.data(read.value.err))


def read_program(result: msgspec.Raw) -> ProgramNotice:
    """A notice of a program's account. ValueError or the like where it can't be read."""
    read = msgspec.json.decode(result, type=_KEYED, dec_hook=from_base58)
    return ProgramNotice(read.context.slot, read.value.pubkey, read.value.account.account())


_KEYED: Any = Dated[KeyedAnswer]
