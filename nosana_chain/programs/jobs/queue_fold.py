"""A market after an event, from the market before it, and the place in its queue that an event is about. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from solders.pubkey import Pubkey

from nosana_chain.models.market import JobType, Market, QueueKind
from nosana_chain.programs.jobs.market_events import MarketEvent, MarketEventKind
from nosana_chain.reading.folds import Fold, folded, gone


def market_after(old: Market | None, event: MarketEvent) -> Market | None:
    """The market after `event`.

    Args:
        old: the market just before; None where nothing is known, or it wasn't there.
        event: of this market.

    Returns:
        The market as its account has it; None where it is gone, where `old` isn't known, and where `old` can't have
        been the market before, since its queue doesn't hold whom the event names.
    """
    return folded(_FOLDS, old, event)


def with_place(event: MarketEvent, old: Market | None) -> MarketEvent:
    """The event with the job or host that the transaction doesn't name, and with `position`, as far as `old` tells.

    Args:
        event: of this market.
        old: the market just before; None where it isn't known.
    """
    if old is None:
        return event
    if event.kind in _JOINS:
        return replace(event, position=None if _queues_nothing(old) else len(old.queue))
    if event.kind not in _LEAVES:
        return event
    kind, role = _LEAVES[event.kind]
    key: Pubkey | None = getattr(event, role) or _first(old, kind)
    position = old.queue.index(key) if key and old.queue_kind is kind and key in old.queue else None
    return replace(event, job=key, position=position) if role == "job" else replace(event, host=key, position=position)


#: Who joins the queue, and of which kind it then is.
_JOINS = {
    MarketEventKind.JOB_QUEUED: (QueueKind.JOBS, "job"),
    MarketEventKind.HOST_JOINED: (QueueKind.NODES, "host"),
}
#: Who leaves the queue, and of which kind it was.
_LEAVES = {
    MarketEventKind.JOB_DELISTED: (QueueKind.JOBS, "job"),
    MarketEventKind.JOB_TAKEN: (QueueKind.JOBS, "job"),
    MarketEventKind.HOST_LEFT: (QueueKind.NODES, "host"),
    MarketEventKind.HOST_EVICTED: (QueueKind.NODES, "host"),
    MarketEventKind.HOST_TAKEN: (QueueKind.NODES, "host"),
}


def _first(market: Market, kind: QueueKind) -> Pubkey | None:
    return market.queue[0] if market.queue_kind is kind and market.queue else None


def _queues_nothing(market: Market) -> bool:
    return market.job_type == JobType.UNKNOWN


def _opened(_old: Market | None, event: MarketEvent) -> Market | None:
    terms = event.job_price, event.job_timeout, event.job_expiration, event.job_type, event.node_xnos_minimum
    price, timeout, expiration, job_type, minimum = terms
    if event.address is None or event.authority is None or event.vault is None or event.queue_capacity is None:
        return None
    if price is None or timeout is None or expiration is None or job_type is None or minimum is None:
        return None
    return Market(
        address=event.address,
        authority=event.authority,
        job_expiration=expiration,
        job_price=price,
        job_timeout=timeout,
        job_type=job_type,
        vault=event.vault,
        node_access_key=event.node_access_key,
        node_xnos_minimum=minimum,
        queue_kind=QueueKind.EMPTY,
        queue=(),
        queue_capacity=event.queue_capacity,
    )


def _updated(old: Market | None, event: MarketEvent) -> Market | None:
    names = ("job_price", "job_timeout", "job_expiration", "job_type", "node_xnos_minimum", "node_access_key")
    return replace(old, **{name: getattr(event, name) for name in names}) if old else None


def _joined(old: Market | None, event: MarketEvent) -> Market | None:
    if old is None or _queues_nothing(old):
        return old
    kind, role = _JOINS[event.kind]
    key = getattr(event, role)
    if key is None or old.queue_kind not in (kind, QueueKind.EMPTY):
        return None
    return replace(old, queue=(*old.queue, key), queue_kind=kind)


def _left(old: Market | None, event: MarketEvent) -> Market | None:
    position = with_place(event, old).position
    if old is None or position is None:
        return None
    queue = (*old.queue[:position], *old.queue[position + 1 :])
    return replace(old, queue=queue, queue_kind=old.queue_kind if queue else QueueKind.EMPTY)


_FOLDS: Mapping[MarketEventKind, Fold[Market, MarketEvent]] = {
    MarketEventKind.OPENED: _opened,
    MarketEventKind.UPDATED: _updated,
    MarketEventKind.CLOSED: gone,
    **dict.fromkeys(_JOINS, _joined),
    **dict.fromkeys(_LEAVES, _left),
}
