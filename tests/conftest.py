"""What every folder of tests shares: markers by folder, options, and the table of replayed cases."""

import os
import signal
from collections.abc import Generator
from pathlib import Path

import pytest
from behaviour import table
from hypothesis import settings
from in_process_option import IN_PROCESS, IN_PROCESS_VARIABLE

from nosana_chain.errors import UnsupportedByValidatorError
from nosana_chain.localnet.agave_binary import VALIDATOR_VARIABLE

TESTS = Path(__file__).parent

#: What is ignored where a shell started the tests in the background, or nohup did; they send it to their children.
for number, default in ((signal.SIGINT, signal.default_int_handler), (signal.SIGHUP, signal.SIG_DFL)):
    if signal.getsignal(number) is signal.SIG_IGN:
        signal.signal(number, default)

settings.register_profile("untimed", deadline=None)  # a busy machine fails no test
settings.load_profile("untimed")
pytest.register_assert_rewrite("harness")  # what suites share asserts as tests do

#: What has nothing to do with a validator, and is not run again on another one.
_SURFPOOL_ALONE = {
    "localnet/network": "of Surfpool itself, its launcher and front",
    "localnet/replay": "in process, without a validator",
    "localnet/lives": "in process, without a validator",
    "localnet/distributor": "in process, without a validator",
    "localnet/up": "of Surfpool, whose state it keeps",
    "localnet/sync": "of the facade, which is the same on any",
    "localnet/plugin": "of pytest, in processes of their own",
}


#: What meets no validator at all, and is left out on another one without a word for each.
_WITHOUT_VALIDATOR = ("unit", "property", "fault")

#: The official validator takes a core and a half, and tests share two.
_TIMEOUT_SECONDS_ELSEWHERE = 600

#: What needs time that passes by itself, blockhashes that grow old, or sockets; by the beginning of a test's name.
_NOT_IN_PROCESS = {
    **dict.fromkeys(
        (
            "test_four_watchers_in_a_storm_hear_everything",
            "test_it_confirms_every_transaction",
            "test_it_misses_none_of_300_posts",
            "test_landings_are_told_and_not_asked_for",
            "test_watches_and_waits_share_a_socket",
        ),
        "there are no sockets in process",
    ),
    "test_killed_at_each_touch": "its clock isn't this machine's, by which the length of a history is told",
    "test_our_client_reads_what_anchorpy_wrote": "its clock isn't this machine's, by which a claim may begin",
    "test_a_blockhash_that_is_over_is_not_sent": "nothing expires in process",
    "test_a_nonce_lives_as_long_as_it_is_not_advanced": "nothing expires in process",
    "test_the_examples_of_a_page_run_one_after_the_other[README": "it waits for time that passes",
    **dict.fromkeys(
        (
            "test_the_examples_of_a_page_run_one_after_the_other[scripts-and-notebooks",
            "test_the_examples_of_a_page_run_one_after_the_other[notebooks",
        ),
        "its client would wait for the loop that the network is served in",
    ),
}


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("recorded behaviour")
    group.addoption(
        "--vectors",
        type=Path,
        metavar="DIR",
        help="run the recorded cases of this folder instead of those in tests/vectors",
    )
    group.addoption(
        "--validator",
        metavar="NAME",
        default="surfpool",
        help="what local networks run on: surfpool, agave (the official validator), the path of one, or in-process",
    )
    group.addoption("--case", metavar="ID", help="run this recorded case alone, for example claim-0007")


@pytest.hookimpl(tryfirst=True)  # before pytest-timeout reads its option
def pytest_configure(config: pytest.Config) -> None:
    chosen = config.getoption("--validator")
    in_process = chosen == IN_PROCESS
    if not in_process and chosen != "surfpool" and config.option.timeout is None:
        config.option.timeout = _TIMEOUT_SECONDS_ELSEWHERE
    os.environ[VALIDATOR_VARIABLE] = "surfpool" if in_process else chosen  # of xdist's workers too
    os.environ[IN_PROCESS_VARIABLE] = "1" if in_process else ""


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    chosen = config.getoption("--validator")
    surfpool = chosen == "surfpool"
    if not surfpool:
        left_out = [item for item in items if _suite_of(item) in _WITHOUT_VALIDATOR]
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if _suite_of(item) not in _WITHOUT_VALIDATOR]
    for item in items:
        folder = item.path.parent.relative_to(TESTS).as_posix()
        item.add_marker(_suite_of(item))
        if not surfpool and folder in _SURFPOOL_ALONE and "agave" not in item.path.name:
            item.add_marker(pytest.mark.skip(reason=_SURFPOOL_ALONE[folder]))
        for name, reason in _NOT_IN_PROCESS.items() if chosen == IN_PROCESS else ():
            if item.name.startswith(name):
                item.add_marker(pytest.mark.skip(reason=reason))


def _suite_of(item: pytest.Item) -> str:
    return item.path.relative_to(TESTS).parts[0]


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call() -> Generator[None, None, None]:
    """A test that needs what the validator can't do is skipped where it asks for it."""
    try:
        return (yield)
    except UnsupportedByValidatorError as error:
        pytest.skip(str(error))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_setup() -> Generator[None, None, None]:
    """Likewise a fixture."""
    try:
        return (yield)
    except UnsupportedByValidatorError as error:
        pytest.skip(str(error))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    reports = [report for outcome in ("passed", "failed") for report in terminalreporter.getreports(outcome)]
    rows = [value for report in reports for name, value in report.user_properties if name == table.PROPERTY]
    if rows:
        terminalreporter.section("recorded cases on LiteSVM")
        for line in table.lines(rows):
            terminalreporter.line(line)
