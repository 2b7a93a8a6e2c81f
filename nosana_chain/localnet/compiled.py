"""The compiled programs of the local network, with their admin keys handed to a key that everybody has."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from solders.pubkey import Pubkey

from nosana_chain.errors import LocalnetError

_FOLDER = Path(__file__).with_name("programs")


def load_program(name: str, *, handed_over: Mapping[Pubkey, Pubkey], folder: Path = _FOLDER) -> bytes:
    """The program `name` as the loader takes it (ELF).

    The real programs name their admin in their code, by a key that nobody has here. On the local network another key
    stands in its place, so that what only an admin may do can be tried too.

    Args:
        name: of the file, without its ending.
        handed_over: for each key in the code, the one to put in its place.
        folder: where the compiled programs are.

    Raises:
        LocalnetError: the program isn't built.
    """
    path = folder / f"{name}.so"
    try:
        program = path.read_bytes()
    except FileNotFoundError:
        raise LocalnetError(f"a program isn't built: {path}; run scripts/build-programs", path=str(path)) from None
    for key, successor in handed_over.items():
        program = program.replace(bytes(key), bytes(successor))
    return program
