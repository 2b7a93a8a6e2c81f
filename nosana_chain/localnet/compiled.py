"""The compiled programs of the local network, with their admin keys handed to a key that everybody has."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from solders.pubkey import Pubkey

from nosana_chain.errors import LocalnetError
from nosana_chain.networks import DEVNET, MAINNET, Network

_FOLDER = Path(__file__).with_name("programs")

#: Where the programs for each network's addresses are, inside their folder.
BUILT_FOR = ((DEVNET, "."), (MAINNET, "mainnet"))


def load_program(name: str, *, network: Network, handed_over: Mapping[Pubkey, Pubkey], folder: Path = _FOLDER) -> bytes:
    """The program `name` as the loader takes it (ELF).

    The real programs name their admin in their code, by a key that nobody has here. On the local network another key
    stands in its place, so that what only an admin may do can be tried too.

    Args:
        name: of the file, without its ending.
        network: whose addresses the program is to know.
        handed_over: for each key in the code, the one to put in its place.
        folder: where the compiled programs are.

    Raises:
        LocalnetError: the program isn't built, or never is for these addresses.
    """
    path = folder / _folder_for(network) / f"{name}.so"
    try:
        program = path.read_bytes()
    except FileNotFoundError:
        raise LocalnetError(f"a program isn't built: {path}; run scripts/build-programs", path=str(path)) from None
    for key, successor in handed_over.items():
        program = program.replace(bytes(key), bytes(successor))
    return program


def _folder_for(network: Network) -> str:
    for built, folder in BUILT_FOR:
        if (built.programs, built.nos_mint) == (network.programs, network.nos_mint):
            return folder
    raise LocalnetError(
        f"no program is built for the addresses of {network.name}; take those of mainnet or devnet",
        network=network.name,
    )
