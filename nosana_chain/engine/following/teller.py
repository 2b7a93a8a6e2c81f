"""Who makes events of transactions: the seam between following, which knows no program, and what events mean."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, TypeVar

from solders.pubkey import Pubkey

from nosana_chain.models.event import ChainEvent
from nosana_chain.models.landed_transaction import LandedTransaction

Event = TypeVar("Event", bound=ChainEvent)


class Teller(Protocol[Event]):
    """What events mean: which a transaction makes, what is known of their accounts, and which of them are wanted."""

    def read(self, landed: LandedTransaction) -> Sequence[Event]:
        """The events of a transaction, in their order. InputError where the endpoint leaves out what it takes."""
        ...

    async def prepare(self, events: Sequence[Event], /) -> None:
        """Look at what it takes to tell these; it may be called again for the same ones, and at first for none."""
        ...

    def tell(self, event: Event) -> Event:
        """The event with all that is known of it, which includes it from now on."""
        ...

    def wants(self, event: Event) -> bool:
        """Whether somebody asked for an event that was told."""
        ...

    def take_back(self, event: Event) -> None:
        """An event that was told, wanted or not, didn't happen."""
        ...

    def restart(self, slot: int) -> Event:
        """The event that takes back whatever was told of the slots after this one."""
        ...

    async def begin(self, followed: Sequence[Pubkey] | None, /) -> None:
        """Look at what must be known first; told what else another process followed, if it goes on there."""
        ...

    def followed(self) -> Sequence[Pubkey]:
        """The addresses to follow from now on."""
        ...
