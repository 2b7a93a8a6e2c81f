"""The rules of a job definition, version 0.1, as tables.

They are those of Nosana's own validators: `NEWEST` those of @nosana/types 2.13.0, `PUBLISHED` those of its release
2.1.6. tests/vectors/off_chain.json has the verdicts of both on 195 definitions, and a test replays them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

from nosana_chain.job_definition.places import Steps, json_path
from nosana_chain.job_definition.shapes import Anything, ListOf, Pattern, Record, Shape, Simple, Union, Words, Wrong

TEXT = Simple("text", (str,))
NUMBER = Simple("a number", (int, float))
SWITCH = Simple("true or false", (bool,))
TEXTS = ListOf(TEXT, "a list of texts")
TEXT_MAP = Record(others=TEXT, name="an object of texts")

#: A placeholder that the host fills in. The official pattern takes any character after `ops` or `global`.
PLACEHOLDER = Pattern(
    "a placeholder alone, as %%global.variables.PORT%%", re.compile(r"%%(?:ops|global)[^\n\r\u2028\u2029][^%]+%%")
)
REMOVE_IF_EMPTY = "__remove-if-empty__"
SPREAD = Record({"__spread__": PLACEHOLDER, "chunked": SWITCH}, ("__spread__",), name="a spread object ({__spread__})")


def _by_type(**shapes: Shape) -> Callable[[Any], Shape | None]:
    """Pick by the type of the value: text, number, items (a list) or keys (an object)."""
    kinds = {str: "text", int: "number", float: "number", list: "items", dict: "keys"}
    return lambda value: shapes.get(kinds.get(type(value), ""))


TEXT_OR_TEXTS = Union("text or a list of texts", _by_type(text=TEXT, items=TEXTS))

# ---------------------------------------------------------------- the top

LOGISTIC = Record(
    {"type": Words(("api", "api-listen")), "args": Record({"endpoint": TEXT})},
    ("type", "args"),
    name="a way to or from the host",
)
LOGISTICS = Record({"send": LOGISTIC, "receive": LOGISTIC}, ("send", "receive"), name="'logistics'")

META_SCALAR = Union("text or a number", _by_type(text=TEXT, number=NUMBER))
META_ITEMS = ListOf(META_SCALAR, "a list of texts and numbers")
META_INNER = Union(
    "text, a number, or a list of them (two levels down 'meta' holds nothing else)",
    _by_type(text=TEXT, number=NUMBER, items=META_ITEMS),
)
META_VALUE = Union(
    "text, a number, a list or an object of them",
    _by_type(text=TEXT, number=NUMBER, items=META_ITEMS, keys=Record(others=META_INNER)),
)
META = Record({"trigger": TEXT, "system_resources": Record(others=META_SCALAR)}, others=META_VALUE)
GLOBAL = Record(
    {
        "image": TEXT,
        "gpu": SWITCH,
        "entrypoint": TEXT_OR_TEXTS,
        "env": TEXT_MAP,
        "work_dir": TEXT,
        "variables": TEXT_MAP,
    },
    name="'global'",
)

# ---------------------------------------------------------------- exposed ports

_HTTP_CHECK = Record(
    {
        "type": Words(("http",)),
        "path": TEXT,
        "method": Words(("GET", "POST", "PUT", "DELETE")),
        "expected_status": NUMBER,
        "continuous": SWITCH,
        "headers": TEXT_MAP,
        "body": Anything(),
    },
    ("type", "path", "method", "expected_status", "continuous"),
    name="a health check of type http",
)
_SOCKET_CHECK = Record(
    {"type": Words(("websocket",)), "expected_response": TEXT, "continuous": SWITCH},
    ("type", "expected_response", "continuous"),
    name="a health check of type websocket",
)
_CHECK_TYPE = Record({"type": Words(("http", "websocket"))}, ("type",), others=Anything(), name="a health check")


def _health_check(value: Any) -> Shape | None:
    known = {"http": _HTTP_CHECK, "websocket": _SOCKET_CHECK}
    return known.get(value["type"], _CHECK_TYPE) if _has_word(value, "type") else _CHECK_TYPE


def _has_word(value: Any, key: str) -> bool:
    return isinstance(value, dict) and isinstance(value.get(key), str)


EXPOSED_PORT = Record(
    {
        "port": NUMBER,
        "type": Words(("web", "api", "webapi", "websocket", "none")),
        "health_checks": ListOf(Union("a health check", _health_check)),
    },
    ("port",),
    name="an exposed port",
)
_EXPOSED_OBJECT = Union("an exposed port", lambda value: SPREAD if "__spread__" in value else EXPOSED_PORT)
_ELEMENT = "a port number, an object with a port, or a placeholder"
EXPOSE_ELEMENT = Union(_ELEMENT, _by_type(number=NUMBER, text=PLACEHOLDER, keys=_EXPOSED_OBJECT))


def _ports_once(items: list[Any], steps: Steps) -> Iterator[Wrong]:
    seen: dict[float, int] = {}
    for position, item in enumerate(items):
        port = item.get("port") if isinstance(item, dict) else item
        if isinstance(port, bool) or not isinstance(port, (int, float)):
            continue
        if port in seen:
            yield Wrong((*steps, position), f"is port {port} again, which {json_path((*steps, seen[port]))} is already")
        seen.setdefault(port, position)


EXPOSE = Union(
    f"{_ELEMENT}, or a list of them",
    _by_type(
        number=NUMBER,
        text=PLACEHOLDER,
        keys=_EXPOSED_OBJECT,
        items=ListOf(EXPOSE_ELEMENT, further=_ports_once),
    ),
)

# ---------------------------------------------------------------- resources

_S3: dict[str, Shape] = {
    "type": Words(("S3",)),
    "target": TEXT,
    "url": TEXT,
    "allowWrite": SWITCH,
    "IAM": Record(
        dict.fromkeys(("REGION", "ACCESS_KEY_ID", "SECRET_ACCESS_KEY"), TEXT),
        ("REGION", "ACCESS_KEY_ID", "SECRET_ACCESS_KEY"),
        name="'IAM'",
    ),
}
_BUCKET = Record({"url": TEXT, "files": TEXTS}, ("url",), name="a bucket")
_RESOURCES = {
    "bucket": Record({**_S3, "bucket": TEXT}, ("type", "target", "bucket"), name="an S3 resource with a bucket"),
    "buckets": Record(
        {**_S3, "buckets": ListOf(_BUCKET)}, ("type", "target", "buckets"), name="an S3 resource with buckets"
    ),
    "S3": Record({**_S3, "files": TEXTS}, ("type", "target"), name="an S3 resource"),
    "HF": Record(
        {
            "type": Words(("HF",)),
            "target": TEXT,
            "repo": TEXT,
            "revision": TEXT,
            "files": TEXTS,
            "accessToken": TEXT,
        },
        ("type", "target", "repo"),
        name="an HF resource",
    ),
    "Ollama": Record(
        {"type": Words(("Ollama",)), "model": TEXT, "target": TEXT}, ("type", "model"), name="an Ollama resource"
    ),
}
_RESOURCE_TYPE = Record({"type": Words(("S3", "HF", "Ollama"))}, ("type",), others=Anything(), name="a resource")


def _resource(value: Any) -> Shape | None:
    if isinstance(value, str):
        return Words((REMOVE_IF_EMPTY,))
    if not isinstance(value, dict):
        return None
    if "__spread__" in value:
        return SPREAD
    kind = value["type"] if _has_word(value, "type") else ""
    if kind == "S3":
        kind = next((key for key in ("bucket", "buckets") if key in value), kind)
    return _RESOURCES.get(kind, _RESOURCE_TYPE)


# ---------------------------------------------------------------- operations

_REGISTRY = Record(dict.fromkeys(("username", "password", "email", "server"), TEXT), name="'docker'")
_RESTART = Union(
    '"no", "always", "unless-stopped", "on-failure", or an object with a policy',
    _by_type(
        text=Words(("no", "always", "unless-stopped", "on-failure")),
        keys=Record({"policy": Words(("on-failure",)), "restart_tries": NUMBER}, ("policy",), name="'restart_policy'"),
    ),
)
RUN_ARGS = Record(
    {
        "image": TEXT,
        "cmd": TEXT_OR_TEXTS,
        "gpu": SWITCH,
        "expose": EXPOSE,
        "env": TEXT_MAP,
        "entrypoint": TEXT_OR_TEXTS,
        "work_dir": TEXT,
        "volumes": ListOf(Record({"name": TEXT, "dest": TEXT}, ("name", "dest"), name="a volume")),
        "resources": ListOf(Union("an object", _resource)),
        "private": SWITCH,
        "aliases": TEXT_OR_TEXTS,
        "restart_policy": _RESTART,
        "authentication": Record({"docker": _REGISTRY}, name="'authentication'"),
    },
    ("image",),
    name="container/run",
)
VOLUME_ARGS = Record({"name": TEXT}, ("name",), name="container/create-volume")

LOG_TYPES = ("stdin", "stdout", "stderr", "nodeerr")


def _some_once(items: list[Any], steps: Steps) -> Iterator[Wrong]:
    if not items:
        yield Wrong(steps, f"must have at least one of {', '.join(LOG_TYPES)}")
    seen: set[str] = set()
    for position, item in enumerate(items):
        if isinstance(item, str) and item in seen:
            yield Wrong((*steps, position), "is there already; remove one")
        elif isinstance(item, str):
            seen.add(item)


_RESULT = Record(
    {"regex": TEXT, "logType": ListOf(Words(LOG_TYPES), further=_some_once)}, ("regex", "logType"), name="a result"
)
RESULTS = Record(others=Union("a regular expression, or an object with one", _by_type(text=TEXT, keys=_RESULT)))

_EXECUTION: dict[str, Shape] = {"group": TEXT, "depends_on": TEXTS, "stop_if_dependent_stops": SWITCH}
EXECUTION = Record({**_EXECUTION, "timeout": NUMBER}, name="'execution'")
_GROUP_ALONE = Record({"group": TEXT}, name="'execution' without depends_on")
EXECUTION_2_1_6 = Union(
    "an object",
    lambda value: Record(_EXECUTION, name="'execution'") if "depends_on" in _keys(value) else _GROUP_ALONE,
)


def _keys(value: Any) -> tuple[str, ...]:
    return tuple(value) if isinstance(value, dict) else ()


def _args(value: Any) -> Shape | None:
    """By content, as the official validators pick, and not by the operation's type."""
    if not isinstance(value, dict):
        return None
    return VOLUME_ARGS if "name" in value and "image" not in value else RUN_ARGS


def _ids_once(items: list[Any], steps: Steps) -> Iterator[Wrong]:
    seen: dict[str, int] = {}
    for position, item in enumerate(items):
        name = item.get("id") if isinstance(item, dict) else None
        if isinstance(name, str) and name in seen:
            yield Wrong(
                (*steps, position, "id"), f"is the id of {json_path((*steps, seen[name]))} too; each has its own"
            )
        elif isinstance(name, str):
            seen[name] = position


def _definition(execution: Shape, **more: Shape) -> Record:
    operation = Record(
        {
            "type": Words(("container/run", "container/create-volume")),
            "id": Pattern("text without spaces", re.compile(r"[^ ]*")),
            "args": Union("an object", _args),
            "results": RESULTS,
            "execution": execution,
        },
        ("type", "id", "args"),
        name="an operation",
    )
    top: dict[str, Shape] = {
        "version": Words(("0.1",)),
        "type": Words(("container",)),
        "ops": ListOf(operation, "a list of operations", _ids_once),
        "meta": META,
        "global": GLOBAL,
        "logistics": LOGISTICS,
        "deployment_id": TEXT,
    }
    return Record({**top, **more}, ("version", "type", "ops"), name="a job definition")


NEWEST = _definition(EXECUTION, ssh=Record({"public_keys": TEXTS}, name="'ssh'"))
PUBLISHED = _definition(EXECUTION_2_1_6)
