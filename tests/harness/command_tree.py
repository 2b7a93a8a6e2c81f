"""Every command of the program, found by walking its tree, and calling one in this process."""

from __future__ import annotations

import shlex
from collections.abc import Iterator

import click
from click.testing import CliRunner, Result

from nosana_chain.cli.main import app


def commands(
    command: click.Command = app, path: tuple[str, ...] = ()
) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    """Every command with its path; the program itself first."""
    yield path, command
    if isinstance(command, click.Group):
        context = click.Context(command)
        for name in command.list_commands(context):
            inner = command.get_command(context, name)
            assert inner is not None
            yield from commands(inner, (*path, name))


def examples() -> Iterator[str]:
    """What every help shows as an example."""
    for _, command in commands():
        yield from getattr(command, "examples", ())


def parsed(example: str) -> click.Context:
    """The context of the verb that an example calls: its arguments were understood, nothing was done."""
    words = shlex.split(example)
    assert words[0] == "nosana-chain"
    context = click.Context(app, info_name=words[0])
    command, rest = app, words[1:]
    while isinstance(command, click.Group):
        _, command, rest = command.resolve_command(context, rest)
    return command.make_context(words[-1], rest, parent=context)


def call(line: str, **environ: str) -> Result:
    """A command line without the program's name, in this process and with an environment of its own."""
    return CliRunner(env=environ).invoke(app, shlex.split(line))
