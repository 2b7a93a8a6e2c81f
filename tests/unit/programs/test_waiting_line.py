"""Who is first in line, as far as events tell it."""

from solders.pubkey import Pubkey
from solders.signature import Signature

from nosana_chain.models.event import Place
from nosana_chain.programs.jobs.events import JobEvent, JobEventKind
from nosana_chain.programs.jobs.waiting_line import WaitingLines

MARKET = Pubkey(bytes([9]) * 32)
A, B, C, UNKNOWN = (Pubkey(bytes([number]) * 32) for number in (1, 2, 3, 4))


def event(kind: JobEventKind, job: Pubkey | None, *, market: Pubkey = MARKET) -> JobEvent:
    return JobEvent(
        kind=kind, address=job, slot=1, time=None, signature=Signature.default(), place=Place(0), market=market
    )


def line(*happened: tuple[JobEventKind, Pubkey | None]) -> WaitingLines:
    lines = WaitingLines()
    for kind, job in happened:
        lines.note(event(kind, job))
    return lines


STARTS = event(JobEventKind.STARTED, None)
POSTED, QUEUED, DELISTED, STARTED = (
    JobEventKind.POSTED, JobEventKind.QUEUED, JobEventKind.DELISTED, JobEventKind.STARTED
)  # fmt: skip


def test_nobody_knows_who_stood_there_before() -> None:
    assert line((POSTED, A), (QUEUED, A)).starts(STARTS) is None


def test_a_line_is_whole_once_its_first_one_was_taken() -> None:
    lines = line((QUEUED, A), (QUEUED, B), (QUEUED, C), (STARTED, A))
    assert lines.starts(STARTS) == B
    lines.note(event(DELISTED, B))
    assert lines.starts(STARTS) == C
    assert lines.starts(event(JobEventKind.CLAIMED, None)) is None
    assert lines.starts(event(STARTED, None, market=A)) is None


def test_a_job_that_met_a_waiting_host_shows_that_nobody_waits() -> None:
    lines = line((POSTED, A), (STARTED, A), (POSTED, B), (QUEUED, B))
    assert lines.starts(STARTS) == B


def test_one_that_stood_before_all_that_are_known() -> None:
    assert line((QUEUED, A), (STARTED, UNKNOWN)).starts(STARTS) is None
    assert line((QUEUED, A), (STARTED, UNKNOWN), (STARTED, A), (QUEUED, B)).starts(STARTS) == B


def test_one_that_nobody_knows_leaves_nothing_certain() -> None:
    assert line((QUEUED, A), (QUEUED, B), (STARTED, A), (STARTED, None)).starts(STARTS) is None


def test_what_was_taken_back_makes_it_uncertain() -> None:
    lines = line((QUEUED, A), (QUEUED, B), (STARTED, A))
    lines.forget(MARKET)
    assert lines.starts(STARTS) is None
