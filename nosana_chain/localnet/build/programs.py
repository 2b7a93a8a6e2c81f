"""The local programs, and how each is built."""

import shutil
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from nosana_chain.localnet.build.compiler import Compiler
from nosana_chain.localnet.build.headers import write_headers
from nosana_chain.localnet.build.linker import link
from nosana_chain.localnet.build.manifest import Origin, write_manifest
from nosana_chain.localnet.build.names import short_name
from nosana_chain.localnet.compiled import BUILT_FOR
from nosana_chain.networks import Network

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


@dataclass(frozen=True, slots=True)
class Artifact:
    """A shared object: a program for the addresses of one network.

    Attributes:
        program: what is compiled.
        network: whose addresses it knows.
        path: where it is in the programs' folder.
    """

    program: Program
    network: Network
    path: Path

    @property
    def origin(self) -> Origin:
        """What the manifest says about it."""
        program = self.program
        return Origin(self.network.name, (ANCHOR, program.folder, *program.calls, GENERATED))


ARTIFACTS = tuple(
    Artifact(program, network, Path(folder, program.file_name)) for network, folder in BUILT_FOR for program in PROGRAMS
)


def build_programs(compiler: Compiler, root: Path, target: Path) -> None:
    """Build all programs for the addresses of each network.

    Args:
        compiler: from `Compiler.pinned_by`.
        root: the project.
        target: a folder; it gets copies of the sources, generated sources, shared objects and the manifest.

    Raises:
        BuildError: a source doesn't compile or link, or an interface has what the C layer can't express.
    """
    for folder in {ANCHOR, *(program.folder for program in PROGRAMS)}:
        shutil.copytree(root / PROGRAMS_FOLDER / folder, target / folder)
    interfaces = sorted({program.interface for program in PROGRAMS})
    write_headers(root / "idl", interfaces, [network for network, _ in BUILT_FOR], target / GENERATED)
    for artifact in ARTIFACTS:
        path = target / artifact.path
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(build_program(compiler, artifact.program, target, artifact.network))
    write_manifest(target, origins(), compiler=compiler.version)


def origins() -> dict[str, Origin]:
    """What each shared object is made from, by its path in the programs' folder."""
    return {artifact.path.as_posix(): artifact.origin for artifact in ARTIFACTS}


def build_program(compiler: Compiler, program: Program, folder: Path, network: Network) -> bytes:
    """Compile and link one program in a folder that holds the sources, generated ones too."""
    return link(
        compiler.compile(
            f"{GENERATED}/{program.interface}/program.c",
            folder=folder,
            defines=program.defines,
            includes=(".", GENERATED, f"{GENERATED}/{network.name}"),
        )
    )
