"""From whole transactions to explanations: what is none first, then failures, then what was moved."""

from __future__ import annotations

import json
import pickle
from textwrap import dedent
from typing import Any

import pytest
from fault.wire import ScriptedTransport, simulated
from landed import PAYER, answer, call, signed, tokens
from solders import compute_budget
from solders.message import Message
from solders.pubkey import Pubkey
from solders.signature import Signature
from solders.token import ID as TOKEN_PROGRAM
from solders.transaction import VersionedTransaction

from nosana_chain.bindings.program_errors.jobs import JobTimeoutNotGreater
from nosana_chain.engine.build import unsigned
from nosana_chain.engine.simulate import simulate
from nosana_chain.errors import InputError, InsufficientFundsError, TransactionFailedError
from nosana_chain.models.explanation import ExplainedInstruction, Explanation
from nosana_chain.networks import DEVNET
from nosana_chain.programs.jobs.instructions import extend_ix
from nosana_chain.reading.explain_transaction import explain_transaction, explained_failure, fits, parse_transaction
from nosana_chain.wire.connection import Connection
from nosana_chain.wire.transactions import fetch_transaction

JOBS = str(DEVNET.programs.jobs)
TOKEN = str(TOKEN_PROGRAM)
JOB, MARKET = Pubkey(bytes([1]) * 32), Pubkey(bytes([2]) * 32)
EXTEND = extend_ix(job=JOB, market=MARKET, payer=PAYER.address, timeout=599, network=DEVNET)
TRANSACTION = signed(EXTEND, compute_budget.set_compute_unit_limit(9_000))
KEYS = TRANSACTION.message.account_keys
USER, VAULT = EXTEND.accounts[2].pubkey, EXTEND.accounts[3].pubkey

NUMBER = JobTimeoutNotGreater.number
REASON = f"Error Code: JobTimeoutNotGreater. Error Number: {NUMBER}. Error Message: Not longer."
NOT_GREATER = (
    f"Program {JOBS} invoke [1]",
    "Program log: Instruction: Extend",
    f"Program log: AnchorError caused by account: job. {REASON}",
    f"Program {JOBS} failed: custom program error: {NUMBER:#x}",
)
TOO_POOR = (
    f"Program {JOBS} invoke [1]",
    "Program log: Instruction: Extend",
    f"Program {TOKEN} invoke [2]",
    "Program log: Error: insufficient funds",
    f"Program {TOKEN} failed: custom program error: 0x1",
    f"Program {JOBS} failed: custom program error: 0x1",
)
TRANSFERRED = b"\x03" + (5_000_000).to_bytes(8, "little")


def index(address: Pubkey) -> int:
    return KEYS.index(address)


def transfer_call() -> dict[str, Any]:
    return call(index(TOKEN_PROGRAM), [index(USER), index(VAULT), 0], TRANSFERRED)


async def landed(**meta: Any) -> Explanation:
    transport = ScriptedTransport({"getTransaction": [answer(TRANSACTION, **meta)]})
    found = await fetch_transaction(Connection(DEVNET, transport=transport), TRANSACTION.signatures[0])
    assert found is not None
    assert fits(found, TRANSACTION)
    return explain_transaction(TRANSACTION, network=DEVNET, landed=found)


def failed(error: Any, logs: tuple[str, ...]) -> TransactionFailedError:
    return explained_failure(error, logs=logs, network=DEVNET, transaction=TRANSACTION)


def marked(instruction: ExplainedInstruction) -> list[str]:
    return [account.role for account in instruction.accounts if account.blamed]


# ---------------------------------------------------------------- what is no transaction

RAW = bytes(TRANSACTION)


@pytest.mark.parametrize(
    "raw",
    [b"", b"\x00", RAW[:-1], RAW + b"\x00", RAW[65:], bytes(1232), bytes(VersionedTransaction.default())],
    ids=["nothing", "a-byte", "cut", "too-long", "the-message-alone", "zeros", "nobody-signs"],
)
def test_bytes_that_are_no_transaction(raw: bytes) -> None:
    with pytest.raises(InputError, match=f"these {len(raw)} bytes are no transaction"):
        parse_transaction(raw)


async def test_an_answer_about_other_accounts_does_not_fit() -> None:
    transport = ScriptedTransport({"getTransaction": [answer(TRANSACTION, preBalances=[1], postBalances=[1])]})
    found = await fetch_transaction(Connection(DEVNET, transport=transport), TRANSACTION.signatures[0])
    assert found is not None
    assert not fits(found, TRANSACTION)
    refused = explained_failure("AccountNotFound", logs=(), network=DEVNET, transaction=TRANSACTION, landed=found)
    assert "slot" not in refused.explanation


# ---------------------------------------------------------------- failures


def test_a_failure_explains_itself_in_one_block() -> None:
    refused = failed({"InstructionError": [0, {"Custom": NUMBER}]}, NOT_GREATER)
    assert isinstance(refused, JobTimeoutNotGreater)
    assert "\n" not in str(refused)
    accounts = [meta.pubkey for meta in EXTEND.accounts]
    expected = f"""\
        transaction {TRANSACTION.signatures[0]}
        failed: {refused}
        #0 jobs Extend  <-- failed here
            timeout =           599 s (9m 59s)
            job                 {JOB}  writable  <-- blamed
            market              {MARKET}
            user                {accounts[2]}  writable
            vault               {accounts[3]}  writable
            rewards_reflection  {accounts[4]}  writable
            rewards_vault       {accounts[5]}  writable
            authority           {PAYER.address}  signer  writable
            payer               {PAYER.address}  signer  writable
            rewards_program     {accounts[8]}
            token_program       {accounts[9]}
            log: {NOT_GREATER[2]}
        #1 compute budget SetComputeUnitLimit
            units =  9000 compute units"""
    assert refused.explanation == dedent(expected)


def test_a_failure_without_logs_marks_the_instruction_alone() -> None:
    refused = failed({"InstructionError": [1, "InvalidInstructionData"]}, ())
    lines = refused.explanation.splitlines()
    assert [line for line in lines if "<--" in line] == ["#1 compute budget SetComputeUnitLimit  <-- failed here"]
    assert not any("log:" in line for line in lines)


def test_a_failure_of_no_instruction_marks_none() -> None:
    refused = failed("AccountNotFound", ())
    assert isinstance(refused, InsufficientFundsError)
    assert "<--" not in refused.explanation
    assert "#0 jobs Extend" in refused.explanation


def test_the_explanation_is_no_fact_and_survives_a_pickle() -> None:
    refused = failed("AccountNotFound", ())
    assert "explanation" not in refused.as_json()
    copy = pickle.loads(pickle.dumps(refused))  # noqa: S301 - our own bytes
    assert (str(copy), copy.facts, copy.explanation) == (str(refused), refused.facts, refused.explanation)


def test_other_errors_have_an_empty_explanation() -> None:
    assert TransactionFailedError("no").explanation == ""


async def test_a_simulation_that_fails_explains_itself() -> None:
    error = {"InstructionError": [0, {"Custom": NUMBER}]}
    transport = ScriptedTransport({"simulateTransaction": [simulated(err=error, logs=NOT_GREATER)]})
    with pytest.raises(JobTimeoutNotGreater) as caught:
        await simulate(Connection(DEVNET, transport=transport), unsigned(TRANSACTION.message))
    assert caught.value.explanation.startswith("transaction (not signed)\nfailed: jobs Extend: ")


async def test_the_call_that_failed_is_marked_inside_its_caller() -> None:
    explained = await landed(
        err={"InstructionError": [0, {"Custom": 1}]},
        logMessages=list(TOO_POOR),
        innerInstructions=[{"index": 0, "instructions": [transfer_call()]}],
        preTokenBalances=[tokens(index(USER), DEVNET.nos_mint, 4)],
        postTokenBalances=[tokens(index(USER), DEVNET.nos_mint, 4)],
    )
    assert isinstance(explained.error, InsufficientFundsError)
    outer, budget = explained.instructions
    (inner,) = outer.inner
    assert (outer.failed, inner.failed, budget.failed) == (True, True, False)
    assert (outer.log_line, inner.log_line) == (None, TOO_POOR[-2])
    assert (inner.title, inner.arguments["amount"].text, inner.depth) == ("token Transfer", "5.000000 NOS", 1)
    assert (marked(outer), marked(inner)) == ([], [])


async def test_a_failure_inside_an_unknown_call_is_told_at_its_caller() -> None:
    error = {"InstructionError": [0, {"Custom": 1}]}
    explained = await landed(err=error, logMessages=list(TOO_POOR), innerInstructions=None)
    assert (explained.instructions[0].failed, explained.instructions[0].log_line) == (True, TOO_POOR[-2])


async def test_a_failure_whose_logs_are_of_another_transaction_is_told_without_them() -> None:
    logs = tuple(line.replace(JOBS, str(DEVNET.programs.nodes)) for line in NOT_GREATER)
    explained = await landed(err={"InstructionError": [0, {"Custom": NUMBER}]}, logMessages=list(logs))
    assert (explained.instructions[0].failed, explained.instructions[0].log_line) == (True, None)


# ---------------------------------------------------------------- what the endpoint leaves out


async def test_a_transaction_without_meta_is_explained_as_far_as_it_goes() -> None:
    transport = ScriptedTransport({"getTransaction": [{**answer(TRANSACTION), "meta": None}]})
    found = await fetch_transaction(Connection(DEVNET, transport=transport), TRANSACTION.signatures[0])
    assert found is not None
    explained = explain_transaction(TRANSACTION, network=DEVNET, landed=found)
    lines = str(explained).splitlines()
    assert lines[1] == "slot 9; the endpoint doesn't tell whether it succeeded"
    assert lines[2].startswith(
        "not told by the endpoint: balances, compute units, fee, inner instructions, logs, outcome"
    )
    assert "#0 jobs Extend" in lines
    assert (explained.fee, explained.priority_fee, explained.error) == (None, None, None)
    assert json.loads(json.dumps(explained.as_json()))["unknown"] == list(explained.unknown)


async def test_a_missing_figure_is_left_out_of_the_line() -> None:
    explained = await landed(computeUnitsConsumed=None)
    assert str(explained).splitlines()[1] == "slot 9, fee 0.000005000 SOL; succeeded"


async def test_the_priority_fee_is_told_apart() -> None:
    explained = await landed(postBalances=[3_000] + [10_000] * (len(KEYS) - 1))
    assert (explained.fee, explained.priority_fee, explained.movements) == (7_000, 2_000, ())
    assert "fee 0.000007000 SOL (0.000002000 of it for priority)" in str(explained)


# ---------------------------------------------------------------- what was moved


async def test_what_was_moved_is_told_with_roles() -> None:
    mint = Pubkey(bytes([9]) * 32)
    before = [10_000] * len(KEYS)
    after = [*before]
    after[0] -= 5_000 + 70  # the fee, and rent
    after[index(VAULT)] += 70
    explained = await landed(
        preBalances=before,
        postBalances=after,
        preTokenBalances=[tokens(index(USER), DEVNET.nos_mint, 5_000_000), tokens(index(JOB), mint, 3)],
        postTokenBalances=[tokens(index(VAULT), DEVNET.nos_mint, 5_000_000), tokens(index(JOB), mint, 1)],
        innerInstructions=[{"index": 0, "instructions": [transfer_call()]}],
    )
    assert {
        movement.address: (movement.nos, movement.lamports, movement.roles) for movement in explained.movements
    } == {
        PAYER.address: (0, -70, ("fee payer", "authority", "payer")),
        USER: (-5_000_000, 0, ("user",)),
        VAULT: (5_000_000, 70, ("vault",)),
        JOB: (0, 0, ("job",)),
    }
    assert sum(movement.nos for movement in explained.movements) == 0
    assert sum(movement.lamports for movement in explained.movements) == 0
    (other,) = [movement for movement in explained.movements if movement.other_tokens]
    assert (other.address, other.other_tokens, other.mint) == (JOB, -2, mint)
    lines = [" ".join(line.split()) for line in str(explained).splitlines()]
    assert lines[1] == "slot 9, fee 0.000005000 SOL, 150 compute units; succeeded"
    assert "#0.1 token Transfer" in lines
    assert f"{VAULT} +5.000000 NOS, +0.000000070 SOL (vault)" in lines
    assert f"{JOB} -2 base units of {mint} (job)" in lines


async def test_the_explanation_as_json() -> None:
    inner = [{"index": 0, "instructions": [transfer_call()]}]
    error = {"InstructionError": [0, {"Custom": 1}]}
    explained = await landed(
        err=error,
        innerInstructions=inner,
        preTokenBalances=[tokens(index(USER), DEVNET.nos_mint, 1)],
        postTokenBalances=[],
    )
    told = json.loads(json.dumps(explained.as_json()))
    assert (told["signature"], told["slot"], told["fee_lamports"]) == (str(TRANSACTION.signatures[0]), 9, 5000)
    assert told["error"]["code"] == "transaction.insufficient_funds"
    assert (told["priority_fee_lamports"], told["block_time"], told["unknown"]) == (0, None, [])
    extend = told["instructions"][0]
    assert (extend["program"], extend["name"], extend["failed"]) == ("jobs", "Extend", True)
    assert extend["arguments"] == {"timeout": {"value": 599, "text": "599 s (9m 59s)"}}
    blank = {"signer": False, "blamed": False}
    assert extend["accounts"][0] == {"role": "job", "address": str(JOB), "writable": True, **blank}
    assert extend["inner"][0]["name"] == "Transfer"
    (movement,) = told["movements"]
    assert (movement["address"], movement["nos_units"], movement["roles"]) == (str(USER), -1, ["user"])


def test_a_transaction_that_is_not_on_chain_moved_nothing() -> None:
    explained = explain_transaction(unsigned(TRANSACTION.message), network=DEVNET)
    assert (explained.signature, explained.slot, explained.movements) == (None, None, ())
    assert str(explained).splitlines()[:2] == ["transaction (not signed)", "not on chain"]


def test_legacy_transactions_are_read_too() -> None:
    message = Message.new_with_blockhash([EXTEND], PAYER.address, TRANSACTION.message.recent_blockhash)
    legacy = VersionedTransaction.populate(message, [Signature.default()])
    explained = explain_transaction(parse_transaction(bytes(legacy)), network=DEVNET)
    assert [one.title for one in explained.instructions] == ["jobs Extend"]
    assert explained.instructions[0].accounts[0].address == JOB
