"""Plans of market operators. Pure."""

from __future__ import annotations

from dataclasses import replace

from solders.pubkey import Pubkey

from nosana_chain import pda
from nosana_chain.engine.looking import look
from nosana_chain.engine.plan import Plan, Planning, already_done, receipt_of
from nosana_chain.errors import AlreadyExistsError, WrongStateError
from nosana_chain.models.market import Market
from nosana_chain.models.presence import is_there
from nosana_chain.models.receipt import Receipt
from nosana_chain.networks import Network
from nosana_chain.programs.jobs.audit import MarketAudit, look_through_market
from nosana_chain.programs.jobs.instructions import (
    close_market_admin_ix,
    close_market_ix,
    open_market_ix,
    update_market_ix,
)
from nosana_chain.programs.jobs.queries import MARKET
from nosana_chain.programs.jobs.results import OpenedMarket
from nosana_chain.programs.jobs.terms import MarketTerms, TermChanges
from nosana_chain.programs.nos_accounts import creating_missing
from nosana_chain.units import format_nos
from nosana_chain.wallet import Signer

_MOST_NAMED = 10  # open jobs that an error repeats


def plan_open(market: Signer, *, terms: MarketTerms, operator: Pubkey, network: Network) -> Planning[OpenedMarket]:
    """Open a market at the address of `market`, unless it is there already."""
    address = market.address
    seen = yield from look(address)
    if is_there(seen[address]):
        return already_done(_found(MARKET.read(network, address, seen[address]), operator))
    opening = open_market_ix(market=address, authority=operator, terms=terms, network=network)
    return Plan(
        instructions=(opening,),
        signers=(market,),
        addresses={"market": address},
        reads=(address,),
        proof=MARKET.made(network, address, lambda found: found.authority == operator),
        result=lambda landed: OpenedMarket(receipt=landed.receipt, market=address),
    )


def plan_update(
    market: Pubkey, *, known: Market | None, changes: TermChanges, operator: Pubkey, network: Network
) -> Planning[Receipt]:
    """Change a market's terms, which must still be as `known` where that is given."""
    current = MarketTerms.of((yield from MARKET.look(network, market)))
    if known is not None and current != MarketTerms.of(known):
        raise WrongStateError(
            f"the terms of market {market} are no longer those that were read: {_difference(known, current)}; read it "
            "again, and decide anew",
            address=str(market),
        )
    terms = replace(current, **changes)
    updating = update_market_ix(market=market, authority=operator, terms=terms, network=network)
    return Plan(instructions=(updating,), addresses={"market": market}, result=receipt_of)


def plan_close(market: Pubkey, *, force: bool, as_admin: bool, operator: Pubkey, network: Network) -> Planning[Receipt]:
    """Close a market that nobody waits in, or any if forced."""
    if not force:
        _require_idle((yield from look_through_market(network, market)))
    build = close_market_admin_ix if as_admin else close_market_ix
    purse = pda.nos_account_address(operator, network=network)
    creating = yield from creating_missing(network, operator, payer=operator)
    closing = build(market=market, authority=operator, user=purse, network=network)
    return Plan(instructions=(*creating, closing), addresses={"market": market}, result=receipt_of)


def _found(market: Market, operator: Pubkey) -> OpenedMarket:
    """The result for a market that an earlier attempt opened; its terms may have been changed since."""
    if market.authority != operator:
        raise AlreadyExistsError(
            f"the address {market.address} is taken by another market, of {market.authority}; nothing was sent",
            address=str(market.address),
        )
    return OpenedMarket(receipt=None, market=market.address)


def _difference(known: Market, current: MarketTerms) -> str:
    before = MarketTerms.of(known)
    changed = [name for name in MarketTerms.__dataclass_fields__ if getattr(before, name) != getattr(current, name)]
    return ", ".join(f"{name} was {getattr(before, name)} and is {getattr(current, name)}" for name in changed)


def _require_idle(audit: MarketAudit) -> None:
    jobs, hosts = len(audit.open_jobs), len(audit.market.waiting_hosts)
    if jobs or hosts:
        raise WrongStateError(
            f"market {audit.market.address} has {jobs} open jobs, which are owed {format_nos(audit.owed)} NOS, and "
            f"{hosts} waiting hosts{_named(audit)}; wait until they are done, or force it, which takes the builders' "
            "deposits",
            address=str(audit.market.address),
            open_jobs=tuple(str(job.address) for job in audit.open_jobs),
        )
    if audit.finished_jobs:
        stranded = ", ".join(str(job.address) for job in audit.finished_jobs)
        raise WrongStateError(
            f"{len(audit.finished_jobs)} finished jobs of market {audit.market.address} are not cleaned; without it "
            f"their payers can't get the rent back ({stranded}); clean them first, or force it",
            address=str(audit.market.address),
            finished_jobs=tuple(str(job.address) for job in audit.finished_jobs),
        )


def _named(audit: MarketAudit) -> str:
    """The open jobs by name, the first ones of many."""
    names = [str(job.address) for job in audit.open_jobs]
    more = f" and {len(names) - _MOST_NAMED} more" if len(names) > _MOST_NAMED else ""
    return f" ({', '.join(names[:_MOST_NAMED])}{more})" if names else ""
