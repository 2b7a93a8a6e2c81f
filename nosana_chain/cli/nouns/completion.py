"""`nosana-chain completion SHELL`: click's own completion, as a script."""

from __future__ import annotations

import click

from nosana_chain.cli.grammar import COMPLETE_VARIABLE, PROGRAM, Verb

_SHELLS = ("bash", "zsh", "fish")


@click.command(cls=Verb, name="completion", example="completion bash\ncompletion zsh\ncompletion fish")
@click.argument("shell", type=click.Choice(_SHELLS))
@click.pass_context
def noun(ctx: click.Context, shell: str) -> None:
    """Print a script that completes commands, options and names.

    bash: eval "$(nosana-chain completion bash)" in ~/.bashrc; zsh the same in ~/.zshrc; fish: nosana-chain completion
    fish > ~/.config/fish/completions/nosana-chain.fish
    """
    from click.shell_completion import get_completion_class  # help doesn't need it

    kind = get_completion_class(shell)
    if kind is None:
        raise click.UsageError(f"click has no completion for {shell}")
    print(kind(ctx.find_root().command, {}, PROGRAM, COMPLETE_VARIABLE).source())
