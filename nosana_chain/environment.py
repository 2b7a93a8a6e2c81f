"""Environment variables, any of which may hold a key."""

from __future__ import annotations

from collections.abc import Mapping

from nosana_chain.errors import ConfigError
from nosana_chain.secret import Secret, SecretText

_SWITCH = {
    **dict.fromkeys(("1", "true", "yes", "on"), True),
    **dict.fromkeys(("", "0", "false", "no", "off"), False),
}


class Environment:
    """Variables that are read one by one, and never shown together.

    Args:
        variables: by name.
    """

    __slots__ = ("_variables",)

    def __init__(self, variables: Mapping[str, str]) -> None:
        self._variables = Secret(variables)

    def text(self, name: str) -> SecretText:
        """The variable without white space around it; empty where it isn't set."""
        return SecretText(self._variables.reveal().get(name, "").strip())

    def switch(self, name: str) -> bool:
        """Whether the variable says yes; it doesn't where it isn't set.

        Raises:
            ConfigError: it says neither yes nor no.
        """
        found = _SWITCH.get(self.text(name).lower())
        if found is None:
            raise ConfigError(f"{name} is neither yes nor no: set it to 1 or to 0")
        return found
