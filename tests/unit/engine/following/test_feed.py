"""A feed gives each transaction once and in order, whatever the endpoint leaves out, repeats, takes back or refuses."""

import pytest
from fault.wire import failure
from harness.feeding import ADDRESS, OTHER, following, names, signatures
from harness.ledger import Entry, Ledger

from nosana_chain.engine.following.feed import Landing, Restarted, Undone
from nosana_chain.engine.following.position import Position
from nosana_chain.errors import NoHistoryError, RpcResponseError, RpcUnreachableError


def busy(count: int, *, slots: int = 1) -> Ledger:
    ledger = Ledger()
    for _ in range(count):
        ledger.add(ADDRESS, slots=slots)
    return ledger


async def test_what_was_there_before_it_began_is_not_given() -> None:
    ledger = busy(5)
    async with following(ledger) as follower:
        assert await follower.take() == []
        new = [ledger.add(ADDRESS), ledger.add(OTHER), ledger.add(ADDRESS)]
        assert signatures(await follower.take()) == names([new[0], new[2]])
        assert await follower.take() == []


async def test_one_that_lands_in_the_slot_in_which_it_began() -> None:
    ledger = busy(2)
    async with following(ledger) as follower:
        late = ledger.add(ADDRESS, slots=0)
        assert signatures(await follower.take()) == names([late])


async def test_an_address_without_any_transaction() -> None:
    ledger = Ledger()
    async with following(ledger) as follower:
        assert await follower.take() == []
        first = ledger.add(ADDRESS)
        assert signatures(await follower.take()) == names([first])


async def test_several_in_one_slot_are_given_in_the_order_of_the_block() -> None:
    ledger = busy(1)
    async with following(ledger) as follower:
        new = [ledger.add(ADDRESS, slots=slots) for slots in (1, 0, 0, 1, 0)]
        assert signatures(await follower.take()) == names(new)


async def test_one_that_failed_is_passed_and_not_read() -> None:
    ledger = busy(1)
    async with following(ledger) as follower:
        failed, good = ledger.add(ADDRESS, failed=True), ledger.add(ADDRESS)
        items = await follower.take()
        assert [(item.listed.signature, item.landed is None) for item in items if isinstance(item, Landing)] == [
            (failed.signature, True),
            (good.signature, False),
        ]
        assert ledger.asked.count("getTransaction") == 1


@pytest.mark.parametrize("page", [2, 3, 7, 1000])
async def test_a_long_gap_is_given_from_its_beginning(page: int) -> None:
    ledger = busy(3)
    async with following(ledger, page=page) as follower:
        new = [ledger.add(ADDRESS, slots=number % 3) for number in range(50)]
        ledger.final = ledger.slot - 10
        assert signatures(await follower.take()) == names(new)
        more = [ledger.add(ADDRESS) for _ in range(5)]
        assert signatures(await follower.take()) == names(more)


async def test_what_comes_meanwhile_is_given_too() -> None:
    ledger = busy(3)
    async with following(ledger, page=4, at_once=1) as follower:
        new = [ledger.add(ADDRESS) for _ in range(20)]
        for _ in range(6):
            follower._note((await follower.feed.chunk())[0])  # noqa: SLF001
            new.append(ledger.add(ADDRESS))
        await follower.take()
        assert signatures(follower.items) == names(new)


async def test_nothing_is_read_ahead_of_whoever_takes_it() -> None:
    ledger = busy(1)
    async with following(ledger, at_once=4) as follower:
        for _ in range(40):
            ledger.add(ADDRESS)
        assert len(await follower.feed.chunk()) == 4
        assert ledger.asked.count("getTransaction") == 4


async def test_a_node_that_is_behind_takes_nothing_back_and_repeats_nothing() -> None:
    ledger = busy(3)
    async with following(ledger) as follower:
        new = [ledger.add(ADDRESS) for _ in range(4)]
        await follower.take()
        ledger.seen = lambda: new[1].slot  # the endpoint is changed for one that lags
        assert await follower.take() == []
        ledger.seen = lambda: None
        new.append(ledger.add(ADDRESS))
        await follower.take()
        assert signatures(follower.items) == names(new)


async def test_a_list_that_is_late_with_one_of_them() -> None:
    ledger = busy(3)
    async with following(ledger) as follower:
        first, late, last = (ledger.add(ADDRESS) for _ in range(3))
        ledger.unlisted = {late.signature}
        assert signatures(await follower.take()) == names([first, last])
        ledger.unlisted = set()
        assert signatures(await follower.take()) == names([late])


async def test_one_that_is_listed_and_not_shown_yet_is_waited_for() -> None:
    ledger = busy(3)
    async with following(ledger, waits=8) as follower:
        new = [ledger.add(ADDRESS) for _ in range(3)]
        ledger.unshown = {new[1].signature}
        assert signatures(await follower.take()) == names(new[:1])
        assert "doesn't show it" in (follower.feed.trouble or "")
        ledger.unshown = set()
        assert signatures(await follower.take()) == names(new[1:])
        assert follower.feed.trouble is None


async def test_a_slot_that_was_reorganised_is_told() -> None:
    ledger = busy(3)
    async with following(ledger) as follower:
        kept = ledger.add(ADDRESS)
        lost = [ledger.add(ADDRESS), ledger.add(ADDRESS)]
        await follower.take()
        [first, second] = ledger.drop(lost[0].slot)
        ledger.slot += 5
        again = ledger.put(Entry(second.signature, ledger.slot, second.addresses))  # landed once more, elsewhere
        items = await follower.take()
        assert {item.listed.signature for item in items if isinstance(item, Undone)} == {
            first.signature,
            second.signature,
        }
        assert signatures(items) == names([again])
        assert follower.told == {str(kept.signature): kept.slot, str(again.signature): again.slot}


async def test_an_endpoint_of_several_that_fails_stops_nothing() -> None:
    ledger = busy(3)
    async with following(ledger) as follower:
        lost = ledger.add(ADDRESS)
        await follower.take()
        ledger.drop(lost.slot)
        ledger.slot += 3
        new = ledger.add(ADDRESS)
        ledger.refusals = {"getSignatureStatuses": failure(-32005)}
        assert signatures(await follower.take()) == names([new]), "whether it is gone, not everybody has said"
        ledger.refusals = {}
        assert [type(item) for item in await follower.take()] == [Undone]


async def test_what_is_final_is_not_looked_at_any_more() -> None:
    ledger = busy(3)
    async with following(ledger) as follower:
        for _ in range(30):
            ledger.add(ADDRESS)
        await follower.take()
        ledger.final = ledger.slot
        await follower.take()
        assert follower.feed.position == Position(ledger.slot)


async def test_an_endpoint_that_never_tells_finality() -> None:
    ledger = busy(3)
    async with following(ledger) as follower:
        for _ in range(30):
            ledger.add(ADDRESS, slots=100)
        await follower.take()
        assert await follower.take() == []
        assert follower.feed.position.count < 10


async def test_an_endpoint_that_fails_for_a_while() -> None:
    ledger = busy(3)
    async with following(ledger) as follower:
        new = [ledger.add(ADDRESS) for _ in range(3)]
        for method in ("getSignaturesForAddress", "getTransaction"):
            error = RpcUnreachableError("gone", endpoint="", method=method)
            ledger.refusals = {method: error}
            assert await follower.take() == []
            assert follower.feed.trouble == "gone"
        ledger.refusals = {}
        assert signatures(await follower.take()) == names(new)
        assert follower.feed.trouble is None


@pytest.mark.parametrize("code", [-32601, -32011, 410])
async def test_an_endpoint_that_does_not_list(code: int) -> None:
    ledger = busy(3)
    ledger.refusals = {"getSignaturesForAddress": failure(code)}
    with pytest.raises(NoHistoryError, match=r"can be followed there without loss.*jobs\.wait_for"):
        async with following(ledger):
            pass


async def test_an_endpoint_that_refuses_transactions() -> None:
    ledger = busy(3)
    ledger.refusals = {"getTransaction": failure(-32601)}
    async with following(ledger) as follower:
        ledger.add(ADDRESS)
        with pytest.raises(RpcResponseError, match="getTransaction"):
            await follower.take()


# ---------------------------------------------------------------- going on where another one stopped


async def test_another_process_goes_on() -> None:
    ledger = busy(3)
    async with following(ledger) as follower:
        new = [ledger.add(ADDRESS, slots=number % 2) for number in range(9)]
        items = await follower.take()
    for item in items:
        assert isinstance(item, Landing)
        async with following(ledger, at=item.after) as other:
            await other.take()
        place = names(new).index(str(item.listed.signature))
        assert signatures(other.items) == names(new[place + 1 :])
        assert not any(isinstance(one, Restarted) for one in other.items)


@pytest.mark.parametrize("page", [2, 5, 1000])
async def test_it_goes_on_after_a_long_gap(page: int) -> None:
    ledger = busy(3)
    async with following(ledger, page=page) as follower:
        new = [ledger.add(ADDRESS, slots=number % 2) for number in range(20)]
        await follower.take()
        at = follower.feed.position
    new += [ledger.add(ADDRESS, slots=number % 2) for number in range(30)]
    ledger.final = new[40].slot
    async with following(ledger, at=at, page=page) as other:
        await other.take()
    assert signatures(other.items) == names(new[20:])


async def test_what_was_reorganised_between_two_processes_is_told_and_comes_anew() -> None:
    ledger = busy(3)
    async with following(ledger) as follower:
        kept = ledger.add(ADDRESS)
        lost = ledger.add(ADDRESS)
        await follower.take()
        at = follower.feed.position
    ledger.drop(lost.slot)
    ledger.slot += 3
    new = ledger.add(ADDRESS)
    async with following(ledger, at=at) as other:
        items = await other.take()
    assert items[0] == Restarted(Position(at.mark))
    started = [entry for entry in ledger.of(ADDRESS) if at.mark < entry.slot]
    assert signatures(items) == names(started)
    assert kept in started
    assert new in started


async def test_an_endpoint_whose_history_is_too_short() -> None:
    ledger = busy(30)
    ledger.first = 25
    with pytest.raises(NoHistoryError, match="knows transactions from slot 25 on, and the cursor stands at slot 20"):
        async with following(ledger, at=Position(20)):
            pass
    async with following(ledger, at=Position(24)) as follower:
        assert len(await follower.take()) == 16


async def test_a_history_that_became_too_short_meanwhile() -> None:
    ledger = busy(3)
    async with following(ledger) as follower:
        await follower.take()
        ledger.slot += 20_000
        ledger.first = ledger.slot - 5
        ledger.add(ADDRESS)
        with pytest.raises(NoHistoryError, match="what happened in between can't be told there"):
            await follower.take()


# ---------------------------------------------------------------- several addresses


async def test_a_transaction_of_two_addresses_is_given_once_and_in_order() -> None:
    ledger = busy(1)
    async with following(ledger, [ADDRESS, OTHER], page=3) as follower:
        sets = ([ADDRESS], [OTHER], [ADDRESS, OTHER])
        new = [ledger.add(*sets[number % 3], slots=number % 2) for number in range(30)]
        await follower.take()
        assert signatures(follower.items) == names(new)


async def test_an_address_that_is_followed_later() -> None:
    ledger = busy(1)
    async with following(ledger, at_once=1) as follower:
        first, before, second = ledger.add(ADDRESS), ledger.add(OTHER), ledger.add(ADDRESS)
        follower._note((await follower.feed.chunk())[0])  # noqa: SLF001
        follower.feed.follow(OTHER)
        await follower.take()
        assert signatures(follower.items) == names([first, before, second])
        follower.feed.leave(OTHER)
        ledger.add(OTHER)
        last = ledger.add(ADDRESS)
        assert signatures(await follower.take()) == names([last])


async def test_one_node_of_two_that_is_behind() -> None:
    ledger = busy(1)
    async with following(ledger, [ADDRESS, OTHER]) as follower:
        new = [ledger.add([ADDRESS, OTHER][number % 2]) for number in range(8)]
        tips = iter([new[4].slot, new[2].slot, new[6].slot])
        ledger.seen = lambda: next(tips, None)
        await follower.take()
        assert sorted(signatures(follower.items)) == sorted(names(new))
