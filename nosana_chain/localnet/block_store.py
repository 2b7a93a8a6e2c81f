"""Where the local IPFS keeps its blocks and pins: in memory, or in a folder."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import Protocol

from nosana_chain.errors import InputError
from nosana_chain.ipfs.blocks import Codec, Ref


class BlockStore(Protocol):
    """Blocks by their digest, and the CIDs of what is pinned."""

    def get(self, digest: bytes) -> bytes | None:
        """A block; None where it isn't there."""

    def put(self, digest: bytes, block: bytes) -> None:
        """Keep a block."""

    def drop(self, digest: bytes) -> None:
        """Forget a block, should it be there."""

    def pin(self, cid: str) -> None:
        """Remember that a content is pinned."""

    def unpin(self, cid: str) -> None:
        """Forget that, should it be so."""

    def pins(self) -> tuple[str, ...]:
        """What is pinned."""


class MemoryStore:
    """A `BlockStore` that ends with the process."""

    def __init__(self) -> None:
        self._blocks: dict[bytes, bytes] = {}
        self._pins: dict[str, None] = {}

    def get(self, digest: bytes) -> bytes | None:
        """See `BlockStore`."""
        return self._blocks.get(digest)

    def put(self, digest: bytes, block: bytes) -> None:
        """See `BlockStore`."""
        self._blocks[digest] = block

    def drop(self, digest: bytes) -> None:
        """See `BlockStore`."""
        self._blocks.pop(digest, None)

    def pin(self, cid: str) -> None:
        """See `BlockStore`."""
        self._pins[cid] = None

    def unpin(self, cid: str) -> None:
        """See `BlockStore`."""
        self._pins.pop(cid, None)

    def pins(self) -> tuple[str, ...]:
        """See `BlockStore`."""
        return tuple(self._pins)


class FolderStore:
    """A `BlockStore` in a folder: a file a block, named by its CID, and an empty one a pin.

    A block is written aside and renamed, so that no half of one is ever found; one that was damaged isn't given.

    Args:
        folder: is made where it isn't there.

    Raises:
        InputError: the folder can't be used.
    """

    def __init__(self, folder: Path) -> None:
        self._blocks, self._pins = folder / "blocks", folder / "pins"
        try:
            for inner in (self._blocks, self._pins):
                inner.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise InputError(f"the folder {str(folder)!r} can't hold the local IPFS: {error.strerror}") from None

    def get(self, digest: bytes) -> bytes | None:
        """See `BlockStore`."""
        try:
            block = self._file(digest).read_bytes()
        except FileNotFoundError:
            return None
        return block if Ref(Codec.DAG_PB, digest).names(block) else None

    def put(self, digest: bytes, block: bytes) -> None:
        """See `BlockStore`."""
        with tempfile.NamedTemporaryFile(dir=self._blocks, prefix=".", delete=False) as file:
            file.write(block)
        os.replace(file.name, self._file(digest))  # noqa: PTH105  the file's name is text

    def drop(self, digest: bytes) -> None:
        """See `BlockStore`."""
        self._file(digest).unlink(missing_ok=True)

    def pin(self, cid: str) -> None:
        """See `BlockStore`."""
        (self._pins / cid).touch()

    def unpin(self, cid: str) -> None:
        """See `BlockStore`."""
        (self._pins / cid).unlink(missing_ok=True)

    def pins(self) -> tuple[str, ...]:
        """See `BlockStore`."""
        return tuple(sorted(path.name for path in self._pins.iterdir()))

    def _file(self, digest: bytes) -> Path:
        return self._blocks / Ref(Codec.DAG_PB, digest).cid
