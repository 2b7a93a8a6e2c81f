"""What happened to entries of the nodes registry, as the transactions that did it tell. Pure: no network."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from solders.pubkey import Pubkey

from nosana_chain.models.event import RETRACTED, ChainEvent
from nosana_chain.models.landed_transaction import LandedTransaction
from nosana_chain.models.node import Node
from nosana_chain.networks import Network
from nosana_chain.one_line import one_line
from nosana_chain.reading.folds import Fold, folded
from nosana_chain.reading.program_calls import ProgramCall
from nosana_chain.reading.program_events import Facts, Rule, events_by


class NodeEventKind(StrEnum):
    """What can happen to a registry entry. Each is made by the instruction of the nodes program that is named here."""

    REGISTERED = "registered"  #: `register`
    UPDATED = "updated"  #: `update`: the host describes its machine anew
    AUDITED = "audited"  #: `audit`: the network's authority vouches for the description, or takes that back
    RETRACTED = RETRACTED  #: no instruction: what the event `retracts` told didn't happen, its slot was reorganised


@one_line
@dataclass(frozen=True, slots=True, kw_only=True)
class NodeEvent(ChainEvent):
    """Something that happened to a host's entry in the registry.

    Attributes:
        kind: what happened.
        address: the entry.
        authority: the host; None for AUDITED, whose transaction doesn't say.
        audited: of AUDITED, whether the authority vouches for it.
        described: what the host says of its machine, of REGISTERED and UPDATED: the fields of `Node` by name.
        old: the entry before, as far as it is known.
        new: the entry after; None where the transaction can't tell.
    """

    kind: NodeEventKind
    authority: Pubkey | None = None
    audited: bool | None = None
    described: Mapping[str, Any] = field(default_factory=dict, hash=False)
    old: Node | None = field(default=None, compare=False)
    new: Node | None = field(default=None, compare=False)


def node_events(landed: LandedTransaction, *, network: Network) -> tuple[NodeEvent, ...]:
    """What a landed transaction did to registry entries, in order; nothing where it failed.

    Args:
        landed: as `fetch_transaction` gives it.
        network: whose nodes program it is.

    Raises:
        InputError: the endpoint left out whether it succeeded or what it called, or contradicts itself.
    """
    return events_by(_RULES, NodeEvent, landed, program="nodes", network=network)


def node_after(old: Node | None, event: NodeEvent) -> Node | None:
    """The entry after `event`, from the one just before it; None where that isn't known but would have to be."""
    return folded(_FOLDS, old, event)


#: What `Node` calls the arguments that it has another name for.
_OTHER_NAMES = {"architecture_type": "architecture", "country_code": "country"}


def _described(kind: NodeEventKind) -> Rule:
    def rule(call: ProgramCall) -> Iterator[Facts]:
        named = {_OTHER_NAMES.get(name, name): value for name, value in call.arguments.items()}
        facts = {"address": call.accounts["node"], "authority": call.accounts["authority"]}
        yield kind, facts | {"described": named}

    return rule


def _audit(call: ProgramCall) -> Iterator[Facts]:
    yield NodeEventKind.AUDITED, {"address": call.accounts["node"], "audited": call.arguments["audited"]}


_RULES: Mapping[str, Rule] = {
    "Register": _described(NodeEventKind.REGISTERED),
    "Update": _described(NodeEventKind.UPDATED),
    "Audit": _audit,
}


def _registered(_old: Node | None, event: NodeEvent) -> Node | None:
    if event.address is None or event.authority is None:
        return None
    return Node(address=event.address, authority=event.authority, audited=False, **event.described)


def _updated(old: Node | None, event: NodeEvent) -> Node | None:
    return replace(old, **event.described) if old else None


def _audited(old: Node | None, event: NodeEvent) -> Node | None:
    return replace(old, audited=event.audited) if old and event.audited is not None else None


_FOLDS: Mapping[NodeEventKind, Fold[Node, NodeEvent]] = {
    NodeEventKind.REGISTERED: _registered,
    NodeEventKind.UPDATED: _updated,
    NodeEventKind.AUDITED: _audited,
}
