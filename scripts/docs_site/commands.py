"""The command line's pages: its own help, a page for each noun."""

from __future__ import annotations

from collections.abc import Iterator

import click

from nosana_chain.cli.grammar import PROGRAM, WIDTH
from nosana_chain.cli.main import app


def command_pages() -> Iterator[tuple[str, str]]:
    """Each page with its text."""
    root = click.Context(app, info_name=PROGRAM, max_content_width=WIDTH)
    listed = "\n".join(f"- [{noun}](cli-{noun}.md)" for noun in app.list_commands(root))
    yield "reference/cli.md", f"# {PROGRAM}\n\n{_help(app, root)}\n{listed}\n"
    for noun in app.list_commands(root):
        command = _found(app, root, noun)
        yield f"reference/cli-{noun}.md", f"# {PROGRAM} {noun}\n\n" + "\n".join(_sections(command, noun, root))


def _sections(command: click.Command, name: str, parent: click.Context) -> Iterator[str]:
    context = click.Context(command, info_name=name, parent=parent, max_content_width=WIDTH)
    yield _help(command, context)
    if isinstance(command, click.Group):
        for verb in command.list_commands(context):
            yield f"## {verb}\n"
            yield from _sections(_found(command, context, verb), verb, context)


def _found(group: click.Group, context: click.Context, name: str) -> click.Command:
    command = group.get_command(context, name)
    if command is None:
        raise LookupError(f"{name} is listed, and not there")
    return command


def _help(command: click.Command, context: click.Context) -> str:
    return f"```text\n{command.get_help(context)}\n```\n"
