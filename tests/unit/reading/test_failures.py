import pickle
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from solders import system_program
from solders.hash import Hash
from solders.instruction import Instruction
from solders.message import MessageV0
from solders.pubkey import Pubkey
from solders.signature import Signature
from solders.transaction_status import (
    InstructionErrorCustom,
    InstructionErrorFieldless,
    TransactionErrorDuplicateInstruction,
    TransactionErrorFieldless,
    TransactionErrorInstructionError,
)

from nosana_chain.bindings.program_errors import program_error_class
from nosana_chain.errors import InsufficientFundsError, ProgramError, TransactionFailedError
from nosana_chain.networks import DEVNET, MAINNET, Network
from nosana_chain.programs.jobs.instructions import clean_ix
from nosana_chain.reading.error_numbers import errors_with_number
from nosana_chain.reading.failures import decode_failure

JOBS, STAKING, REWARDS = (str(getattr(DEVNET.programs, name)) for name in ("jobs", "staking", "rewards"))
SYSTEM, TOKEN = "11111111111111111111111111111111", "TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA"
STRANGER = "Stake11111111111111111111111111111111111111"
KEY = Pubkey(bytes([9]) * 32)
SIGNATURE = Signature(bytes([5]) * 64)


def _custom(code: int, index: int = 0) -> dict[str, Any]:
    return {"InstructionError": [index, {"Custom": code}]}


def _error_line(name: str, number: int, form: str = "occurred") -> str:
    return f"Program log: AnchorError {form}. Error Code: {name}. Error Number: {number}. Error Message: Words."


def _logs(*calls: str, lines: tuple[str, ...] = ()) -> list[str]:
    """`calls` inside one another, of which the innermost logs `lines` and fails."""
    down = [f"Program {program} invoke [{depth}]" for depth, program in enumerate(calls, 1)]
    return [*down, *lines, *(f"Program {program} failed: x" for program in reversed(calls))]


def _decode(error: Any, *, logs: list[str] | tuple[str, ...] = (), network: Network = DEVNET, **more: Any) -> Any:
    return decode_failure(error, logs=logs, network=network, **more)


@pytest.mark.parametrize(
    ("error", "reason", "index"),
    [
        ("BlockhashNotFound", "BlockhashNotFound", None),
        ("SomethingNewInTheRuntime", "SomethingNewInTheRuntime", None),
        ({"DuplicateInstruction": 3}, "DuplicateInstruction", None),
        ({"InstructionError": [2, "PrivilegeEscalation"]}, "PrivilegeEscalation", 2),
        ({"InstructionError": [1, {"BorshIoError": "x"}]}, "BorshIoError", 1),
        (_custom(6000, 4), "Custom(6000)", 4),
        ({"InstructionError": [0]}, "InstructionError", None),
        ({}, "dict", None),
        (TransactionErrorFieldless.BlockhashNotFound, "BlockhashNotFound", None),
        (TransactionErrorDuplicateInstruction(3), "DuplicateInstruction", None),
        (TransactionErrorInstructionError(2, InstructionErrorFieldless.PrivilegeEscalation), "PrivilegeEscalation", 2),
        (TransactionErrorInstructionError(4, InstructionErrorCustom(6000)), "Custom(6000)", 4),
    ],
)
def test_errors_of_the_runtime_in_both_notations(error: Any, reason: str, index: int | None) -> None:
    decoded = _decode(error)
    assert type(decoded) is TransactionFailedError
    assert (decoded.reason, decoded.instruction_index, decoded.logs) == (reason, index, ())
    assert reason in decoded.message


@pytest.mark.parametrize(
    ("error", "logs"),
    [
        ("AccountNotFound", []),
        ("InsufficientFundsForFee", []),
        ({"InsufficientFundsForRent": {"account_index": 1}}, []),
        ({"InstructionError": [0, "InsufficientFunds"]}, []),
        (_custom(1), _logs(SYSTEM)),
        (_custom(1), _logs(JOBS, TOKEN)),
    ],
)
def test_balances_that_are_too_low(error: Any, logs: list[str]) -> None:
    decoded = _decode(error, logs=logs)
    assert type(decoded) is InsufficientFundsError
    assert "send " in decoded.message


def test_code_1_of_another_program_is_no_shortage() -> None:
    assert type(_decode(_custom(1), logs=_logs(STRANGER))) is TransactionFailedError


def test_a_program_id_that_is_none() -> None:
    assert _decode(_custom(1), logs=_logs("NoAddress0")).program is None


def test_shortage_tells_the_amounts() -> None:
    decoded = _decode(_custom(1), logs=_logs(JOBS, SYSTEM, lines=("Transfer: insufficient lamports 100, need 250",)))
    assert "it holds 100 lamports and needs 250" in decoded.message


@pytest.mark.parametrize(
    ("code", "program", "says"),
    [
        (0, SYSTEM, "needs a fresh key"),
        (3, TOKEN, "different mints"),
        (4, TOKEN, "not the owner"),
        (17, TOKEN, "frozen"),
    ],
)
def test_codes_of_the_native_programs(code: int, program: str, says: str) -> None:
    assert says in _decode(_custom(code), logs=_logs(JOBS, program)).message


def test_the_same_reason_means_something_else_of_a_token_account() -> None:
    refused = {"InstructionError": [0, "InvalidAccountData"]}
    assert "a token account that takes part doesn't exist" in _decode(refused, logs=_logs(TOKEN)).message
    assert "check the addresses" in _decode(refused, logs=_logs(JOBS)).message


@pytest.mark.parametrize(
    ("program_id", "program", "name", "number"),
    [
        (JOBS, "jobs", "InvalidMarketAccount", 6000),
        (JOBS, "jobs", "Unauthorized", 6000),
        (JOBS, "jobs", "InvalidStakeAccount", 6012),
        (STAKING, "staking", "InvalidOwner", 6001),
        (REWARDS, "rewards", "ConstraintSeeds", 2006),
    ],
)
def test_the_class_is_chosen_by_the_name_in_the_log(program_id: str, program: str, name: str, number: int) -> None:
    decoded = _decode(_custom(number), logs=_logs(program_id, lines=(_error_line(name, number),)))
    assert type(decoded) is program_error_class(program, name)
    assert (decoded.program, decoded.reason, decoded.number) == (program, name, number)
    assert decoded.summary in decoded.message


def test_a_nested_call_names_the_program_that_logged() -> None:
    lines = ("Program log: Instruction: AddFee", _error_line("InvalidVault", 6007, "caused by account: vault"))
    decoded = _decode(_custom(6007), logs=_logs(JOBS, REWARDS, lines=lines))
    assert (decoded.program, decoded.instruction, decoded.account) == ("rewards", "AddFee", "vault")
    assert decoded.message.startswith("rewards AddFee: ")


def test_all_facts() -> None:
    lines = ("Program log: Instruction: List", _error_line("MarketInWrongState", 6001, "caused by account: market"))
    logs = _logs(JOBS, lines=lines)
    decoded = _decode(_custom(6001, 2), logs=logs, signature=SIGNATURE)
    assert decoded.facts == {
        "program": "jobs",
        "instruction": "List",
        "account": "market",
        "instruction_index": 2,
        "logs": tuple(logs),
        "signature": str(SIGNATURE),
        "reason": "MarketInWrongState",
    }
    assert f"account market, instruction 2, transaction {SIGNATURE}" in decoded.message
    assert pickle.loads(pickle.dumps(decoded)).facts == decoded.facts  # noqa: S301 - our own bytes


def test_a_failed_transfer_is_told_as_the_nosana_instruction_around_it() -> None:
    decoded = _decode(
        _custom(1),
        logs=[
            f"Program {JOBS} invoke [1]",
            "Program log: Instruction: List",
            *_logs(TOKEN, lines=("Program log: Instruction: Transfer",)),
        ],
    )
    assert (decoded.program, decoded.instruction) == ("jobs", "List")
    assert decoded.message.startswith("jobs List: the token account that pays has too few tokens")


def test_without_a_signature_nothing_was_sent() -> None:
    assert "nothing was sent" in _decode(_custom(6001)).message


def test_programs_of_another_cluster_have_no_names() -> None:
    logs = _logs(JOBS, lines=(_error_line("MarketInWrongState", 6001),))
    decoded = _decode(_custom(6001), logs=logs, network=MAINNET)
    assert type(decoded) is TransactionFailedError
    assert decoded.program is None
    assert "Words" in decoded.message


@pytest.mark.parametrize(
    ("program_id", "line", "code"),
    [
        (STRANGER, _error_line("MarketInWrongState", 6001), 6001),
        (JOBS, _error_line("NeverHeardOf", 6099), 6099),
        (JOBS, _error_line("MarketInWrongState", 6001), 6002),
    ],
)
def test_a_line_that_does_not_fit_gives_no_class_of_a_program(program_id: str, line: str, code: int) -> None:
    decoded = _decode(_custom(code), logs=_logs(program_id, lines=(line,)))
    assert not isinstance(decoded, ProgramError)
    assert "Words" in decoded.message


def test_a_plain_program_error_names_the_account() -> None:
    line = (
        "Program log: ProgramError caused by account: user. Error Code: InvalidAccountData. "
        "Error Number: 17179869184. Error Message: Words."
    )
    decoded = _decode({"InstructionError": [0, "InvalidAccountData"]}, logs=_logs(JOBS, lines=(line,)))
    assert type(decoded) is TransactionFailedError
    assert (decoded.reason, decoded.account) == ("InvalidAccountData", "user")
    assert "account user" in decoded.message


# ---------------------------------------------------------------- without logs that say it

CLEAN = clean_ix(job=KEY, market=KEY, payer=KEY, network=DEVNET)
REGISTER = Instruction(DEVNET.programs.nodes, b"no such instruction", [])
CUT = [f"Program {JOBS} invoke [1]", "Program log: Instruction: Clean", "Log truncated"]
NOTHING: list[str] = []


def _message_of(*instructions: Instruction) -> MessageV0:
    return MessageV0.try_compile(KEY, list(instructions), [], Hash.default())


@pytest.mark.parametrize(("logs", "says"), [(CUT, "the runtime cut the logs"), (NOTHING, "the endpoint gave no logs")])
def test_cut_logs_name_program_instruction_and_both_errors(logs: list[str], says: str) -> None:
    decoded = _decode(_custom(6001, 1), logs=logs, message=_message_of(REGISTER, CLEAN))
    assert type(decoded) is TransactionFailedError
    assert (decoded.program, decoded.instruction, decoded.reason) == ("jobs", "Clean", "Custom(6001)")
    assert decoded.candidates == ("MarketInWrongState", "InvalidOwner")
    assert decoded.message.startswith("jobs Clean: MarketInWrongState: ")
    for part in ("InvalidOwner: ", says, "Custom(6001), instruction 1"):
        assert part in decoded.message
    assert "the logs of this exception" not in decoded.message


@pytest.mark.parametrize(
    ("program", "code", "name"),
    [
        ("jobs", 3012, "AccountNotInitialized"),
        ("jobs", 2006, "ConstraintSeeds"),
        ("jobs", 6014, None),
        ("pools", 6007, "InvalidVault"),
        ("rewards", 6012, "InvalidStakeAccount"),
        ("distributor", 6000, None),
    ],
)
def test_a_number_of_one_error_alone_gives_its_class(program: str, code: int, name: str | None) -> None:
    call = Instruction(getattr(DEVNET.programs, program), b"", [])
    decoded = _decode(_custom(code), logs=NOTHING, message=_message_of(call))
    (kind,) = errors_with_number(program, code)
    assert type(decoded) is kind
    assert (decoded.program, decoded.reason, decoded.candidates) == (program, name or kind.name, ())


def test_a_number_that_jobs_shares_with_the_staking_error_that_it_borrows() -> None:
    decoded = _decode(_custom(6012), message=_message_of(CLEAN))
    assert decoded.candidates == ("NodeStakeUnauthorized", "InvalidStakeAccount")


@pytest.mark.parametrize("code", [4242, 6999, 2**32 - 1])
def test_a_number_without_a_name_stays_a_number(code: int) -> None:
    decoded = _decode(_custom(code), message=_message_of(CLEAN))
    assert type(decoded) is TransactionFailedError
    assert decoded.message.startswith("jobs Clean: the endpoint gave no logs that say why (Custom(")


def test_a_low_number_is_of_a_program_that_was_called() -> None:
    decoded = _decode(_custom(1), message=_message_of(CLEAN))
    assert type(decoded) is InsufficientFundsError
    assert "too few tokens" in decoded.message
    assert "too little SOL" in decoded.message
    assert (decoded.program, decoded.instruction) == ("jobs", "Clean")
    assert "frozen" in _decode(_custom(17), message=_message_of(CLEAN)).message


def test_a_native_program_is_told_by_the_transaction_too() -> None:
    pay = system_program.transfer(system_program.TransferParams(from_pubkey=KEY, to_pubkey=KEY, lamports=1))
    decoded = _decode(_custom(1), message=_message_of(pay))
    assert (type(decoded), decoded.program, decoded.instruction) == (InsufficientFundsError, "system", "Transfer")


def test_an_unknown_program_is_named_by_its_address() -> None:
    call = Instruction(Pubkey.from_string(STRANGER), b"", [])
    decoded = _decode(_custom(6001), message=_message_of(call))
    assert decoded.message.startswith(f"program {STRANGER}: the endpoint gave no logs that say why")
    assert decoded.program is None


def test_logs_of_another_transaction_are_not_believed() -> None:
    logs = _logs(REWARDS, lines=(_error_line("InvalidVault", 6007),))
    decoded = _decode(_custom(6007), logs=logs, message=_message_of(CLEAN))
    assert (decoded.program, decoded.candidates) == ("jobs", ("JobInvalidProject", "InvalidVault"))


def test_a_log_without_the_error_line_leaves_the_number() -> None:
    decoded = _decode(_custom(3012), logs=_logs(JOBS), message=_message_of(CLEAN))
    assert (decoded.reason, decoded.instruction) == ("AccountNotInitialized", "Clean")


@pytest.mark.parametrize("index", [-1, 7, 256, True])
def test_an_index_of_no_instruction(index: int) -> None:
    decoded = _decode(_custom(6001, index), message=_message_of(CLEAN))
    assert decoded.program is None


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text() | st.just("Custom"), inner, max_size=3),
)
refusals = json_values | st.builds(lambda parts: {"InstructionError": parts}, st.lists(json_values, max_size=3))
pieces = st.sampled_from(
    [
        f"Program {JOBS} invoke [1]",
        f"Program {TOKEN} invoke [2]",
        f"Program {TOKEN} failed: x",
        f"Program {JOBS} success",
        f"Program {JOBS} failed: custom program error: 0x1771",
        _error_line("MarketInWrongState", 6001),
        _error_line("X" * 5_000, 10**4_000),
        "Transfer: insufficient lamports " + "9" * 5_000 + ", need 1",
        "Log truncated",
    ]
)
lines = st.lists(pieces | st.text(), max_size=8)


@given(error=refusals, logs=lines)
def test_any_failure_is_told_in_one_printable_line(error: Any, logs: list[str]) -> None:
    decoded = _decode(error, logs=logs, message=_message_of(CLEAN, REGISTER))
    assert isinstance(decoded, TransactionFailedError)
    assert decoded.message.isprintable()
    assert len(decoded.message) < 3_000
