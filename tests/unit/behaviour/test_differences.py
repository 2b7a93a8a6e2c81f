"""Two outcomes that are not the same are told apart, by the first thing in which they differ."""

import pytest
from behaviour.call import ABSENT, Account, AnchorError, InnerCall, Outcome, Trace, changes, first_difference
from solders.pubkey import Pubkey

HERE, PROGRAM = Pubkey(b"h" * 32), Pubkey(b"p" * 32)
OLD = Account(5, PROGRAM, b"abcd")
CAUSED = "caused by account"
REFUSED = Outcome("Custom(6000)", AnchorError("Unauthorized", 6000, "market", CAUSED))


@pytest.mark.parametrize(
    ("got", "told"),
    [
        (Outcome(), "got success"),
        (Outcome("Custom(6001)", REFUSED.anchor), "Custom(6001)"),
        (Outcome("Custom(6000)"), "without an Anchor line"),
        (
            Outcome("Custom(6000)", AnchorError("NotInMarketQueue", 6000, "market", CAUSED)),
            "NotInMarketQueue",
        ),
        (Outcome("Custom(6000)", AnchorError("Unauthorized", 6001, "market", CAUSED)), "6001"),
        (Outcome("Custom(6000)", AnchorError("Unauthorized", 6000, "job", CAUSED)), "job"),
        (Outcome("Custom(6000)", AnchorError("Unauthorized", 6000, "market", "thrown")), "thrown"),
        (Outcome(REFUSED.error, REFUSED.anchor, {HERE: Account(6, PROGRAM, b"abcd")}), "expected 5 lamports, got 6"),
    ],
)
def test_another_end_than_a_refusal_is_told(got: Outcome, told: str) -> None:
    assert told in (first_difference(REFUSED, got, {HERE: OLD}) or "")


@pytest.mark.parametrize(
    ("after", "told"),
    [
        ({HERE: Account(4, PROGRAM, b"abcd")}, "expected 7 lamports, got 4"),
        ({HERE: Account(7, HERE, b"abcd")}, f"expected owner {PROGRAM}"),
        ({HERE: Account(7, PROGRAM, b"abc")}, "expected 4 bytes, got 3"),
        ({HERE: Account(7, PROGRAM, b"abCd")}, "from byte 2 expected 6364, got 4364"),
        ({}, "expected 7 lamports, got 5"),
        ({HERE: Account(7, PROGRAM, b"abcd"), PROGRAM: Account(1)}, f"{PROGRAM}: expected 0 lamports, got 1"),
    ],
)
def test_another_state_is_told(after: dict[Pubkey, Account], told: str) -> None:
    expected = Outcome(after={HERE: Account(7, PROGRAM, b"abcd")})
    assert told in (first_difference(expected, Outcome(after=after), {HERE: OLD}) or "")


CALLED = InnerCall(2, PROGRAM, (HERE,), b"\3\1")
TRACE = Trace((CALLED,), ("5", "7"))


@pytest.mark.parametrize(
    ("got", "told"),
    [
        (Trace((), TRACE.compared), "got []"),
        (Trace((CALLED, CALLED), TRACE.compared), "0301"),
        (Trace((CALLED._replace(program=HERE),), TRACE.compared), str(HERE)),
        (Trace((CALLED._replace(accounts=(PROGRAM,)),), TRACE.compared), f"0301 of {PROGRAM}"),
        (Trace((CALLED._replace(data=b"\3\2"),), TRACE.compared), "0302"),
        (Trace((CALLED._replace(depth=3),), TRACE.compared), "at 3"),
        (Trace(TRACE.inner, ("5", "8")), "got ('5', '8')"),
        (Trace(TRACE.inner), "got None"),
        (None, "got []"),
    ],
)
def test_another_way_to_the_same_end_is_told(got: Trace | None, told: str) -> None:
    _, said, got_instead = (first_difference(Outcome(trace=TRACE), Outcome(trace=got), {}) or "").partition("got ")
    assert told in said + got_instead


def test_where_a_recording_leaves_the_way_out_any_is_right() -> None:
    assert first_difference(Outcome(), Outcome(trace=TRACE), {}) is None


def test_equal_outcomes_do_not_differ_whatever_they_cost() -> None:
    after = {HERE: Account(7, PROGRAM, b"abcd")}
    assert first_difference(Outcome(after=after), Outcome(after=after, compute_units=9), {HERE: OLD}) is None


def test_an_account_that_never_was_and_one_that_was_emptied_are_the_same() -> None:
    assert changes({}, {HERE: Account(0, PROGRAM, b"left over")}) == {}
    assert changes({HERE: OLD}, {HERE: Account(0, PROGRAM, b"left over")}) == {HERE: ABSENT}
