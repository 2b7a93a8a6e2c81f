"""What the actions of all programs stand on."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypedDict, TypeVar, Unpack

from solders.pubkey import Pubkey

from nosana_chain.addresses import AddressLike, as_address
from nosana_chain.engine.action import Action
from nosana_chain.engine.engine import Engine
from nosana_chain.engine.plan import Planning
from nosana_chain.networks import Network
from nosana_chain.wallet import Signer

T = TypeVar("T")


class How(TypedDict, total=False):
    """How an action is done once, and by whom: as in `Action`."""

    details: Mapping[str, Any]
    makes_account: bool
    idempotency_key: str | None
    strict_key: bool
    max_nos: int | None
    payer: Pubkey | None


class Actions:
    """What a client offers of one program: queries, which ask at once, and writes, which are an `Action` each."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    @property
    def _network(self) -> Network:
        """The cluster."""
        return self._engine.network

    @property
    def _own(self) -> Pubkey:
        """The wallet's address; ConfigError for a client that only reads."""
        return self._engine.signer.address

    def _or_own(self, address: AddressLike | None, name: str) -> Pubkey:
        """An address that was given, or the wallet's."""
        return self._own if address is None else as_address(address, name)

    def _action(
        self,
        name: str,
        planner: Callable[[], Planning[T]] | Callable[[Signer | None], Planning[T]],
        *,
        terms: Mapping[str, Any] | None = None,
        **how: Unpack[How],
    ) -> Action[T]:
        """An action of the wallet: what `planner` plans, which is pure and begins anew each time that it is planned.

        Args:
            name: the verb.
            planner: as in `Action`.
            terms: what it is about, as in `Action`.
            **how: the rest of what `Action` takes.

        Raises:
            ConfigError: the client has no wallet.
        """
        _ = self._own  # said here, and not when it is planned
        return Action(self._engine, planner, name=name, terms=terms, **how)
