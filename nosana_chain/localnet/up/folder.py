"""The folder of a network that keeps running: what is in it, and whose it is at the moment."""

from __future__ import annotations

import errno
import fcntl
import json
import os
import re
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

from nosana_chain.errors import InputError, LocalnetError, NotFoundError

_OWNER_ONLY = 0o600
_OWNERS_FOLDER = 0o700
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_TRIES = 5  # to take the lock: whoever looks whether it is held has it for that moment
_TRY_SECONDS = 0.02
_DIGITS = 20  # of a process id, at most


class StateFolder:
    """A folder, and the files in it.

    Args:
        path: need not be there.
    """

    def __init__(self, path: Path) -> None:
        self.path = path.absolute()
        self.summary = self.path / "localnet.json"
        self.state = self.path / "state.json"
        self.keys = self.path / "keys"
        self.snapshots = self.path / "snapshots"
        self.ipfs = self.path / "ipfs"
        self.journal = self.path / "journal.sqlite"
        self.request = self.path / "reset.request"
        self.refusal = self.path / "reset.refused"
        self._lock = self.path / "lock"

    def snapshot(self, name: str) -> Path:
        """The file of a snapshot.

        Raises:
            InputError: the name is no name for a file.
        """
        if not _NAME.fullmatch(name):
            raise InputError("a snapshot's name has letters, digits, dots, dashes and underscores, 64 at most")
        return self.snapshots / f"{name}.json"

    def snapshot_names(self) -> list[str]:
        """Those that there are, sorted."""
        return sorted(file.stem for file in self.snapshots.glob("*.json"))

    @contextmanager
    def taken(self) -> Iterator[None]:
        """Have the folder to oneself for the length of the block, or until the process ends, however that comes.

        Raises:
            LocalnetError: another network runs in it, or it can't be written to.
        """
        try:
            for folder in (self.path, self.keys, self.snapshots):
                folder.mkdir(mode=_OWNERS_FOLDER, parents=True, exist_ok=True)
            lock = os.open(self._lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, _OWNER_ONLY)
        except OSError as error:
            raise self._unusable(error) from error
        try:
            self._take(lock)
            self.request.unlink(missing_ok=True)
            yield
        finally:
            os.close(lock)

    def holder(self) -> int | None:
        """Process id of the network that runs in it; None where none does. It is proven by the lock, not by a file."""
        try:
            lock = os.open(self._lock, os.O_RDONLY | os.O_CLOEXEC)
        except FileNotFoundError:
            return None
        except OSError as error:
            raise self._unusable(error) from error
        try:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            told = os.read(lock, _DIGITS)
            return int(told) if told.isdigit() else None  # None: it has only just begun
        finally:
            os.close(lock)
        return None

    def write(self, file: Path, content: bytes) -> None:
        """Write a file of the owner's whole, or not at all: whoever reads it, and whatever ends this process.

        Raises:
            LocalnetError: it can't be written.
        """
        fresh = file.with_name(f".{file.name}.{os.getpid()}")
        try:
            with open(fresh, "wb", opener=_for_owner) as out:
                out.write(content)
                out.flush()
                os.fsync(out.fileno())
            fresh.replace(file)
        except OSError as error:
            with suppress(OSError):
                fresh.unlink(missing_ok=True)
            raise self._unusable(error) from error

    def read(self, file: Path, *, what: str) -> bytes:
        """The content of a file.

        Raises:
            NotFoundError: it isn't there; the message calls it `what`.
            LocalnetError: it can't be read.
        """
        try:
            return file.read_bytes()
        except FileNotFoundError as error:
            raise NotFoundError(f"there is no {what} in {self.path}", address=str(file)) from error
        except OSError as error:
            raise self._unusable(error) from error

    def write_keys(self, secrets: Mapping[str, bytes]) -> dict[str, Path]:
        """Key files, as Solana's tools write them, by name."""
        files = {name: self.keys / f"{name}.json" for name in secrets}
        for name, secret in secrets.items():
            self.write(files[name], json.dumps(list(secret)).encode())
        return files

    def _take(self, lock: int) -> None:
        for _ in range(_TRIES):
            with suppress(BlockingIOError):
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            time.sleep(_TRY_SECONDS)
        else:
            raise LocalnetError(
                f"a local network runs in {self.path} (process {self.holder() or 'unknown'}): stop it, or take another "
                "folder"
            )
        os.ftruncate(lock, 0)
        os.write(lock, str(os.getpid()).encode())

    def _unusable(self, error: OSError) -> LocalnetError:
        reason = "it is read-only" if error.errno in (errno.EROFS, errno.EACCES) else error.strerror or str(error)
        return LocalnetError(f"{self.path} can't hold the local network's files: {reason}; take another folder")


def _for_owner(path: str, flags: int) -> int:
    return os.open(path, flags, _OWNER_ONLY)
