"""The local programs, and how each is built."""

import shutil
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from nosana_chain.localnet.build.compiler import Compiler
from nosana_chain.localnet.build.headers import write_headers
from nosana_chain.localnet.build.linker import link
from nosana_chain.localnet.build.manifest import write_manifest
from nosana_chain.localnet.build.names import short_name
from nosana_chain.networks import DEVNET, Network

#: Inside the project.
PROGRAMS_FOLDER = Path("nosana_chain/localnet/programs")

#: Inside the programs' folder: the layer that all programs share, and what the generator writes.
ANCHOR, GENERATED = "anchor", "generated"


@dataclass(frozen=True, slots=True)
class Program:
    """A shared object to build.

    Attributes:
        name: of the file, without `.so`.
        interface: name of its file in idl/, without `.json`.
        defines: build constants.
        calls: folders of the programs that it calls.
    """

    name: str
    interface: str
    defines: Mapping[str, int] = field(default_factory=dict)
    calls: tuple[str, ...] = ()

    @property
    def file_name(self) -> str:
        """Of the shared object."""
        return f"{self.name}.so"

    @property
    def folder(self) -> str:
        """Folder of its instructions."""
        return short_name(self.interface)


PROGRAMS = (
    Program("nosana_jobs", "nosana_jobs", {"NETWORK_FEE_DIVISOR": 0}, calls=("rewards",)),
    Program("nosana_jobs_fee", "nosana_jobs", {"NETWORK_FEE_DIVISOR": 10}, calls=("rewards",)),
    Program("nosana_staking", "nosana_staking"),
    Program("nosana_rewards", "nosana_rewards"),
    Program("nosana_pools", "nosana_pools", calls=("rewards",)),
    Program("nosana_nodes", "nosana_nodes"),
    Program("merkle_distributor", "merkle_distributor", {"ANCHOR_0_28": 1}),
)


def build_programs(compiler: Compiler, root: Path, target: Path, network: Network = DEVNET) -> None:
    """Build all programs for the addresses of `network`.

    Args:
        compiler: from `prepare_compiler`.
        root: the project.
        target: a folder; it gets copies of the sources, generated sources, shared objects and the manifest.
        network: whose addresses the programs know.

    Raises:
        BuildError: a source doesn't compile or link, or an interface has what the C layer can't express.
    """
    for folder in {ANCHOR, *(program.folder for program in PROGRAMS)}:
        shutil.copytree(root / PROGRAMS_FOLDER / folder, target / folder)
    interfaces = sorted({program.interface for program in PROGRAMS})
    write_headers(root / "idl", interfaces, network, target / GENERATED)
    for program in PROGRAMS:
        (target / program.file_name).write_bytes(_build(compiler, program, target, network))
    write_manifest(target, source_folders(), compiler=compiler.version, addresses=network.name)


def source_folders() -> dict[str, tuple[str, ...]]:
    """The folders that each shared object's sources are in, by its file name."""
    return {program.file_name: (ANCHOR, program.folder, *program.calls, GENERATED) for program in PROGRAMS}


def _build(compiler: Compiler, program: Program, folder: Path, network: Network) -> bytes:
    return link(
        compiler.compile(
            f"{GENERATED}/{program.interface}/program.c",
            folder=folder,
            defines=program.defines,
            includes=(".", GENERATED, f"{GENERATED}/{network.name}"),
        )
    )
