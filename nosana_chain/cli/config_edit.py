"""Changing one setting of the configuration file, and nothing else in it: comments and order stay.

The line of the setting is replaced or added as text; what comes of it is parsed, and must differ from what was there
in that one setting. Where it doesn't, as with a value over several lines, nothing is written.
"""

from __future__ import annotations

import json
import os
import re
import tempfile
import tomllib
from pathlib import Path
from typing import Any

from nosana_chain.config_file import MAX_CONFIG_BYTES
from nosana_chain.errors import ConfigError
from nosana_chain.files import open_regular, without_mark
from nosana_chain.secret import SecretText

_OWNER_ALONE = 0o600
_HEADER = re.compile(r"^[ \t]*\[.*\][ \t]*(?:#.*)?$")


def change_setting(path: Path, *, table: tuple[str, ...], key: str, value: str | bool | None) -> None:
    """Write one setting into the file at `path`, which is made if there is none, for its owner alone.

    Args:
        path: the configuration file; a link is followed.
        table: names of the table that the setting is in; empty for the top.
        key: the setting.
        value: its new value; None takes it out.

    Raises:
        ConfigError: the file is no TOML, can't be changed safely, or can't be written; then it is as it was.
    """
    place = Path(os.path.realpath(path))
    before = _read(place)
    if not before.strip() and value is None:
        return
    after = SecretText(_with_line(before, table, key, value))
    if not _differs_in_that_alone(before, after, (*table, key), value):
        raise ConfigError(f"{str(path)!r} can't be changed safely at {key}: edit it by hand", path=str(path))
    _write(place, after)


def _read(place: Path) -> SecretText:
    try:
        with open_regular(place) as file:
            content = without_mark(file.read(MAX_CONFIG_BYTES + 1))
        if len(content) > MAX_CONFIG_BYTES:
            raise ConfigError(f"{str(place)!r} is larger than {MAX_CONFIG_BYTES} bytes: no configuration file")
        return SecretText(content.decode())
    except FileNotFoundError:
        return SecretText("")
    except UnicodeDecodeError:
        raise ConfigError(f"{str(place)!r} is not UTF-8", path=str(place)) from None
    except OSError as error:
        raise ConfigError(f"can't read {str(place)!r}: {error.strerror}", path=str(place)) from None


def _with_line(text: str, table: tuple[str, ...], key: str, value: str | bool | None) -> str:  # noqa: FBT001  a value
    lines = text.splitlines()
    start, end = _span_of(lines, table)
    new = [] if value is None else [f"{key} = {_toml(value)}"]
    if start is None:
        added = [*([""] if lines else []), f"[{'.'.join(table)}]", *new]
        return "\n".join([*lines, *added]) + "\n"
    here = re.compile(rf"^[ \t]*{re.escape(key)}[ \t]*=")
    for at in range(start, end):
        if here.match(lines[at]):
            return "\n".join([*lines[:at], *new, *lines[at + 1 :]]) + "\n"
    while end > start and not lines[end - 1].strip():
        end -= 1  # before the empty lines that part the tables
    return "\n".join([*lines[:end], *new, *lines[end:]]) + "\n"


def _span_of(lines: list[str], table: tuple[str, ...]) -> tuple[int | None, int]:
    """The lines of a table, without its header; None where it isn't there. What is at the top has no header."""
    headers = [at for at, line in enumerate(lines) if _HEADER.match(line)]
    if not table:
        return 0, headers[0] if headers else len(lines)
    name = re.compile(r"^[ \t]*\[[ \t]*" + r"[ \t]*\.[ \t]*".join(map(re.escape, table)) + r"[ \t]*\]")
    for at in headers:
        if name.match(lines[at]):
            return at + 1, next((other for other in headers if other > at), len(lines))
    return None, 0


def _toml(value: str | bool) -> str:  # noqa: FBT001  a value
    if isinstance(value, bool):
        return "true" if value else "false"
    return json.dumps(value, ensure_ascii=False)  # a basic string of TOML has JSON's escapes


def _differs_in_that_alone(before: str, after: str, path: tuple[str, ...], value: Any) -> bool:
    try:
        expected, found = tomllib.loads(before), tomllib.loads(after)
    except (ValueError, RecursionError):
        return False
    inner = expected
    for name in path[:-1]:
        inner = inner.setdefault(name, {})
        if not isinstance(inner, dict):
            return False
    if value is None:
        inner.pop(path[-1], None)
    else:
        inner[path[-1]] = value
    return _without_empty(expected) == _without_empty(found)


def _without_empty(table: dict[str, Any]) -> dict[str, Any]:
    inner = {name: _without_empty(value) if isinstance(value, dict) else value for name, value in table.items()}
    return {name: value for name, value in inner.items() if value != {}}


def _write(place: Path, text: str) -> None:
    """All of it or nothing, whatever happens meanwhile."""
    name = ""
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        mode = place.stat().st_mode & 0o777 if place.exists() else _OWNER_ALONE
        number, name = tempfile.mkstemp(dir=place.parent, prefix=f".{place.name}.")
        with os.fdopen(number, "w", encoding="utf-8") as file:
            os.fchmod(file.fileno(), mode)
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(place)
    except OSError as error:
        if name:
            Path(name).unlink(missing_ok=True)
        raise ConfigError(f"can't write {str(place)!r}: {error.strerror}", path=str(place)) from None
