import pytest
from hypothesis import given
from hypothesis import strategies as st

from nosana_chain.reading.logs import NamedError, failed_frame, is_cut

OUTER, INNER = "Outer111", "Inner111"
TEXT = "Error Code: ConstraintSeeds. Error Number: 2006. Error Message: A seeds constraint was violated."


@pytest.mark.parametrize(
    "logs",
    [
        [],
        ["Program Outer111 invoke [1]", "Program Outer111 success"],
        ["Program Outer111 invoke [1]", "Log truncated"],
        ["Program Outer111 failed: out of nowhere"],
        ["something else", f"Program log: AnchorError occurred. {TEXT}"],
    ],
)
def test_logs_that_name_no_failure(logs: list[str]) -> None:
    assert failed_frame(logs) is None


def test_the_innermost_call_failed() -> None:
    frame = failed_frame(
        [
            f"Program {OUTER} invoke [1]",
            "Program log: Instruction: Claim",
            f"Program {INNER} invoke [2]",
            "Program log: Instruction: AddFee",
            f"Program log: AnchorError occurred. {TEXT}",
            f"Program {INNER} consumed 5 of 200000 compute units",
            f"Program {INNER} failed: custom program error: 0x7d6",
            f"Program {OUTER} failed: custom program error: 0x7d6",
        ]
    )
    assert (frame.program_id, frame.instruction, frame.error.name) == (INNER, "AddFee", "ConstraintSeeds")


def test_a_call_that_came_back_is_not_to_blame() -> None:
    frame = failed_frame(
        [
            f"Program {OUTER} invoke [1]",
            "Program log: Instruction: Claim",
            f"Program {INNER} invoke [2]",
            "Program log: Instruction: AddFee",
            f"Program log: AnchorError occurred. {TEXT}",
            f"Program {INNER} success",
            f"Program {OUTER} failed: custom program error: 0x1",
        ]
    )
    assert (frame.program_id, frame.instruction, frame.error) == (OUTER, "Claim", None)


@pytest.mark.parametrize(
    ("line", "error"),
    [
        (
            f"AnchorError caused by account: vault. {TEXT}",
            NamedError("ConstraintSeeds", 2006, "vault", "A seeds constraint was violated"),
        ),
        (f"AnchorError occurred. {TEXT}", NamedError("ConstraintSeeds", 2006, None, "A seeds constraint was violated")),
        (
            f"AnchorError thrown in programs/jobs/src/list.rs:40. {TEXT}",
            NamedError("ConstraintSeeds", 2006, None, "A seeds constraint was violated"),
        ),
        (
            (
                "ProgramError caused by account: user. Error Code: InvalidAccountData. "
                "Error Number: 17179869184. Error Message: Not. Of this. Kind."
            ),
            NamedError("InvalidAccountData", 17179869184, "user", "Not. Of this. Kind"),
        ),
    ],
)
def test_forms_of_an_error_line(line: str, error: NamedError) -> None:
    frame = failed_frame([f"Program {OUTER} invoke [1]", f"Program log: {line}", f"Program {OUTER} failed: x"])
    assert frame.error == error


@pytest.mark.parametrize(
    "line",
    [
        f"AnchorError occurred. {TEXT}",  # not from `Program log:`
        "Program log: AnchorError occurred. Error Code: Two Words. Error Number: 1. Error Message: x.",
        "Program log: AnchorError occurred. Error Code: X. Error Number: many. Error Message: x.",
        f"Program log: said: AnchorError occurred. {TEXT}",
    ],
)
def test_lines_that_only_look_like_it(line: str) -> None:
    assert failed_frame([f"Program {OUTER} invoke [1]", line, f"Program {OUTER} failed: x"]).error is None


def test_shortage_of_lamports() -> None:
    line = "Transfer: insufficient lamports 100, need 2561280"
    frame = failed_frame([f"Program {OUTER} invoke [1]", line, f"Program {OUTER} failed: custom program error: 0x1"])
    assert frame.shortage == (100, 2561280)


# ---------------------------------------------------------------- what anybody may write

HUGE = "9" * 5_000


@pytest.mark.parametrize(
    "line",
    [
        f"Program log: AnchorError occurred. Error Code: A. Error Number: {HUGE}. Error Message: x",
        f"Program log: AnchorError caused by account: {'a' * 65}. {TEXT}",
        f"Program log: AnchorError occurred. Error Code: {'A' * 65}. Error Number: 1. Error Message: x",
        f"Transfer: insufficient lamports {HUGE}, need 1",
        f"Transfer: insufficient lamports 1, need {HUGE}",
        "Transfer: insufficient lamports \N{ARABIC-INDIC DIGIT ONE}, need 1",
        f"Program log: Instruction: {'A' * 65}",
    ],
)
def test_pieces_beyond_their_bounds_are_not_taken(line: str) -> None:
    frame = failed_frame([f"Program {OUTER} invoke [1]", line, f"Program {OUTER} failed: x"])
    assert (frame.error, frame.shortage, frame.instruction) == (None, None, None)


def test_a_line_that_is_shown_has_no_control_characters_and_an_end() -> None:
    odd = f"Program {OUTER} failed: \x1b[2J\N{RIGHT-TO-LEFT OVERRIDE}{'x' * 5_000}"
    line = failed_frame([f"Program {OUTER} invoke [1]", odd]).line
    assert line.isprintable()
    assert "\\x1b[2J\\u202e" in line
    assert len(line) < 600


@pytest.mark.parametrize(
    ("logs", "cut"), [([], False), (["a"], False), (["Log truncated", "a"], False), (["a", "Log truncated"], True)]
)
def test_logs_that_the_runtime_cut(logs: list[str], cut: bool) -> None:  # noqa: FBT001  a table's column
    assert is_cut(logs) is cut


names = st.sampled_from([OUTER, INNER]) | st.text(max_size=70)
numbers = st.integers(-5, 2**70).map(str) | st.just(HUGE)
lines = st.one_of(
    st.text(),
    st.builds("Program {} invoke [{}]".format, names, numbers),
    st.builds("Program {} success".format, names),
    st.builds("Program {} failed: {}".format, names, st.text()),
    st.builds("Program log: Instruction: {}".format, names),
    st.builds(
        "Program log: AnchorError caused by account: {}. Error Code: {}. Error Number: {}. Error Message: {}".format,
        names, names, numbers, st.text(),
    ),
    st.builds("Transfer: insufficient lamports {}, need {}".format, numbers, numbers),
)  # fmt: skip


@given(st.lists(lines))
def test_any_lines_are_read(logs: list[str]) -> None:
    frame = failed_frame(logs)
    if frame is not None:
        assert frame.outermost.caller is None
        assert frame.line is not None
        assert frame.line.isprintable()
        assert all(number < 10**20 for number in frame.shortage or ())
