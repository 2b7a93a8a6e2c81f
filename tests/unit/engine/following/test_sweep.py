"""A sweep gives a list from old to new, in whole slots, and keeps no more than a page of it."""

from collections.abc import Sequence
from itertools import pairwise

import pytest
from solders.signature import Signature

from nosana_chain.engine.following.listing import Sweep
from nosana_chain.engine.following.position import DEEP, final_top
from nosana_chain.wire.signatures import Listed


def listed(slots: Sequence[int], *, final: int = 0) -> list[Listed]:
    """The oldest first."""
    return [Listed(Signature(number.to_bytes(64, "big")), slot, is_final=slot <= final)
            for number, slot in enumerate(slots, 1)]  # fmt: skip


class Lists:
    def __init__(self, entries: list[Listed], limit: int) -> None:
        self.entries, self.limit, self.calls = entries, limit, 0

    async def fetch(self, before: Signature | None, until: Signature | None) -> list[Listed]:
        self.calls += 1
        entries = self.entries[::-1]
        signatures = [entry.signature for entry in entries]
        start = signatures.index(before) + 1 if before else 0
        stop = signatures.index(until) if until in signatures else len(entries)
        return entries[start:stop][: self.limit]


async def swept(lists: Lists, after: int, until: Signature | None = None) -> list[list[Listed]]:
    sweep = Sweep(lists.fetch, after=after, until=until, limit=lists.limit)
    pages = []
    while not sweep.is_over:
        pages.append(await sweep.page())
        assert len(pages) < 1000, "it never ends"
    return pages


SLOTS = [1, 1, 2, 3, 3, 3, 3, 3, 4, 5, 5, 6, 9, 9, 9, 10, 12, 12, 12, 12, 12]


@pytest.mark.parametrize("limit", [1, 2, 3, 4, 5, 6, 20, 21, 22, 1000])
@pytest.mark.parametrize("after", [0, 2, 3, 11, 12])
async def test_every_entry_once_in_whole_slots(limit: int, after: int) -> None:
    entries = listed(SLOTS)
    pages = await swept(Lists(entries, limit), after)
    assert [entry for page in pages for entry in page] == [entry for entry in entries if entry.slot > after]
    for page, following in pairwise(pages):
        assert not page or not following or page[-1].slot < following[0].slot, "no slot is divided"


async def test_the_usual_look_is_one_call() -> None:
    entries = listed(SLOTS)
    lists = Lists(entries, 1000)
    assert await swept(lists, 9, until=entries[14].signature) == [entries[15:]]
    assert lists.calls == 1


async def test_a_long_way_takes_two_calls_a_page_and_a_page_of_memory() -> None:
    entries = listed(range(1, 2_001))
    lists = Lists(entries, 20)
    pages = await swept(lists, 0)
    assert max(map(len, pages)) <= 21
    assert lists.calls < 2.2 * 100


def test_what_is_final() -> None:
    entries = listed(SLOTS, final=9)
    assert final_top(entries) is entries[14]
    assert final_top(entries[15:]) is None
    assert final_top([]) is None
    assert final_top(entries[:3]) is entries[2]
    deep = listed([1, 2, 2 + DEEP, 3 + DEEP])
    assert final_top(deep) is deep[1], "an endpoint that tells no finality"
