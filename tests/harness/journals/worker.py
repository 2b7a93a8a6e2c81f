"""A process that works on a journal, to be killed or to compete: python -m harness.journals.worker VERB PLACE ...

Each line that it prints is a fact that must outlive it.
"""

import asyncio
import random
import sys
from collections.abc import Iterable

from harness.journals.actors import SCOPE, intent, signed

from nosana_chain.engine.journal import Balance, Begun, Conclusion, EntryState, Journal, Outcome, open_journal
from nosana_chain.errors import ReservedFundsError


def say(*words: object) -> None:
    print(*words, flush=True)  # noqa: T201  its parent listens


async def post(journal: Journal, key: str) -> None:
    """One action from begin to its end, or on from where a process before has left it."""
    (begun,) = await journal.begin([intent(key)])
    say("begun", key)
    if begun.entry.state is EntryState.OPEN:
        assert begun.lease is not None, "its holder is dead"
        await finish(journal, key, begun)
    (entry,) = await journal.show(key)
    if entry.state is EntryState.LANDED:
        await journal.conclude([Conclusion(entry.attempts[-1].signature, Outcome.landed(5, final=True))])
    say("done", key)


async def finish(journal: Journal, key: str, begun: Begun) -> None:
    """Record one attempt, unless there is a live one, and let it land."""
    if not begun.entry.live:
        assert begun.lease is not None
        attempt = signed(f"{key} {len(begun.entry.attempts)}", begun.lease)
        await journal.record([attempt])
    (entry,) = await journal.show(key)
    (live,) = entry.live
    say("recorded", key, live.signature)
    await journal.conclude([Conclusion(live.signature, Outcome.landed(5))])
    say("landed", key)


async def lives(journal: Journal, keys: Iterable[str]) -> None:
    """Post under all keys, eight at a time."""
    waiting = list(keys)
    while waiting:
        now, waiting = waiting[:8], waiting[8:]
        await asyncio.gather(*(post(journal, key) for key in now))


async def compete(journal: Journal, keys: list[str], balance: Balance, seed: int) -> None:
    """Begin under all keys in an order of its own, and say which were new."""
    random.Random(seed).shuffle(keys)
    for start in range(0, len(keys), 25):
        await asyncio.gather(*(_begin(journal, key, balance) for key in keys[start : start + 25]))
    say("ended", len(await journal.pending(scope=SCOPE)))


async def _begin(journal: Journal, key: str, balance: Balance) -> None:
    try:
        (begun,) = await journal.begin([intent(key)], balance=balance)
    except ReservedFundsError:
        return
    if begun.is_new:
        say("new", key)


async def main(verb: str, place: str, count: int, *numbers: int) -> None:
    journal = open_journal(place)
    assert journal is not None
    keys = [f"key-{number}" for number in range(count)]
    if verb == "lives":
        await lives(journal, keys)
    else:
        fitting, seed = numbers
        await compete(journal, keys, Balance(nos=1_000 * fitting, lamports=10**9), seed)
    await journal.close()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], sys.argv[2], *map(int, sys.argv[3:])))
