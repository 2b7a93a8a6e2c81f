"""A GPU market: its terms, and its one queue of waiting jobs or waiting hosts."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

from solders.pubkey import Pubkey

from nosana_chain.bindings._runtime.layout import key, u128
from nosana_chain.bindings.layouts.jobs import MARKET_ACCOUNT
from nosana_chain.models.by_position import by_position
from nosana_chain.one_line import one_line
from nosana_chain.units import NosUnits, Seconds, XNos

#: Bytes of a market account before the keys of its queue, and the length of one key.
QUEUE_OFFSET, KEY_LENGTH = MARKET_ACCOUNT.items_offset, MARKET_ACCOUNT.tail[0].item_size

_read = MARKET_ACCOUNT.reader(
    "authority",
    "job_expiration",
    "job_price",
    "job_timeout",
    "job_type",
    "vault",
    "node_access_key",
    "node_xnos_minimum",
    "queue_type",
)
_NO_ACCESS_KEY = bytes(Pubkey.default())


class QueueKind(IntEnum):
    """Who waits in a market's queue. The program treats every other number as EMPTY."""

    JOBS = 0
    NODES = 1
    EMPTY = 255

    @classmethod
    def _missing_(cls, value: object) -> QueueKind | None:
        return cls.EMPTY if isinstance(value, int) else None


class JobType(IntEnum):
    """Size class of a market. Nothing is ever queued in a market of type UNKNOWN."""

    DEFAULT = 0
    SMALL = 1
    MEDIUM = 2
    LARGE = 3
    GPU = 4
    UNKNOWN = 255


@one_line
@dataclass(frozen=True, slots=True, kw_only=True)
class Market:
    """A market account.

    Attributes:
        authority: who may update and close the market, and send hosts out of its queue.
        job_expiration: how long after its end anyone may clean a finished job away.
        job_price: NOS base units per second.
        job_timeout: the longest time the operator means a job to run; the program does not enforce it.
        job_type: size class, as stored: `update` stores numbers that `JobType` doesn't know.
        vault: NOS token account with the deposits of all jobs of the market.
        node_access_key: collection whose NFT a host must hold; None for a market open to all.
        node_xnos_minimum: xNOS that a host's stake must weigh at least.
        queue: addresses of jobs or of hosts, first come first served.
        queue_capacity: how many the account has room for.
    """

    address: Pubkey
    authority: Pubkey
    job_expiration: Seconds
    job_price: NosUnits
    job_timeout: Seconds
    job_type: int
    vault: Pubkey
    node_access_key: Pubkey | None
    node_xnos_minimum: XNos
    queue_kind: QueueKind
    queue: tuple[Pubkey, ...]
    queue_capacity: int

    @classmethod
    def decode(cls, address: Pubkey, data: bytes) -> Market:
        """Read a market from the bytes of its account."""
        authority, *terms, vault, access_key, xnos_minimum, queue_type = _read(data)
        (queue,) = MARKET_ACCOUNT.read_tail(data)
        return _market(
            address,
            key(authority),
            *terms,
            key(vault),
            None if access_key == _NO_ACCESS_KEY else key(access_key),
            u128(xnos_minimum),
            QueueKind(queue_type) if queue else QueueKind.EMPTY,
            queue,
            (len(data) - QUEUE_OFFSET) // KEY_LENGTH,
        )

    @property
    def waiting_jobs(self) -> tuple[Pubkey, ...]:
        """The jobs that wait for a host, first in line first."""
        return self.queue if self.queue_kind is QueueKind.JOBS else ()

    @property
    def waiting_hosts(self) -> tuple[Pubkey, ...]:
        """The hosts that wait for a job, first in line first."""
        return self.queue if self.queue_kind is QueueKind.NODES else ()

    def deposit(self, timeout: int) -> NosUnits:
        """NOS base units that posting a job of `timeout` seconds locks in the vault."""
        return NosUnits(self.job_price * timeout)


_market = by_position(Market)
