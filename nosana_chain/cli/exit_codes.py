"""How a command tells the shell what happened: one table."""

from __future__ import annotations

from enum import IntEnum

from nosana_chain import errors


class ExitCode(IntEnum):
    """Exit codes of every command. 2, wrong usage, is set by the parser of the command line."""

    OK = 0
    UNEXPECTED = 1
    USAGE = 2
    INPUT = 3  #: bad input, configuration, or a missing program; nothing was sent
    NOT_FOUND = 4  #: or it hasn't come about within the limit
    RPC = 5  #: an endpoint or service failed; nothing is known to have landed
    CHAIN = 6  #: the chain refused the transaction
    UNKNOWN = 7  #: it may have landed: look before anything else
    INTERRUPTED = 130  #: Ctrl-C, as shells number it


#: The first class that fits decides, so that special ones come before their base.
_CODES: tuple[tuple[type[errors.NosanaError], ExitCode], ...] = (
    (errors.BlockhashExpiredError, ExitCode.RPC),
    (errors.TransactionError, ExitCode.CHAIN),
    (errors.RpcError, ExitCode.RPC),
    (errors.OffChainError, ExitCode.RPC),
    (errors.NotFoundError, ExitCode.NOT_FOUND),
    (errors.InputError, ExitCode.INPUT),
    (errors.WrongStateError, ExitCode.INPUT),
    (errors.ConfigError, ExitCode.INPUT),
    (errors.SignerError, ExitCode.INPUT),
    (errors.LocalnetError, ExitCode.INPUT),
    (errors.JournalError, ExitCode.INPUT),
    (errors.NotAsQuotedError, ExitCode.INPUT),
    (errors.TermsDifferError, ExitCode.INPUT),
    (errors.AlreadyDoneError, ExitCode.INPUT),
    (errors.HistoryTooShortError, ExitCode.INPUT),
    (errors.ReservedFundsError, ExitCode.INPUT),
    (errors.BudgetExceededError, ExitCode.INPUT),
    (errors.WaitTimeoutError, ExitCode.NOT_FOUND),
)


def exit_code_of(error: errors.NosanaError) -> ExitCode:
    """The exit code of a command that ended with `error`."""
    if error.retry is errors.Retry.CHECK_FIRST:  # of whatever class: an endpoint may refuse what it has passed on
        return ExitCode.UNKNOWN
    return next((code for kind, code in _CODES if isinstance(error, kind)), ExitCode.UNEXPECTED)
