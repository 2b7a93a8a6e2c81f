"""Methods as they stand in the source: signature, docstring, and where the names in them come from."""

from __future__ import annotations

import ast
import builtins
import inspect
import sys
import textwrap
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from importlib import import_module
from typing import Any

from sync_facade.errors import FacadeError

Definition = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True)
class Method:
    """A method of a class."""

    function: Callable[..., Any]

    @cached_property
    def definition(self) -> Definition:
        """Its syntax."""
        [found] = ast.parse(textwrap.dedent(inspect.getsource(self.function))).body
        assert isinstance(found, Definition)  # noqa: S101  for the type
        return found

    @property
    def name(self) -> str:
        """What it is called."""
        return self.definition.name

    @property
    def is_coroutine(self) -> bool:
        """Whether it is awaited."""
        return isinstance(self.definition, ast.AsyncFunctionDef)

    @property
    def parameters(self) -> str:
        """As they are written, `self` among them."""
        return ast.unparse(self.definition.args)

    @property
    def returns(self) -> str:
        """What it gives, as it is written."""
        if self.definition.returns is None:
            raise FacadeError(f"{self.function.__qualname__} doesn't say what it returns")
        return ast.unparse(self.definition.returns)

    @property
    def arguments(self) -> str:
        """What hands its parameters on, but for `self`."""
        args = self.definition.args
        told = [one.arg for one in (*args.posonlyargs, *args.args)][1:]
        told += [f"*{args.vararg.arg}"] if args.vararg else []
        told += [f"{one.arg}={one.arg}" for one in args.kwonlyargs]
        told += [f"**{args.kwarg.arg}"] if args.kwarg else []
        return ", ".join(told)

    def imports(self) -> Iterator[str]:
        """An import for each name in its signature."""
        args, returns = self.definition.args, self.definition.returns
        for part in (args, returns):
            for node in ast.walk(part) if part else ():
                if isinstance(node, ast.Name) and not hasattr(builtins, node.id):
                    yield import_of(node.id, self.function.__module__)


def methods_of(cls: type) -> Iterator[Method]:
    """The public methods of a class, and of those that it is made of, as they stand."""
    for owner in reversed(cls.__mro__):
        if owner.__module__.partition(".")[0] in sys.stdlib_module_names:
            continue  # as an action, which is a coroutine, has of collections.abc
        for name, member in vars(owner).items():
            if not name.startswith("_") and inspect.isfunction(member):
                yield Method(member)


def import_of(name: str, module: str) -> str:
    """The statement that gives `name` the meaning that it has in `module`."""
    statement = _imports_in(module).get(name)
    return statement or f"from {module} import {name}"


@lru_cache
def _imports_in(module: str) -> dict[str, str]:
    found = {}
    for node in ast.walk(ast.parse(inspect.getsource(import_module(module)))):
        if isinstance(node, ast.ImportFrom):
            found |= {alias.name: f"from {node.module} import {alias.name}" for alias in node.names}
        elif isinstance(node, ast.Import):
            found |= {alias.name: f"import {alias.name}" for alias in node.names}
    return found
