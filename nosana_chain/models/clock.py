"""The chain's clock, as programs see it."""

from __future__ import annotations

from dataclasses import dataclass

from solders.account import Account
from solders.sysvar import CLOCK

from nosana_chain.errors import NotFoundError
from nosana_chain.units import UnixSeconds

# The Clock sysvar: slot, start of the epoch, epoch, leader epoch, time; 8 bytes each.
_SLOT, _UNIX_TIME = slice(0, 8), slice(32, 40)


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """A moment of the chain.

    Attributes:
        slot: its slot (not block height).
        unix_time: its time, which may be seconds off that of the world.
    """

    slot: int
    unix_time: UnixSeconds

    @classmethod
    def read(cls, account: Account | None) -> Clock:
        """The moment that the account of the Clock sysvar tells.

        Raises:
            NotFoundError: the account isn't there, which no cluster does without.
        """
        if account is None or len(account.data) < _UNIX_TIME.stop:
            raise NotFoundError(
                "the cluster has no Clock sysvar; use another endpoint", address=str(CLOCK), kind="Clock"
            )
        return cls(
            slot=int.from_bytes(account.data[_SLOT], "little"),
            unix_time=UnixSeconds(int.from_bytes(account.data[_UNIX_TIME], "little", signed=True)),
        )
