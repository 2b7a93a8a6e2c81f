"""YAML as a job definition may use it: what JSON can hold, with nothing run, nothing guessed, and no key twice.

PyYAML (the extra `yaml`) only cuts the text into events. Values are made of them here, by the core schema of YAML 1.2,
in which `no` and `on` are texts: PyYAML's own readers take YAML 1.1, where they are not, and 22:22 is a number.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field
from typing import Any, NoReturn

from nosana_chain.errors import ConfigError
from nosana_chain.job_definition.places import Place, Steps

MAX_DEPTH = 64  #: of lists and mappings in each other; real definitions have about ten
MAX_VALUES = 200_000  #: aliases counted as often as they are used: a few lines of them can mean billions

_CORE = "tag:yaml.org,2002:"
_PLAIN = re.compile(
    r"(?P<null>~|null|Null|NULL|)"
    r"|(?P<true>true|True|TRUE)|(?P<false>false|False|FALSE)"
    r"|(?P<odd>[-+]?0\d+|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))"
    r"|(?P<octal>0o[0-7]+)|(?P<hex>0x[0-9a-fA-F]+)"
    r"|(?P<int>[-+]?\d+)"
    r"|(?P<float>[-+]?(?:\.\d+|\d+(?:\.\d*)?)(?:[eE][-+]?\d+)?)",
    re.ASCII,
)
_MOST_DIGITS = 308  # of the largest double, less one
_TEXT_TAGS = ("!", f"{_CORE}str")
_COLLECTION_TAGS = ("!", f"{_CORE}map", f"{_CORE}seq")


class YamlError(Exception):
    """A text that is not such YAML; it never leaves the package.

    Args:
        reason: what is wrong, to follow "is not YAML that can be used: ".
        place: where.
    """

    def __init__(self, reason: str, place: Place) -> None:
        super().__init__(reason)
        self.place = place


@dataclass(slots=True)
class _Open:
    """A mapping or list that is being filled."""

    value: Any
    steps: Steps
    anchor: str | None
    key: str | None = None
    values_before: int = 0


@dataclass(slots=True)
class _Reader:
    places: dict[Steps, Place] = field(default_factory=dict)
    opened: list[_Open] = field(default_factory=list)
    anchors: dict[str, tuple[Any, int]] = field(default_factory=dict)
    values: int = 0
    root: list[Any] = field(default_factory=list)

    def take(self, event: Any) -> None:
        match type(event).__name__:
            case "ScalarEvent":
                self._scalar(event)
            case "MappingStartEvent":
                self._open(event, {})
            case "SequenceStartEvent":
                self._open(event, [])
            case "MappingEndEvent" | "SequenceEndEvent":
                self._end()
            case "AliasEvent":
                self._alias(event)
            case "DocumentStartEvent" if self.root:
                raise YamlError("there is a second document after '---'; a job definition is one", _place(event))

    def _scalar(self, event: Any) -> None:
        inner = self.opened[-1] if self.opened else None
        if inner is not None and isinstance(inner.value, dict) and inner.key is None:
            inner.key = self._key(event, inner)
        else:
            self._put(_scalar(event), event, event.anchor, 1)

    def _key(self, event: Any, inner: _Open) -> str:
        key = str(event.value)
        if event.implicit[0] and key == "<<":
            raise YamlError("merge keys ('<<') are not read; write the keys out", _place(event))
        read = _scalar(event)
        if not isinstance(read, str) and str(read) != key:
            raise YamlError(f"the key {key[:40]!r} is no text; put it in quotes", _place(event))
        if key in inner.value:
            raise YamlError(f"the key {key[:40]!r} is there twice; remove one", _place(event))
        if event.anchor is not None:
            self.anchors[event.anchor] = key, 1
        self.places[(*inner.steps, key)] = _place(event)
        return key

    def _put(self, value: Any, event: Any, anchor: str | None, count: int) -> Steps:
        self._count(event, count)
        if anchor is not None and count:
            self.anchors[anchor] = value, count
        if not self.opened:
            self.root.append(value)
            self.places[()] = _place(event)
            return ()
        inner = self.opened[-1]
        if isinstance(inner.value, list):
            steps: Steps = (*inner.steps, len(inner.value))
            inner.value.append(value)
            self.places[steps] = _place(event)
            return steps
        if inner.key is None:
            raise YamlError("a key must be a text, not a list or a mapping", _place(event))
        steps, inner.value[inner.key], inner.key = (*inner.steps, inner.key), value, None
        return steps

    def _count(self, event: Any, count: int) -> None:
        self.values += count
        if self.values > MAX_VALUES:
            raise YamlError(f"it has more than {MAX_VALUES} values, aliases written out", _place(event))

    def _open(self, event: Any, value: Any) -> None:
        if event.tag not in (None, *_COLLECTION_TAGS):
            raise YamlError(f"the tag {event.tag[:40]!r} is not read", _place(event))
        if len(self.opened) >= MAX_DEPTH:
            raise YamlError("it is nested too deeply; a job definition has a few levels", _place(event))
        before = self.values
        steps = self._put(value, event, None, 1)
        self.opened.append(_Open(value, steps, event.anchor, values_before=before))

    def _end(self) -> None:
        done = self.opened.pop()
        if done.anchor is not None:  # only now: one that holds itself is no tree
            self.anchors[done.anchor] = done.value, self.values - done.values_before

    def _alias(self, event: Any) -> None:
        if event.anchor not in self.anchors:
            raise YamlError(f"the alias *{event.anchor[:40]} names nothing before it", _place(event))
        value, count = self.anchors[event.anchor]
        inner = self.opened[-1] if self.opened else None
        if inner is not None and isinstance(inner.value, dict) and inner.key is None:
            raise YamlError("an alias can't be a key; write the key out", _place(event))
        self._put(value, event, None, count)


def read_yaml(text: str) -> tuple[Any, dict[Steps, Place]]:
    """The value of a YAML text, and where each part of it stands.

    Raises:
        YamlError: it isn't YAML, or not such as JSON can hold.
        ConfigError: PyYAML isn't installed.
    """
    yaml = _library()
    reader = _Reader()
    try:
        for event in yaml.parse(text, Loader=getattr(yaml, "CBaseLoader", yaml.BaseLoader)):
            reader.take(event)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise YamlError(str(error.problem or error.context), _of_mark(mark)) from None
    except (yaml.YAMLError, RecursionError) as error:
        raise YamlError(getattr(error, "reason", None) or "it can't be read", Place(1, 1)) from None
    return (reader.root[0] if reader.root else None), reader.places


def _library() -> Any:
    try:
        import yaml  # noqa: PLC0415  an extra, and slow to import
    except ImportError:
        raise ConfigError("reading YAML takes PyYAML; run: pip install 'nosana-chain[yaml]', or use JSON") from None
    return yaml


def _scalar(event: Any) -> Any:
    text = str(event.value)
    if (event.tag is None and not event.implicit[0]) or event.tag in _TEXT_TAGS:
        return text
    if event.tag is not None and not event.tag.startswith(_CORE):
        raise YamlError(f"the tag {event.tag[:40]!r} is not read", _place(event))
    found = _PLAIN.fullmatch(text)
    value = _plain(found.lastgroup or "", text, event) if found else text
    if event.tag is not None and event.tag.removeprefix(_CORE) != _NAMES[type(value)]:
        raise YamlError(f"the tag {event.tag[:40]!r} doesn't fit the value", _place(event))
    return value


_NAMES = {str: "str", bool: "bool", int: "int", float: "float", type(None): "null"}
_CONSTANTS = {"null": None, "": None, "true": True, "false": False}


def _plain(kind: str, text: str, event: Any) -> Any:
    if kind in _CONSTANTS:
        return _CONSTANTS[kind]
    if kind == "odd":
        _refuse(event, f"{text[:40]} is read as a number by some and not by others; put it in quotes, or write it anew")
    if len(text) > _MOST_DIGITS:
        _refuse(event, f"a number of {len(text)} characters is beyond JSON's; use a smaller one, or a text")
    if kind == "float":
        number = float(text)
        return number if math.isfinite(number) else _refuse(event, f"{text[:40]} is beyond JSON's numbers")
    return int(text, {"octal": 8, "hex": 16}.get(kind, 10))


def _refuse(event: Any, reason: str) -> NoReturn:
    raise YamlError(reason, _place(event))


def _place(event: Any) -> Place:
    return _of_mark(event.start_mark)


def _of_mark(mark: Any) -> Place:
    return Place(mark.line + 1, mark.column + 1) if mark is not None else Place(1, 1)
