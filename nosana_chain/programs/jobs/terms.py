"""What users set: the terms of a market, the NFT that opens one to a host."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TypedDict

from nosana_chain.addresses import AddressLike, as_address, as_address_if_given
from nosana_chain.models.market import JobType, Market
from nosana_chain.one_line import one_line
from nosana_chain.units import DAY, HOUR, i64, u8, u64, u128


@one_line
@dataclass(frozen=True, slots=True, kw_only=True)
class MarketTerms:
    """What an operator decides about a market.

    Attributes:
        job_price: NOS base units per second, 0 (a free market) to 2**64-1.
        job_timeout: longest time a job is meant to run, in seconds, 0 to 2**63-1.
        job_expiration: how long after its end anyone may clean a job away, in seconds, 0 to 2**63-1.
        job_type: size class, 0 to 255; a new market turns what `JobType` doesn't know into UNKNOWN, where nothing is
            ever queued.
        node_xnos_minimum: xNOS that a host's stake must weigh, 0 to 2**128-1.
        node_access_key: collection whose NFT a host must hold; None opens the market to all. A text becomes a Pubkey.

    Raises:
        AmountError: a number out of its range.
        InputError: the access key is no address.
    """

    job_price: int
    job_timeout: int = 2 * HOUR
    job_expiration: int = DAY
    job_type: int = JobType.DEFAULT
    node_xnos_minimum: int = 0
    node_access_key: AddressLike | None = None

    @classmethod
    def of(cls, market: Market) -> MarketTerms:
        """The terms that a market has now."""
        return cls(**{term.name: getattr(market, term.name) for term in fields(cls)})

    def __post_init__(self) -> None:
        key = as_address_if_given(self.node_access_key, "node_access_key")
        object.__setattr__(self, "node_access_key", key)  # equal terms are equal however they were written
        u8(self.job_type, "job_type")
        u64(self.job_price, "job_price")
        i64(self.job_timeout, "job_timeout")
        i64(self.job_expiration, "job_expiration")
        u128(self.node_xnos_minimum, "node_xnos_minimum")


class TermChanges(TypedDict, total=False):
    """The terms that an update may change; see `MarketTerms` for their meaning and ranges."""

    job_price: int
    job_timeout: int
    job_expiration: int
    job_type: int
    node_xnos_minimum: int
    node_access_key: AddressLike | None


@one_line
@dataclass(frozen=True, slots=True, kw_only=True)
class AccessNft:
    """What a host shows at the door of a market with an access key.

    Attributes:
        account: token account of the host that holds the NFT.
        mint: the NFT's mint; its Metaplex metadata names the collection.

    Both may be given as text, which becomes a Pubkey.

    Raises:
        InputError: one of them is no address.
    """

    account: AddressLike
    mint: AddressLike

    def __post_init__(self) -> None:
        for name in ("account", "mint"):
            object.__setattr__(self, name, as_address(getattr(self, name), name))
