"""The compiled programs of the local network, with their admin keys handed to a key that everybody has."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from solders.pubkey import Pubkey

from nosana_chain.errors import LocalnetError
from nosana_chain.networks import DEVNET, MAINNET, Network

_FOLDER = Path(__file__).with_name("programs")


#: Folders of the compiled programs by the addresses that these know.
_FOLDERS = {(network.programs, network.nos_mint): folder for network, folder in ((DEVNET, "."), (MAINNET, "mainnet"))}


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
    built_for = _FOLDERS.get((network.programs, network.nos_mint))
    if built_for is None:
        raise LocalnetError(
            f"no program is built for the addresses of {network.name}; take those of mainnet or devnet",
            network=network.name,
        )
    path = folder / built_for / f"{name}.so"
    try:
        program = path.read_bytes()
    except FileNotFoundError:
        raise LocalnetError(f"a program isn't built: {path}; run scripts/build-programs", path=str(path)) from None
    for key, successor in handed_over.items():
        program = program.replace(bytes(key), bytes(successor))
    return program
