"""The right to act for an entry, and who has it."""

from __future__ import annotations

import functools
import hashlib
import json
import os
import secrets
import socket
from dataclasses import astuple, dataclass, field
from pathlib import Path

LEASE_SECONDS = 120.0  # longer than a blockhash lives (about 60 to 90 s), so that a healthy post is never taken over
_TOKEN_BYTES = 16
_DIGEST = 16
_STARTED_AT = 19  # of the fields behind the command's name in /proc/PID/stat: proc(5) counts it as the 22nd
_MACHINE_IDS = (Path("/etc/machine-id"), Path("/var/lib/dbus/machine-id"))
_BOOT_ID = Path("/proc/sys/kernel/random/boot_id")


@dataclass(frozen=True, slots=True)
class Lease:
    """The right to act for one entry.

    What holds it is the token, not the clock: who lost the entry to another process can't record for it any more.

    Attributes:
        entry: the entry's id.
        until: wall time, Unix seconds, from which others may take the entry over.
        token: random; known to its holder and the journal.
    """

    entry: str
    until: float
    token: str = field(repr=False)


def new_token() -> str:
    """A token that nobody else has: 128 random bits."""
    return secrets.token_hex(_TOKEN_BYTES)


@dataclass(frozen=True, slots=True)
class Owner:
    """A process on a machine.

    Attributes:
        host: the machine's name, for people.
        machine: hash of its id and name.
        boot: hash of what the kernel calls this boot; empty where it has no name for it.
        namespace: of process ids (containers on one machine have their own); empty where there are none.
        pid: the process id.
        started: when the process began, in the kernel's ticks; empty if unknown. Process ids are used again.
    """

    host: str
    machine: str
    boot: str
    namespace: str
    pid: int
    started: str

    @classmethod
    def here(cls) -> Owner:
        """This process."""
        return _owner_of(os.getpid())

    def is_dead(self) -> bool:
        """Whether the process is surely gone. False where this machine can't know."""
        here = Owner.here()
        if self.machine != here.machine:
            return False
        if self.boot != here.boot:
            return True
        return self.namespace == here.namespace and not _runs(self.pid, self.started)

    def as_text(self) -> str:
        """As the journal stores it."""
        return json.dumps(astuple(self), separators=(",", ":"))

    @classmethod
    def from_text(cls, text: str) -> Owner:
        """What `as_text` wrote."""
        return cls(*json.loads(text))


@functools.lru_cache(maxsize=1)  # by process id: a forked child is another process
def _owner_of(pid: int) -> Owner:
    host = socket.gethostname()
    machine = next(filter(None, map(_content, _MACHINE_IDS)), "")
    try:
        namespace = os.readlink("/proc/self/ns/pid")  # noqa: PTH115  it is no path of a file
    except OSError:
        namespace = ""
    return Owner(host, _digest(machine + host), _digest(_content(_BOOT_ID)), namespace, pid, _started(pid))


def _runs(pid: int, started: str) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:  # another user's
        pass
    return _started(pid) == started


def _started(pid: int) -> str:
    fields = _content(Path(f"/proc/{pid}/stat")).rpartition(")")[2].split()
    return fields[_STARTED_AT] if len(fields) > _STARTED_AT else ""


def _digest(text: str) -> str:
    return hashlib.sha256(f"nosana-chain journal {text}".encode()).hexdigest()[:_DIGEST] if text else ""


def _content(path: Path) -> str:
    try:
        return path.read_text().strip()
    except OSError:
        return ""
