"""A network that a developer can begin with: a market is open, and a host with a stake waits in its queue."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import replace

from solders.account import Account
from solders.hash import Hash
from solders.pubkey import Pubkey

from nosana_chain.engine.engine import Engine
from nosana_chain.localnet.genesis import HOST, OPERATOR, Genesis
from nosana_chain.localnet.inprocess import START
from nosana_chain.localnet.litesvm.chain import InProcessChain
from nosana_chain.localnet.litesvm.transport import InProcessTransport
from nosana_chain.localnet.up.saved import RUNTIMES_OWN
from nosana_chain.programs.jobs.actions.hosts import Hosts
from nosana_chain.programs.jobs.actions.markets import Markets
from nosana_chain.programs.jobs.terms import MarketTerms
from nosana_chain.programs.staking.actions import Stakes
from nosana_chain.units import DAY, nos
from nosana_chain.wallet import Wallet
from nosana_chain.wire.connection import Connection

TERMS = MarketTerms(job_price=nos("0.001"), node_xnos_minimum=nos("1000"))
STAKED = nos("1000")
STAKED_SECONDS = 14 * DAY
_KEY = "the market of a local network"
_SAME_EVERYWHERE = str(Hash.default())  # the market's address follows from it, the key and the operator


async def make_ready(connection: Connection, wallets: Mapping[str, Wallet]) -> Pubkey:
    """Open the market, stake, and let the host wait; the market's address. Network: 3 transactions."""
    operator, host = (Engine(connection=connection, wallet=wallets[name]) for name in (OPERATOR, HOST))
    opened, _ = await asyncio.gather(
        Markets(operator).open_market(TERMS, idempotency_key=_KEY),
        Stakes(host).stake(STAKED, duration=STAKED_SECONDS),
    )
    await Hosts(host).join_queue(opened.market)
    for engine in (operator, host):
        await engine.reads.aclose()
    return opened.market


async def ready_genesis(genesis: Genesis) -> tuple[Genesis, Pubkey]:
    """The same genesis after `make_ready`, which is played in this process; and the market's address.

    On the running network the three transactions would take three slots. Nothing of what they leave holds a time.
    """
    dated = genesis.starting_at(START)
    chain = InProcessChain(dated, now=START, genesis_hash=_SAME_EVERYWHERE)
    async with Connection(genesis.network, transport=InProcessTransport(chain)) as connection:
        market = await make_ready(connection, genesis.wallets)
    found = {address: chain.account(address) for address in map(Pubkey.from_string, chain.named())}
    changed = {address: account for address, account in found.items() if account and not _is_runtimes(account)}
    return replace(genesis, accounts={**genesis.accounts, **changed}), market


def _is_runtimes(account: Account) -> bool:
    return account.executable or str(account.owner) in RUNTIMES_OWN
