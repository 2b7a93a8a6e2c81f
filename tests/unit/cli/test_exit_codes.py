"""Scripts branch on exit codes: one table, and every error of the package is in it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from nosana_chain import errors
from nosana_chain.cli.exit_codes import ExitCode, exit_code_of


def error_classes(kind: type[errors.NosanaError] = errors.NosanaError) -> Iterator[type[errors.NosanaError]]:
    for child in kind.__subclasses__():
        if child.__module__.startswith(errors.__name__):
            yield child
            yield from error_classes(child)


@pytest.mark.parametrize("kind", list(error_classes()), ids=lambda kind: kind.code)
def test_every_error_has_a_code_of_its_own_meaning(kind: type[errors.NosanaError]) -> None:
    assert exit_code_of(kind("what happened")) not in (ExitCode.OK, ExitCode.UNEXPECTED, ExitCode.USAGE)


@pytest.mark.parametrize(
    ("kind", "code"),
    [
        (errors.JobFileError, 3),
        (errors.WalletError, 3),
        (errors.PortInUseError, 3),
        (errors.MissingDependencyError, 3),
        (errors.NotFoundError, 4),
        (errors.RpcUnreachableError, 5),
        (errors.BlockhashExpiredError, 5),
        (errors.InsufficientFundsError, 6),
        (errors.ProgramError, 6),
        (errors.OutcomeUnknownError, 7),
    ],
)
def test_codes_that_scripts_rely_on(kind: type[errors.NosanaError], code: int) -> None:
    assert exit_code_of(kind("what happened")) == code
