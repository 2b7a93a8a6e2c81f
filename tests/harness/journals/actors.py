"""Intents, signed bytes and clocks, made of numbers."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any, TypeVar

from solders.keypair import Keypair
from solders.pubkey import Pubkey

from nosana_chain.engine.journal import Amount, Attempt, Begun, Intent, Lease, Lifetime, StoredJournal

T = TypeVar("T", bound=StoredJournal)

SCOPE = "5eykt4UsFv8P8NJdTREpY1vzqKqZKvdpKuc147dw2N9d"
OTHER_SCOPE = "EtWTRABZaYq6iMfeYKouRu166VU2xqa1wcaWoxPkrZBG"
START = 1_795_000_000.0
BOUND = Amount(nos=1_000, lamports=10)


def wallet(number: int = 1) -> Pubkey:
    return Keypair.from_seed(bytes([number]) * 32).pubkey()


@asynccontextmanager
async def opening(make: Callable[[], T]) -> AsyncIterator[Callable[[], Awaitable[T]]]:
    """Opens journals that `make` makes, one a call, and closes them all."""
    async with AsyncExitStack() as opened:

        async def open_one() -> T:
            return await opened.enter_async_context(make())

        yield open_one


class FakeClock:
    """Wall time that a test moves."""

    def __init__(self) -> None:
        self.seconds = START

    def __call__(self) -> float:
        return self.seconds


def intent(key: str = "order-1", **changes: Any) -> Intent:
    facts: dict[str, Any] = {
        "scope": SCOPE,
        "wallet": wallet(),
        "verb": "post_job",
        "key": key,
        "terms": {"market": "m1", "cid": "Qm1"},
        "bound": BOUND,
    }
    return Intent(**facts | changes)


def intents(count: int, **changes: Any) -> list[Intent]:
    return [intent(f"order-{number}", **changes) for number in range(count)]


def signed(text: str, *leases: Lease, **changes: Any) -> Attempt:
    """An attempt whose signature is made of `text`."""
    signature = Keypair.from_seed(b"\x07" * 32).sign_message(text.encode())
    facts: dict[str, Any] = {
        "signature": signature,
        "signed_bytes": b"\x01" + bytes(signature) + text.encode(),
        "lifetime": Lifetime(last_valid_block_height=500),
        "signed_at": START,
        "bound": BOUND,
        "leases": leases,
    }
    return Attempt(**facts | changes)


def lease_of(begun: Begun) -> Lease:
    assert begun.lease is not None
    return begun.lease
