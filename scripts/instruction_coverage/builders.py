"""Which pure builder makes which instruction, read from the builders' own code."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Callable, Iterator
from importlib import import_module

from nosana_chain.bindings.interfaces import instructions_of


def builders_of(program: str) -> dict[str, str]:
    """The name of the builder of each instruction of a program; both under their Python names."""
    module = import_module(f"nosana_chain.programs.{program}.instructions")
    functions = inspect.getmembers(module, inspect.isfunction)
    return {
        instruction: name
        for name, builder in functions
        if name.endswith("_ix")
        for instruction in _built(builder, program)
    }


def _built(builder: Callable[..., object], program: str) -> Iterator[str]:
    """The functions of the bindings that a builder calls, as in `instructions.open(...)`."""
    known = {interface.function for interface in instructions_of(program)}
    for node in ast.walk(ast.parse(inspect.getsource(builder))):
        match node:
            case ast.Call(func=ast.Attribute(value=ast.Name(id="instructions"), attr=name)) if name in known:
                yield name
