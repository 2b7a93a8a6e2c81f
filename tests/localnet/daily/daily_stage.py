"""Everybody on one chain, whose clock only moves when it is told to."""

from __future__ import annotations

from dataclasses import dataclass

from harness.in_process import InProcessChain
from solders.pubkey import Pubkey

from nosana_chain.client import NosanaClient
from nosana_chain.units import DAY

EXPIRATION = DAY  # of the market


@dataclass(frozen=True, slots=True)
class Stage:
    """The chain, a client for each main wallet, and a market to post to."""

    chain: InProcessChain
    operator: NosanaClient
    builder: NosanaClient
    host: NosanaClient
    authority: NosanaClient
    market: Pubkey
