"""The linker: what it refuses, and that Solana's own loader and machine run what it makes."""

import pytest
from bpf_objects import (
    ADDRESS,
    CALL,
    EXIT,
    RODATA,
    TEXT,
    UNDEFINED,
    WRITABLE,
    bpf_object,
    call,
    load_address,
    load_number,
)
from solders.hash import Hash
from solders.instruction import Instruction
from solders.keypair import Keypair
from solders.litesvm import LiteSVM
from solders.message import Message
from solders.pubkey import Pubkey
from solders.transaction import Transaction
from solders.transaction_metadata import FailedTransactionMetadata, TransactionMetadata

from nosana_chain.localnet.build.errors import BuildError
from nosana_chain.localnet.build.linker import link

ENTRY = ("entrypoint", TEXT, 0)
PROGRAM = Pubkey(b"a program that was linked by us".ljust(32, b"."))


@pytest.fixture
def svm() -> LiteSVM:
    return LiteSVM().with_sigverify(False).with_blockhash_check(False)


def run(svm: LiteSVM, program: bytes) -> TransactionMetadata | FailedTransactionMetadata:
    payer = Keypair.from_seed(bytes(32))
    svm.airdrop(payer.pubkey(), 10**9)
    svm.add_program(PROGRAM, program)
    message = Message.new_with_blockhash([Instruction(PROGRAM, b"", [])], payer.pubkey(), Hash.default())
    return svm.send_transaction(Transaction([payer], message, Hash.default()))


@pytest.mark.parametrize("data", [b"", b"\x7fELF", b"int main() {}" * 10, bpf_object(EXIT, machine=62)])
def test_what_is_no_bpf_object_is_refused(data: bytes) -> None:
    with pytest.raises(BuildError, match="no ELF object for bpf"):
        link(data)


def test_a_program_without_entry_point_is_refused() -> None:
    with pytest.raises(BuildError, match="has no `entrypoint`"):
        link(bpf_object(EXIT, symbols=[("entrypoint", UNDEFINED, 0)]))


def test_a_variable_is_refused() -> None:
    with pytest.raises(BuildError, match="global variable that is not constant"):
        link(bpf_object(EXIT, b"variable", rodata_flags=WRITABLE))


def test_a_function_of_a_c_library_is_refused() -> None:
    symbols = [ENTRY, ("memcpy", UNDEFINED, 0)]
    with pytest.raises(BuildError, match="calls `memcpy`, which is no system call"):
        link(bpf_object(call() + EXIT, symbols=symbols, relocations=[(0, CALL, 2)]))


def test_a_table_of_addresses_is_refused() -> None:
    with pytest.raises(BuildError, match=r"\.rodata refers to `entrypoint`"):
        link(bpf_object(EXIT, bytes(8), rodata_relocations=[(0, 2, 1)]))


def test_a_reference_of_an_unknown_kind_is_refused() -> None:
    with pytest.raises(BuildError, match=r"\.text refers to `entrypoint`"):
        link(bpf_object(EXIT, relocations=[(0, 3, 1)]))


def test_the_address_of_what_nothing_defines_is_refused() -> None:
    text = load_address(1) + EXIT
    with pytest.raises(BuildError, match=r"\.text refers to `table`"):
        link(bpf_object(text, symbols=[ENTRY, ("table", UNDEFINED, 0)], relocations=[(0, ADDRESS, 2)]))


def test_equal_objects_give_equal_programs() -> None:
    data = bpf_object(load_number(0, 0) + EXIT, b"constant")
    assert link(data) == link(data)


def test_a_program_returns_its_error(svm: LiteSVM) -> None:
    result = run(svm, link(bpf_object(load_number(0, 6007) + EXIT)))
    assert isinstance(result, FailedTransactionMetadata)
    assert result.meta().logs()[-1].endswith("custom program error: 0x1777")


def test_a_call_reaches_a_function_after_and_one_before(svm: LiteSVM) -> None:
    first = load_number(0, 1) + EXIT
    entry = call() + EXIT
    symbols = [("first", TEXT, 0), ("entrypoint", TEXT, len(first)), ("last", TEXT, len(first + entry))]
    last = call() + EXIT
    relocations = [(len(first), CALL, 3), (len(first + entry), CALL, 1)]
    result = run(svm, link(bpf_object(first + entry + last, symbols=symbols, relocations=relocations)))
    assert result.meta().logs()[-1].endswith("custom program error: 0x1")


def test_a_program_logs_a_constant_through_a_system_call(svm: LiteSVM) -> None:
    text = load_address(1, 5) + load_number(2, 6) + call() + load_number(0, 0) + EXIT
    symbols = [ENTRY, ("", RODATA, 1), ("sol_log_", UNDEFINED, 0)]
    relocations = [(0, ADDRESS, 2), (len(load_address(1)) + 8, CALL, 3)]
    data = bpf_object(text, b"......Nosana......", symbols=symbols, relocations=relocations)
    result = run(svm, link(data))
    assert isinstance(result, TransactionMetadata)
    assert "Program log: Nosana" in result.logs()
