"""What `import nosana_chain` offers, and what it costs."""

from __future__ import annotations

import ast
import importlib
import inspect
import pkgutil
import subprocess
import sys
from importlib.metadata import version
from types import ModuleType

import pytest

import nosana_chain
from nosana_chain import errors


def test_every_public_name_is_there() -> None:
    found = {name: getattr(nosana_chain, name) for name in nosana_chain.__all__}
    assert [name for name, one in found.items() if inspect.isclass(one) and one.__name__ != name] == []
    assert set(nosana_chain.__all__) < set(dir(nosana_chain))
    assert len(nosana_chain.__all__) > 80


def test_type_checkers_are_told_the_same() -> None:
    module = ast.parse(inspect.getsource(nosana_chain))
    [checked] = [one for one in module.body if isinstance(one, ast.If)]
    told = {alias.name: one.module for one in checked.body if isinstance(one, ast.ImportFrom) for alias in one.names}
    assert set(told) == set(nosana_chain.__all__)
    for name, home in told.items():
        assert getattr(importlib.import_module(str(home)), name) is getattr(nosana_chain, name)


def public_classes(module: ModuleType) -> set[str]:
    """The classes that a module itself defines, or a package in its modules."""
    classes = inspect.getmembers(module, inspect.isclass)
    return {name for name, one in classes if f"{one.__module__}.".startswith(f"{module.__name__}.")}


def test_every_error_and_every_result_is_public() -> None:
    defined = public_classes(errors)
    for program in pkgutil.iter_modules(importlib.import_module("nosana_chain.programs").__path__):
        if program.ispkg and importlib.util.find_spec(f"nosana_chain.programs.{program.name}.results"):
            results = importlib.import_module(f"nosana_chain.programs.{program.name}.results")
            defined |= public_classes(results)
    assert len(defined) > 50
    assert defined - set(nosana_chain.__all__) == set()


def test_a_name_that_is_not_there() -> None:
    with pytest.raises(AttributeError, match="no attribute 'Marktet'"):
        _ = nosana_chain.Marktet  # type: ignore[attr-defined]


def test_the_version_is_that_of_the_package() -> None:
    assert nosana_chain.__version__ == version("nosana-chain")


def test_importing_it_imports_nothing_else() -> None:
    code = "import sys, nosana_chain; dir(nosana_chain); print([one for one in sys.modules if 'solders' in one])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.strip() == "[]"
