"""What host events tell of random lives is what queues and run accounts hold."""

from collections.abc import Sequence

from harness.landing import Landing, read_in

from nosana_chain.models.job import Run
from nosana_chain.models.market import Market
from nosana_chain.networks import LOCALNET
from nosana_chain.programs.jobs.host_events import HostEvent, HostEventKind, host_events

OUT = {HostEventKind.LEFT, HostEventKind.EVICTED}
CLOSES_RUN = {HostEventKind.FINISHED, HostEventKind.STOPPED, HostEventKind.QUIT, HostEventKind.LOST_JOB}


def test_every_kind_comes_up(all_landings: Sequence[Landing]) -> None:
    seen = {event.kind for one in all_landings for event in _events(one)}
    assert seen == set(HostEventKind) - {HostEventKind.RETRACTED}


def test_a_host_that_joined_is_last_in_line_and_one_that_left_is_not(all_landings: Sequence[Landing]) -> None:
    for one in all_landings:
        for event in _events(one):
            before, after = read_in(one.before, event.market, Market), read_in(one.after, event.market, Market)
            if event.kind is HostEventKind.JOINED and after and before != after:
                assert after.queue[-1] == event.address, one.name
            if event.kind in OUT and before and after:
                assert before.queue.count(event.address) == after.queue.count(event.address) + 1, one.name


def test_runs_that_come_and_go_are_those_of_the_host(all_landings: Sequence[Landing]) -> None:
    for one in all_landings:
        for event in _events(one):
            if event.kind is HostEventKind.GOT_JOB:
                _assert_of(event, read_in(one.after, event.run, Run), read_in(one.before, event.run, Run))
            if event.kind in CLOSES_RUN:
                _assert_of(event, read_in(one.before, event.run, Run), read_in(one.after, event.run, Run))


def _assert_of(event: HostEvent, run: Run | None, gone: Run | None) -> None:
    assert run is not None
    assert gone is None
    assert event.address in (None, run.node)
    assert event.job in (None, run.job)


def _events(landing: Landing) -> tuple[HostEvent, ...]:
    return host_events(landing.landed, network=LOCALNET)
