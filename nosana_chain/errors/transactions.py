"""What became of a transaction."""

from __future__ import annotations

from typing import ClassVar

from nosana_chain.errors.base import NosanaError, Retry


class TransactionError(NosanaError):
    """A transaction did not do what it was sent for."""

    code = "transaction"
    signature: str | None


class BlockhashExpiredError(TransactionError):
    """The transaction's blockhash is too old and it is not on chain: it can never land."""

    code = "transaction.expired"
    retry = Retry.RESIGN


class OutcomeUnknownError(TransactionError):
    """The transaction was sent and nobody could be asked what became of it: it may still land."""

    code = "transaction.outcome_unknown"
    retry = Retry.CHECK_FIRST


class TransactionFailedError(TransactionError):
    """The chain refused the transaction.

    `signature` is None when a simulation caught it: nothing was sent then, and nothing spent. `explanation` is a
    block of lines for people: every instruction with its arguments and accounts, and marks where it failed. It is
    not among the facts, which are for programs; empty when the transaction itself is out of reach. `candidates` are
    the names of the errors that share the number, where no log line says which it was.
    """

    code = "transaction.failed"
    explanation: str = ""
    candidates: tuple[str, ...] = ()
    reason: str
    instruction_index: int | None
    logs: tuple[str, ...]


class InsufficientFundsError(TransactionFailedError):
    """A SOL or token balance doesn't cover what the transaction takes.

    Where they are known, `needed` and `balance` say what it takes and what is there: lamports, or base units of the
    token; and `short` whose balance that is.
    """

    code = "transaction.insufficient_funds"


class AddressTakenError(TransactionFailedError):
    """The account that it should make is there already: it was done before, or somebody was faster."""

    code = "transaction.address_taken"


class BoundExceededError(TransactionFailedError):
    """The price or the fee rose after it was seen: the transaction would have taken too much, and took nothing.

    Facts: max_nos, the bound in base units.
    """

    code = "transaction.bound_exceeded"
    max_nos: int


class ProgramError(TransactionFailedError):
    """A program refused its instruction with an error that it names in its log.

    There is one subclass for each error, in `nosana_chain.bindings.program_errors`, generated from idl/.
    The class is chosen by the name in the log line, since numbers collide between programs.
    """

    code = "program"
    number: ClassVar[int]  #: as in `Custom(number)`
    name: ClassVar[str]  #: as in the log line
    summary: ClassVar[str]  #: the fact and the way out
    program: str  #: jobs, staking, rewards, ...
    instruction: str | None  #: PascalCase, from the log
    account: str | None  #: snake_case name of the account that the log blames
