"""How often a follower looks, and how much it takes at a time."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowPolicy:
    """How a follower looks for what is new.

    Attributes:
        poll_slots: slots between two looks while a socket tells of news; a notice brings the next one at once.
        poll_alone_slots: slots between two looks while no socket does.
        at_once: transactions that are read ahead of whoever takes them, 1 to 64. Nothing else is: what nobody takes
            stays on the chain, however long.
        longest_rest_seconds: the longest pause after an endpoint failed; the first is a slot, and each doubles.
    """

    poll_slots: int = 25
    poll_alone_slots: int = 5
    at_once: int = 8
    longest_rest_seconds: float = 30.0


DEFAULT_FOLLOWING = FollowPolicy()
