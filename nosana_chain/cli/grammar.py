"""What a command line is made of: nouns, their verbs, plain help with an example, suggestions for mistyped names."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any

import click

PROGRAM = "nosana-chain"
WIDTH = 100  #: letters of a line of help, where the terminal has them
COMPLETE_VARIABLE = "_NOSANA_CHAIN_COMPLETE"


class SharedOption(click.Option):
    """An option that many commands have; help lists it apart from the command's own."""


class Verb(click.Command):
    """A command. It has an example, one line each, which help shows and a test runs.

    Args:
        example: what a user would type, without the program's name; `$` begins no line.
    """

    def __init__(self, *arguments: Any, example: str, **settings: Any) -> None:
        super().__init__(*arguments, **settings)
        self.examples = tuple(f"{PROGRAM} {line.strip()}" for line in example.strip().splitlines())
        self.context_settings.setdefault("max_content_width", WIDTH)

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The command's own options first."""
        own: list[tuple[str, str]] = []
        shared: list[tuple[str, str]] = []
        for parameter in self.get_params(ctx):
            record = parameter.get_help_record(ctx)
            if record is not None and isinstance(parameter, click.Option):
                (shared if isinstance(parameter, SharedOption) else own).append(record)
        for title, records in (("Options", own), ("Shared options", shared)):
            if records:
                with formatter.section(title):
                    formatter.write_dl(records)

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The examples."""
        _write_examples(self.examples, formatter)

    def get_short_help_str(self, limit: int = 0) -> str:
        """The first sentence, whole."""
        told = " ".join((self.help or "").split("\n\n")[0].split())
        return told.partition(". ")[0].rstrip(".") + "."


class Noun(click.Group):
    """A noun with its verbs.

    Args:
        example: as of a `Verb`.
    """

    command_class = Verb

    def __init__(self, *arguments: Any, example: str, **settings: Any) -> None:
        super().__init__(*arguments, **settings)
        self.examples = (f"{PROGRAM} {example}",)
        self.context_settings.setdefault("max_content_width", WIDTH)

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The example."""
        _write_examples(self.examples, formatter)

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The verbs as they are written down, which is the order in which they are used."""
        return list(self.commands)


class Root(click.Group):
    """The program: a table of nouns, whose modules are imported when they are called.

    Args:
        nouns: for each noun its module, which calls it `noun`, and one line of help.
        begin: carries a command line out; is given that and the arguments, and gives the exit code.
    """

    def __init__(
        self,
        *,
        nouns: Mapping[str, tuple[str, str]],
        begin: Callable[[Callable[[Any], Any], list[str]], int],
        **settings: Any,
    ) -> None:
        super().__init__(**settings)
        self.context_settings.setdefault("max_content_width", WIDTH)
        self._nouns = nouns
        self._begin = begin

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The nouns in the table's order."""
        return list(self._nouns)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The noun, imported now."""
        module, _ = self._nouns.get(cmd_name, ("", ""))
        found: click.Command | None = import_module(module).noun if module else None
        return found

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Understand what stands before the noun; what belongs behind the verb is told so."""
        try:
            return super().parse_args(ctx, args)
        except click.NoSuchOption as error:
            where = f"there is no option {error.option_name} before the noun; options stand behind the verb"
            raise click.UsageError(where, ctx) from None

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The noun that the first argument names; the nearest ones where it names none."""
        if args[0] not in self._nouns and not ctx.resilient_parsing:
            raise click.exceptions.NoSuchCommand(args[0], possibilities=self._nouns, ctx=ctx)
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The table, without importing anything."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, told) for name, (_, told) in self._nouns.items()])

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Where to go on."""
        _write_examples((f"{PROGRAM} stake show --network devnet", f"{PROGRAM} stake topup --help"), formatter)

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[click.shell_completion.CompletionItem]:
        """The nouns that begin like that, without importing them."""
        from click.shell_completion import CompletionItem  # help doesn't need it

        names = [name for name in self._nouns if name.startswith(incomplete)]
        found = [CompletionItem(name, help=self._nouns[name][1]) for name in names]
        return [*found, *click.Command.shell_complete(self, ctx, incomplete)]

    def main(self, *arguments: Any, **settings: Any) -> Any:
        """Carry out a command line, by default that of the process, and leave with a code of `ExitCode`."""
        if COMPLETE_VARIABLE in os.environ:  # a shell asks what could come next
            super().main(prog_name=PROGRAM, complete_var=COMPLETE_VARIABLE)
        args = settings.get("args", arguments[0] if arguments else None)
        given = list(sys.argv[1:] if args is None else args)

        def carry_out(voice: Any) -> Any:
            with self.make_context(PROGRAM, list(given), obj=voice) as context:
                return self.invoke(context)

        sys.exit(self._begin(carry_out, given))


def _write_examples(examples: tuple[str, ...], formatter: click.HelpFormatter) -> None:
    with formatter.section("Example" if len(examples) == 1 else "Examples"):
        for line in examples:
            formatter.write(f"{'':{formatter.current_indent}}{line}\n")  # one to copy: never wrapped
