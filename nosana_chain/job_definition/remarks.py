"""What is valid and yet won't do what it looks like: where validators differ, and the traps of hosts' software.

What hosts do is as their public code of June 2026 does it (`job run` of the Nosana CLI); newer ones may know better.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from nosana_chain.job_definition.operations import Operation, items_of, operations_of, texts_in
from nosana_chain.job_definition.places import json_path
from nosana_chain.job_definition.rules import PUBLISHED
from nosana_chain.job_definition.shapes import Wrong

_PORTS = range(1, 2**16)
_PUBLIC = "is pinned to IPFS with the definition, where everybody can read it; post the job as a confidential one"
_UNRESOLVED = "%%globals.variables."


def host_refusals(definition: Mapping[str, Any]) -> Iterator[Wrong]:
    """What hosts' validator refuses of a valid definition.

    It is that of @nosana/sdk 0.4.69, the newest that could be had; 0.4.83, which hosts run, takes `restart_policy`.
    """
    yield from PUBLISHED.wrongs(definition, ())
    for op in operations_of(definition):
        volumes = op.args.get("volumes")
        if volumes is not None and len(volumes) != 1:
            yield Wrong((*op.steps, "volumes"), f"must have exactly one volume there, not {len(volumes)}")
        if "restart_policy" in op.args:
            yield Wrong((*op.steps, "restart_policy"), "is no key there")
        exposed = op.args.get("expose")
        if isinstance(exposed, dict) and "port" in exposed:
            yield Wrong((*op.steps, "expose"), "must be a list of such objects there")
        for key in ("expose", "resources"):
            for position, item in enumerate(items_of(op.args, key)):
                if isinstance(item, dict) and "__spread__" in item and "chunked" in item:
                    yield Wrong((*op.steps, key, position, "chunked"), "is no key there")


def traps(definition: Mapping[str, Any]) -> Iterator[Wrong]:
    """What will not do what it looks like, in the order of the operations."""
    operations = [*operations_of(definition)]
    for op in operations:
        yield from _mismatch(op)
        yield from _ports(op)
        yield from _rewritten(op)
        yield from _unresolved(op)
        yield from _secrets(op)
        yield from _empty_resources(op)
        yield from _dependencies(op, operations)


def _mismatch(op: Operation) -> Iterator[Wrong]:
    if op.runs != ("image" in op.args):
        yield Wrong(op.steps, f"are not those of {op.type}: the validators take them, and the host fails")


def _ports(op: Operation) -> Iterator[Wrong]:
    exposed = op.args.get("expose")
    if isinstance(exposed, dict):
        yield Wrong((*op.steps, "expose"), "is a lone object, which no host exposes; put it in a list")
    for position, item in enumerate(items_of(op.args, "expose")):
        port = item.get("port") if isinstance(item, dict) else item
        if isinstance(port, (int, float)) and port not in _PORTS:
            steps = (*op.steps, "expose", position) if isinstance(exposed, list) else (*op.steps, "expose")
            yield Wrong(steps, f"is port {port}, and ports are 1 to 65535")


def _rewritten(op: Operation) -> Iterator[Wrong]:
    """Hosts take any text that reads as a JSON list or object for one, and write it back as JavaScript does."""
    spared = ("expose", "resources", "volumes")  # texts of objects in lists stay as they are
    args = {key: item for key, item in op.args.items() if key not in spared}
    for steps, text in texts_in(args, op.steps):
        if _reads_as_json(text):
            yield Wrong(steps, "reads as JSON, and hosts would change it ('[object Object]'); pass it in base64")


def _reads_as_json(text: str) -> bool:
    if not text.strip().startswith(("{", "[")):
        return False
    try:
        return isinstance(json.loads(text), (dict, list))
    except (ValueError, RecursionError):
        return False


def _unresolved(op: Operation) -> Iterator[Wrong]:
    for steps, text in texts_in(dict(op.args), op.steps):
        if _UNRESOLVED in text:
            yield Wrong(steps, f"has {_UNRESOLVED}…%%, which hosts leave as it is; write %%global.variables.…%%")


def _secrets(op: Operation) -> Iterator[Wrong]:
    registry = op.args.get("authentication", {}).get("docker", {})
    if registry.get("password"):
        yield Wrong((*op.steps, "authentication", "docker", "password"), _PUBLIC)
    for position, resource in enumerate(items_of(op.args, "resources")):
        for key in ("IAM", "accessToken"):
            if isinstance(resource, dict) and key in resource:
                yield Wrong((*op.steps, "resources", position, key), _PUBLIC)


def _empty_resources(op: Operation) -> Iterator[Wrong]:
    for position, resource in enumerate(items_of(op.args, "resources")):
        is_s3 = isinstance(resource, dict) and resource.get("type") == "S3"
        if is_s3 and not {"url", "bucket", "buckets"} & set(resource):
            yield Wrong((*op.steps, "resources", position), "names nothing to fetch: give url, bucket or buckets")


def _dependencies(op: Operation, operations: list[Operation]) -> Iterator[Wrong]:
    """Validators take any name; hosts look them up when they plan the run, and fail there."""
    known = {each.id: each for each in operations}
    for position, name in enumerate(op.execution.get("depends_on", [])):
        steps = ("ops", op.position, "execution", "depends_on", position)
        if name not in known:
            yield Wrong(steps, f"names no operation of this job: {name[:40]!r}")
        elif name == op.id:
            yield Wrong(steps, "is the operation itself")
        elif known[name].group != op.group:
            where = json_path(("ops", known[name].position))
            yield Wrong(steps, f"is in another group ({where}): hosts run groups one after another, and refuse this")
