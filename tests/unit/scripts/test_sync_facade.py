"""What scripts/generate-sync refuses, and what it makes of a method."""

from __future__ import annotations

import inspect
import sys
from pathlib import Path

import pytest

from nosana_chain.engine.action import Action
from nosana_chain.models.receipt import Receipt

SCRIPTS = str(Path(__file__).resolve().parents[3] / "scripts")
sys.path.append(SCRIPTS)  # scripts are no package
from sync_facade.classes import Source  # noqa: E402
from sync_facade.docs import said, without_arguments  # noqa: E402
from sync_facade.errors import FacadeError  # noqa: E402
from sync_facade.sources import Method, import_of  # noqa: E402

sys.path.remove(SCRIPTS)


class Odds:
    """What a facade can be made of.

    Args:
        engine: not told in the facade.
    """

    async def fetch_odd(self, address: str, *others: int, most: int = 3, **rest: object) -> list[Path]:
        """An odd one. Network: 1 call."""
        raise NotImplementedError

    def post_odd(self, amount: int) -> Action[Receipt]:
        """Post it."""
        raise NotImplementedError

    def known(self) -> int:
        """What is known. Network: none."""
        return 3


class Unsaid:
    """A class whose method doesn't tell."""

    async def fetch(self):  # noqa: ANN201
        """Fetch it."""


def test_each_kind_of_method_becomes_what_it_is_without_async() -> None:
    module = Source(of=Odds, base="Facade[Odds]").module()
    assert "def fetch_odd(self, address: str, *others: int, most: int=3, **rest: object) -> list[Path]:" in module
    assert "return self._run(self._of.fetch_odd(address, *others, most=most, **rest))" in module
    assert "    @Verb\n    def post_odd(self, amount: int) -> Action[Receipt]:" in module
    assert "return self._of.known()" in module
    assert '"""An odd one. Network: 1 call."""' in module
    assert "not told in the facade" not in module
    assert "from pathlib import Path" in module
    assert "from nosana_chain.models.receipt import Receipt" in module


def test_what_can_not_be_said_is_refused() -> None:
    with pytest.raises(FacadeError, match="says 'await': say it otherwise"):
        said("Call `await it`.", of="one", indent=4)
    with pytest.raises(FacadeError, match="has no docstring"):
        said(None, of="one", indent=4)
    with pytest.raises(FacadeError, match="doesn't say what it returns"):
        Source(of=Unsaid, base="Facade[Unsaid]").module()


def test_a_docstring_is_laid_out_and_its_words_are_those_of_a_facade() -> None:
    told = said("Watch: `async for event in\nclient.watch()`.\n\nMore.", of="one", indent=4)
    assert told == '    """Watch: `for event in\nclient.watch()`.\n\n    More.\n    """'.replace(
        "\nclient", "\n    client"
    )
    assert said(r"A \d.", of="one", indent=0).startswith('r"""')
    assert without_arguments("One.\n\nArgs:\n    a: b.\n        c.\n\nMore.") == "One.\n\nMore."


def test_a_name_is_imported_from_where_its_module_has_it() -> None:
    module = Odds.__module__
    assert import_of("Path", module) == "from pathlib import Path"
    assert import_of("inspect", module) == "import inspect"
    assert import_of("Odds", module) == f"from {module} import Odds"
    assert Method(Odds.post_odd).arguments == "amount"
    assert inspect.iscoroutinefunction(Odds.fetch_odd) == Method(Odds.fetch_odd).is_coroutine
