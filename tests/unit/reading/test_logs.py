import pytest

from nosana_chain.reading.logs import NamedError, failed_frame

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
