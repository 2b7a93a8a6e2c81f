"""Variables: switches that say neither, then what they say."""

import pytest

from nosana_chain.environment import Environment
from nosana_chain.errors import ConfigError


@pytest.mark.parametrize("value", ["maybe", "2", "tru", "secret-token"])
def test_a_switch_that_says_neither_is_not_repeated(value: str) -> None:
    with pytest.raises(ConfigError, match="SWITCH is neither yes nor no: set it to 1 or to 0") as caught:
        Environment({"SWITCH": value}).switch("SWITCH")
    assert value not in repr(caught.value)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("1", True),
        ("true", True),
        (" YES ", True),
        ("on", True),
        ("", False),
        ("0", False),
        ("False", False),
        ("no", False),
    ],
)
def test_a_switch(value: str, expected: bool) -> None:  # noqa: FBT001  a table's column
    assert Environment({"SWITCH": value}).switch("SWITCH") is expected


def test_a_variable_that_is_not_set_is_empty() -> None:
    assert (Environment({}).text("X"), Environment({}).switch("X")) == ("", False)


def test_white_space_around_a_variable_goes() -> None:
    assert Environment({"X": " a b\n"}).text("X") == "a b"
