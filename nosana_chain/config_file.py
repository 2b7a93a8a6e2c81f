"""The user's configuration file: read, checked for keys that it doesn't have, and its values hidden."""

from __future__ import annotations

import errno
import os
import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from nosana_chain.errors import ConfigError
from nosana_chain.files import open_regular, wide_encoding, without_mark
from nosana_chain.secret import Secret, SecretText

MAX_CONFIG_BYTES = 64 * 1024

_FILE_KEYS = ("network", "wallet", "networks", "allow_shared_key", "fee_payer", "output")
_SHOWN_KEY = re.compile(r"[A-Za-z_][\w-]{0,39}")  # a key that is no name may be a URL or worse, put in the wrong place


@dataclass(frozen=True, slots=True)
class ConfigFile:
    """The file's settings; whatever may be secret in them is hidden.

    Attributes:
        path: where it is.
        values: by key; a table is a dict of them.
    """

    path: Path
    values: Mapping[str, Any]

    def fail(self, reason: str) -> ConfigError:
        """The error that says what is wrong with the file."""
        return ConfigError(f"{str(self.path)!r}: {reason}", path=str(self.path))

    def check_keys(self, found: Iterable[str], known: tuple[str, ...], where: str = "") -> None:
        """ConfigError for a key that is none of the `known`, with the nearest one."""
        for key in found:
            if key not in known:
                near = get_close_matches(key, known, n=1)
                hint = f"did you mean {near[0]}?" if near else f"the known ones are {', '.join(known)}"
                shown = repr(where + key) if _SHOWN_KEY.fullmatch(key) else "of that name (not shown)"
                raise self.fail(f"there is no setting {shown}; {hint}")

    def text(self, values: Mapping[str, Any], key: str, where: str = "") -> SecretText | None:
        """A setting that is text; None where it isn't there."""
        value = values.get(key)
        if value is not None and not (isinstance(value, SecretText) and value.strip()):
            raise self.fail(f"{where}{key} must be text, in quotes")
        return value

    def texts(self, values: Mapping[str, Any], key: str, where: str = "") -> list[SecretText]:
        """A setting that is a list of texts; empty where it isn't there."""
        found = values.get(key, [])
        if not (isinstance(found, list) and all(isinstance(each, SecretText) and each.strip() for each in found)):
            raise self.fail(f"{where}{key} must be a list of texts, in quotes")
        return found

    def switch(self, key: str) -> bool | None:
        """A setting that is true or false; None where it isn't there."""
        value = self.values.get(key)
        if value is not None and not isinstance(value, bool):
            raise self.fail(f"{key} must be true or false, without quotes")
        return value


def read_config_file(path: str | os.PathLike[str] | None, *, default: Path) -> ConfigFile:
    """The file at `path`, which must exist; without a path the one at `default`, if there is one.

    Raises:
        ConfigError: it can't be read, is no such TOML, or has a key that there is not.
    """
    place = Path(path) if path else default
    content, failure = _opened(place)
    if failure and failure.errno == errno.ENOENT:
        if path is None:
            return ConfigFile(place, {})
        raise ConfigError(f"there is no configuration file {str(place)!r}", path=str(place))
    if failure:
        raise ConfigError(f"can't read {str(place)!r}: {failure.strerror}", path=str(place))
    values, problem = _parsed(content.reveal())
    file = ConfigFile(place, values)
    if problem:
        raise file.fail(problem)
    file.check_keys(tuple(file.values), _FILE_KEYS)
    return file


def _opened(place: Path) -> tuple[Secret[bytes], OSError | None]:
    try:
        with open_regular(place) as file:
            return Secret(file.read(MAX_CONFIG_BYTES + 1)), None
    except OSError as error:
        return Secret(b""), error.with_traceback(None)


def _parsed(content: bytes) -> tuple[dict[str, Any], str]:
    """The file's settings, hidden, and what is wrong with it. Raises nothing: its variables hold secrets."""
    if len(content) > MAX_CONFIG_BYTES:
        return {}, f"is larger than {MAX_CONFIG_BYTES} bytes: no configuration file"
    if wide := wide_encoding(content):
        return {}, f"is {wide} text, as some Windows programs write it; save it as UTF-8"
    try:
        return _kept_table(tomllib.loads(without_mark(content).decode())), ""
    except (ValueError, RecursionError) as error:
        return {}, _damage(error)


def _damage(error: Exception) -> str:
    match error:
        case UnicodeDecodeError():
            return "is not UTF-8"
        case tomllib.TOMLDecodeError():
            return f"is not TOML: {error}"
        case RecursionError():
            return "is nested too deeply; a configuration has three levels"
    return "is no TOML that can be read: it has a number beyond all bounds"


def _kept_table(table: Mapping[str, object]) -> dict[str, Any]:
    return {key if _SHOWN_KEY.fullmatch(key) else SecretText(key): _kept(value) for key, value in table.items()}


def _kept(value: object) -> object:
    """A setting, hidden; tables and lists of them stay such, and true or false is no secret."""
    if isinstance(value, dict):
        return _kept_table(value)
    if isinstance(value, list):
        return [_kept(inner) for inner in value]
    if isinstance(value, str):
        return SecretText(value)
    return value if isinstance(value, bool) else Secret(value)
