"""What the processes that the local network starts may see of this one's environment."""

from __future__ import annotations

from collections.abc import Mapping


def without_settings(variables: Mapping[str, str]) -> dict[str, str]:
    """The environment for a child process: without the user's NOSANA_ settings, which can hold keys and tokens."""
    return {name: value for name, value in variables.items() if not name.startswith("NOSANA_")}
