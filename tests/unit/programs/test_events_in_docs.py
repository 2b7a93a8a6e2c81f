"""The page about events names every kind that there is, and none that there isn't."""

import re
from pathlib import Path

import pytest

from nosana_chain.programs.event_families import EVENT_FAMILIES

PAGE = (Path(__file__).parents[3] / "docs" / "following.md").read_text()


@pytest.mark.parametrize("name", EVENT_FAMILIES)
def test_each_family_has_its_row_with_all_kinds(name: str) -> None:
    [row] = re.findall(rf"^\| `{name}`: `(\w+)` \| ([^|]+) \|", PAGE, re.MULTILINE)
    kinds = EVENT_FAMILIES[name].kinds
    assert f"{row[0]}Kind" == kinds.__name__
    assert row[1].strip().split(", ") == [kind.value for kind in kinds if kind.value != "retracted"]
