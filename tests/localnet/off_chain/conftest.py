"""A fresh network for each test, a client for each of its wallets, and a market to post to."""

from stage_fixtures import market, scene, staked_host

__all__ = ["market", "scene", "staked_host"]
