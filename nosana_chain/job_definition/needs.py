"""What a host must bring for a job, and what it will do: read from its definition."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from nosana_chain.job_definition.operations import Operation, items_of, operations_of


@dataclass(frozen=True, slots=True, kw_only=True)
class JobNeeds:
    """What a host must bring for a job.

    Attributes:
        images: container images that are pulled, each once.
        gpu: whether some operation gets the GPU.
        vram_mb: megabytes of video memory that `meta` asks for (`vram_total_mb`); None where it doesn't
            say. Advisory: hosts don't check it.
        required_vram: likewise (`required_vram`), which the dashboard holds against a market's `lowest_vram`; nothing
            states its unit.
        cuda: versions of CUDA that `meta` asks for.
        ports: ports that are exposed, as they are written (a placeholder stays one).
        has_private_services: whether some exposed service gets a random address that only the host tells.
        volumes: names of volumes that are made or mounted.
        resources: what is fetched before the run, as `HF meta-llama/…`, `S3 https://…`, `Ollama llama3`.
        registries: private registries whose password the definition holds, for all to read once it is pinned.
        ssh_keys: how many public keys may log in.
        is_confidential: whether the real definition reaches the host in another way.
    """

    images: tuple[str, ...]
    gpu: bool
    vram_mb: int | None
    required_vram: int | None
    cuda: tuple[str, ...]
    ports: tuple[str, ...]
    has_private_services: bool
    volumes: tuple[str, ...]
    resources: tuple[str, ...]
    registries: tuple[str, ...]
    ssh_keys: int
    is_confidential: bool


def needs_of(definition: Mapping[str, Any]) -> JobNeeds:
    """What a host must bring for a valid definition. Network: none."""
    operations = [*operations_of(definition)]
    runs = [op for op in operations if op.runs]
    asked = _asked(definition.get("meta", {}))
    return JobNeeds(
        images=_each_once(str(op.args["image"]) for op in runs if "image" in op.args),
        gpu=any(op.args.get("gpu") or definition.get("global", {}).get("gpu") for op in runs),
        vram_mb=_whole(asked.get("vram_total_mb")),
        required_vram=_whole(asked.get("required_vram")),
        cuda=tuple(map(str, items_of(asked, "required_cuda"))),
        ports=_each_once(port for op in runs for port in _ports(op)),
        has_private_services=any(op.args.get("private") and "expose" in op.args for op in runs),
        volumes=_each_once(name for op in operations for name in _volumes(op)),
        resources=_each_once(name for op in runs for name in _resources(op)),
        registries=_each_once(_registry(op) for op in runs if _docker(op).get("password")),
        ssh_keys=len(definition.get("ssh", {}).get("public_keys", [])),
        is_confidential="logistics" in definition,
    )


def _each_once(names: Iterator[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(names))


def _asked(meta: Mapping[str, Any]) -> dict[str, Any]:
    """Both blocks that are in use, in which authors say what the job takes."""
    blocks = (meta.get("system_resources"), meta.get("system_requirements"))
    return {key: value for block in blocks if isinstance(block, dict) for key, value in block.items()}


def _whole(value: Any) -> int | None:
    try:
        return int(float(value))
    except (TypeError, ValueError, OverflowError):
        return None


def _ports(op: Operation) -> Iterator[str]:
    for item in items_of(op.args, "expose"):
        port = item.get("port", item.get("__spread__")) if isinstance(item, dict) else item
        yield f"{port:g}" if isinstance(port, float) else str(port)


def _volumes(op: Operation) -> Iterator[str]:
    if not op.runs and "name" in op.args:
        yield str(op.args["name"])
    for volume in items_of(op.args, "volumes"):
        yield str(volume["name"])


def _resources(op: Operation) -> Iterator[str]:
    for resource in items_of(op.args, "resources"):
        if not isinstance(resource, dict):
            continue
        names = [resource.get(key) for key in ("repo", "model", "bucket", "url", "__spread__")]
        names += [bucket["url"] for bucket in resource.get("buckets", [])]
        yield " ".join([str(resource.get("type", "")), *(str(name) for name in names if name)]).strip()


def _docker(op: Operation) -> Mapping[str, Any]:
    found: Mapping[str, Any] = op.args.get("authentication", {}).get("docker", {})
    return found


def _registry(op: Operation) -> str:
    return str(_docker(op).get("server") or "the default registry")
