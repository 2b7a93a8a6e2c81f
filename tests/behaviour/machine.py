"""The programs' .so files on LiteSVM, one call at a time or as a life that goes on."""

import re
from base64 import b64decode
from collections.abc import Iterable
from pathlib import Path
from typing import Self

from solders.account import Account as SvmAccount
from solders.hash import Hash
from solders.instruction import AccountMeta, Instruction
from solders.litesvm import LiteSVM
from solders.message import Message
from solders.pubkey import Pubkey
from solders.signature import Signature
from solders.transaction import Transaction
from solders.transaction_metadata import FailedTransactionMetadata, TransactionMetadata
from solders.transaction_status import (
    InstructionErrorCustom,
    TransactionErrorInstructionError,
    TransactionErrorType,
)

from behaviour.builds import PROGRAM_FOLDER, Build, beside
from behaviour.call import ABSENT, Account, AnchorError, Call, InnerCall, Outcome, State, Trace, changes

SYSVAR_OWNER = Pubkey.from_string("Sysvar1111111111111111111111111111111111111")
FEE_PAYER = Pubkey(b"fee payer of every replayed call".ljust(32, b"."))
FEE_PAYER_LAMPORTS = 10**12
LAMPORTS_PER_SIGNATURE = 5000
EVENT_LINE = "Program data: "
ANCHOR_LINE = re.compile(
    r"Program log: AnchorError (?:(?P<caused>caused by account): (?P<account>\w+)|(?P<occurred>occurred)"
    r"|(?P<thrown>thrown) in \S+)\."
    r" Error Code: (?P<name>\w+)\. Error Number: (?P<number>\d+)\. Error Message: ",
)
# Behind that line: two values a line each, or two keys that stand in lines of their own.
COMPARED = re.compile(r"Program log: Left:(?: |\nProgram log: )(.+)\nProgram log: Right:(?: |\nProgram log: )(.+)")


class Machine:
    """A LiteSVM with programs at their addresses. Any address may sign."""

    def __init__(self, builds: Iterable[Build], folder: Path = PROGRAM_FOLDER) -> None:
        self._svm = LiteSVM().with_sigverify(False).with_blockhash_check(False).with_transaction_history(0)
        for build in builds:
            path = folder / build.file_name
            assert path.exists(), f"{path} is missing: scripts/build-programs makes it"
            self._svm.add_program_from_file(build.address, path)

    @classmethod
    def of(cls, build: str, folder: Path = PROGRAM_FOLDER) -> Self:
        """Load one build, with the programs that it meets."""
        return cls(beside(build), folder)

    def replay(self, call: Call, before: State) -> Outcome:
        """Run `call` on the accounts of `before` alone, and leave nothing behind."""
        named = self._movable(call)
        self.place(before)
        try:
            return self.run(call)
        finally:
            self.place(dict.fromkeys([*before, *named], ABSENT))

    def run(self, call: Call) -> Outcome:
        """Run `call` on the accounts as they stand."""
        named = self._movable(call)
        before = {address: self.account(address) for address in named}
        message = self._message(call)
        result = self._send(message)
        after = {address: self.account(address) for address in named}
        return _outcome(result, message, changes(before, after))

    def account(self, address: Pubkey) -> Account:
        """The state of one address."""
        found = self._svm.get_account(address)
        return Account(found.lamports, found.owner, found.data) if found else ABSENT

    def place(self, state: State) -> None:
        """Put accounts in place, whatever stood there; ABSENT removes one."""
        for address, account in state.items():
            self._svm.set_account(address, SvmAccount(account.lamports, account.data, account.owner))

    def _movable(self, call: Call) -> list[Pubkey]:
        """The accounts of a call, without programs and sysvars."""
        return [address for address in {meta.address: None for meta in call.accounts} if not self._is_fixed(address)]

    def _is_fixed(self, address: Pubkey) -> bool:
        found = self._svm.get_account(address)
        return found is not None and (found.executable or found.owner == SYSVAR_OWNER)

    def _message(self, call: Call) -> Message:
        self._set_clock(call)
        metas = [AccountMeta(*meta) for meta in call.accounts]
        return Message.new_with_blockhash([Instruction(call.program, call.data, metas)], FEE_PAYER, Hash.default())

    def _send(self, message: Message) -> TransactionMetadata | FailedTransactionMetadata:
        self.place({FEE_PAYER: Account(FEE_PAYER_LAMPORTS)})
        signatures = [Signature.default()] * message.header.num_required_signatures
        result = self._svm.send_transaction(Transaction.populate(message, signatures))
        spent = FEE_PAYER_LAMPORTS - self.account(FEE_PAYER).lamports
        assert spent == LAMPORTS_PER_SIGNATURE * len(signatures), "the fee payer pays the fee and nothing else"
        return result

    def _set_clock(self, call: Call) -> None:
        clock = self._svm.get_clock()
        clock.unix_timestamp, clock.slot = call.clock, call.slot
        self._svm.set_clock(clock)


def _outcome(result: TransactionMetadata | FailedTransactionMetadata, message: Message, after: State) -> Outcome:
    if isinstance(result, TransactionMetadata):
        units, trace = result.compute_units_consumed(), Trace(_inner_calls(result, message))
        return Outcome(after=after, events=_events(result.logs()), trace=trace, compute_units=units)
    meta = result.meta()
    error, line = _error_name(result.err()), _anchor_error(meta.logs())
    trace = Trace(_inner_calls(meta, message), _compared(meta.logs()) if line else None)
    return Outcome(error, line, after, trace=trace, compute_units=meta.compute_units_consumed())


def _inner_calls(meta: TransactionMetadata, message: Message) -> tuple[InnerCall, ...]:
    keys = message.account_keys
    calls = [(inner.stack_height(), inner.instruction()) for of in meta.inner_instructions() for inner in of]
    return tuple(
        InnerCall(depth, keys[call.program_id_index], tuple(keys[at] for at in bytes(call.accounts)), bytes(call.data))
        for depth, call in calls
    )


def _compared(logs: list[str]) -> tuple[str, str] | None:
    found = COMPARED.search("\n".join(logs))
    return (found[1], found[2]) if found else None


def _events(logs: list[str]) -> tuple[bytes, ...]:
    return tuple(b64decode(line.removeprefix(EVENT_LINE)) for line in logs if line.startswith(EVENT_LINE))


def _error_name(error: TransactionErrorType) -> str:
    """The name that the vectors use: that of the instruction's error, where it is one."""
    if not isinstance(error, TransactionErrorInstructionError):
        return f"transaction: {type(error).__name__.removeprefix('TransactionError')}"
    if isinstance(error.err, InstructionErrorCustom):
        return f"Custom({error.err.code})"
    return str(error.err).removeprefix("InstructionErrorFieldless.")


def _anchor_error(logs: list[str]) -> AnchorError | None:
    lines = [match for match in map(ANCHOR_LINE.match, logs) if match]
    if not lines:
        return None
    assert len(lines) == 1, f"more than one Anchor line: {logs}"
    found = lines[0]
    form = found["caused"] or found["occurred"] or found["thrown"]
    return AnchorError(found["name"], int(found["number"]), found["account"], form)
