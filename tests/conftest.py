"""What every folder of tests shares: markers by folder, options, and the table of replayed cases."""

from pathlib import Path

import pytest
from behaviour import table
from hypothesis import settings

TESTS = Path(__file__).parent

settings.register_profile("untimed", deadline=None)  # a busy machine fails no test
settings.load_profile("untimed")
pytest.register_assert_rewrite("harness")  # what suites share asserts as tests do


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("recorded behaviour")
    group.addoption(
        "--vectors",
        type=Path,
        metavar="DIR",
        help="run the recorded cases of this folder instead of those in tests/vectors",
    )
    group.addoption("--case", metavar="ID", help="run this recorded case alone, for example claim-0007")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        item.add_marker(item.path.relative_to(TESTS).parts[0])


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    reports = [report for outcome in ("passed", "failed") for report in terminalreporter.getreports(outcome)]
    rows = [value for report in reports for name, value in report.user_properties if name == table.PROPERTY]
    if rows:
        terminalreporter.section("recorded cases on LiteSVM")
        for line in table.lines(rows):
            terminalreporter.line(line)
