"""Bad calls of every noun, each a process: an exit code, one line that helps, nothing asked or written."""

from __future__ import annotations

import json
import os
import shlex
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import bad_calls_of_jobs as of_jobs
import bad_calls_of_others as of_others
import pytest
from harness.command_line import write_key
from harness.forked_command import Ended, ForkedCommands, forked_commands

from nosana_chain.wallet import Wallet

BAD_CALLS = [*of_jobs.BAD_CALLS, *of_others.BAD_CALLS]
LONGEST_LINE = 700

#: What lies about in the folder.
FILES = {
    "good.json": '{"version":"0.1","type":"container","ops":[{"type":"container/run","id":"a","args":{"image":"b"}}]}',
    "wrong.json": '{"version":"0.1","type":"container","ops":[{"type":"container/run","id":"a"}]}',
    "bad.json": '{"ops": [',
    "bad.yaml": "ops: [",
    "empty.json": " \n",
    "mark.json": '\ufeff{"ops": []}',
    "large.json": '{"ops": ["' + "x" * 1_100_000 + '"]}',
    "infinite.json": '{"ops": [1e999]}',
    "deep.json": "[" * 30_000,
    "broken.json": "[1, 2, 3]",
}

BRACKETS = "a = " + "[" * 30_000
#: What stands around a call, its exit code, part of what it says.
SURROUNDINGS = [
    ({"config": "network = "}, 3, "is not TOML"),
    ({"config": BRACKETS}, 3, "nested too deeply"),
    ({"config": "x" * 70_000}, 3, "no configuration file"),
    ({"config": "netwrok = 'devnet'"}, 3, "did you mean network?"),
    ({"config": "output = 'xml'"}, 3, "there is no such output"),
    ({"config": "output = 5"}, 3, "must be text"),
    ({"config": "\ufeffoutput = 'yaml'"}, 3, "there is no such output"),
    ({"NOSANA_OUTPUT": "xml"}, 3, "there is no such output"),
    ({"NOSANA_ALLOW_SHARED_KEY": "maybe"}, 3, "neither yes nor no"),
    ({"NOSANA_NETWORK": "devnte"}, 3, "did you mean devnet?"),
    ({"NOSANA_RPC_URL": "localhost:8899"}, 3, "must begin with http"),
    ({"NOSANA_WS_URL": "http://a"}, 3, "must begin with ws://"),
    ({"NOSANA_WALLET": "garbage"}, 3, "a secret key has 64"),
    ({"NOSANA_WALLET": "[1,2,3]"}, 3, "a secret key has 64"),
    ({"NOSANA_WALLET": of_others.KEY}, 3, "is damaged"),
    ({"NOSANA_FEE_PAYER": "/nowhere"}, 3, "no key file"),
]


class Ear:
    """An endpoint that answers nothing, and counts who came."""

    def __init__(self) -> None:
        self.heard = 0
        self._socket = socket.create_server(("127.0.0.1", 0))
        self._thread = threading.Thread(target=self._listen)
        self._thread.start()
        self.url = f"http://127.0.0.1:{self._socket.getsockname()[1]}"

    def _listen(self) -> None:
        while True:
            try:
                came, _ = self._socket.accept()
            except OSError:
                return
            self.heard += 1
            came.close()

    def close(self) -> None:
        self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        self._thread.join()


class Place:
    """Somebody's folder, an endpoint that listens, and command lines as processes."""

    def __init__(self, folder: Path, ear: Ear, commands: ForkedCommands) -> None:
        self.folder, self.ear, self._commands = folder, ear, commands

    def run(self, line: str, **around: str) -> Ended:
        words = [word.replace("{url}", self.ear.url) for word in shlex.split(line)]
        environ = {
            "HOME": str(self.folder),
            "XDG_CONFIG_HOME": str(self.folder / "config"),
            "XDG_STATE_HOME": str(self.folder / "state"),
            "NOSANA_WALLET": str(self.folder / "id.json"),
            "NOSANA_NETWORK": "devnet",
            "NOSANA_RPC_URL": self.ear.url,
        }
        return self._commands.run(words, environ | around, self.folder)

    def seen(self) -> tuple[int, dict[Path, tuple[int, int]]]:
        """Who came, and what lies there."""
        stats = {path: path.stat() for path in self.folder.rglob("*")}
        return self.ear.heard, {path: (one.st_mtime_ns, one.st_size) for path, one in stats.items()}

    def refuse(self, line: str, code: int, say: str, **around: str) -> None:
        """It must end so, and have done nothing."""
        before = self.seen()
        ended = self.run(line, **around)
        assert (ended.code, ended.stdout) == (code, ""), ended
        assert ended.stderr.startswith("error: ")
        assert ended.stderr.count("\n") == 1
        assert len(ended.stderr) < LONGEST_LINE
        assert say in ended.stderr
        assert of_others.KEY not in ended.stderr
        assert self.seen() == before


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    folder = tmp_path_factory.mktemp("bad")
    for name, text in FILES.items():
        (folder / name).write_text(text, encoding="utf-8")
        (folder / name).chmod(0o600)
    with (folder / "sparse.json").open("wb") as file:
        file.truncate(64 * 1024 * 1024 + 1)
    for name, mode in (("id.json", 0o600), ("shared.json", 0o644)):
        write_key(folder / name, Wallet.generate()).chmod(mode)
    ear = Ear()
    try:
        with forked_commands(tmp_path_factory.mktemp("printed")) as commands:
            yield Place(folder, ear, commands)
    finally:
        ear.close()


@pytest.mark.parametrize(
    ("line", "code", "say"), BAD_CALLS, ids=[f"{number} {line[:50]}" for number, (line, *_) in enumerate(BAD_CALLS)]
)
def test_a_bad_call(place: Place, line: str, code: int, say: str) -> None:
    place.refuse(line, code, say)


def test_programs_get_errors_as_json(place: Place) -> None:
    for line, code, _ in [row for row in BAD_CALLS if "--output" not in row[0]][::9]:
        ended = place.run(line, NOSANA_OUTPUT="json")
        assert ended.code == code
        assert {"code", "message"} <= set(json.loads(ended.stderr)["error"])


def test_the_table_is_long_enough() -> None:
    assert len({line for line, *_ in BAD_CALLS}) == len(BAD_CALLS) >= 200


@pytest.mark.parametrize(("around", "code", "say"), SURROUNDINGS, ids=lambda value: str(value)[:40])
def test_a_bad_surrounding(place: Place, tmp_path: Path, around: dict[str, str], code: int, say: str) -> None:
    given = {name: value for name, value in around.items() if name != "config"}
    if content := around.get("config"):
        (tmp_path / "nosana-chain").mkdir()
        (tmp_path / "nosana-chain" / "config.toml").write_text(content)
        given["XDG_CONFIG_HOME"] = str(tmp_path)
    place.refuse("stake unstake", code, say, **given)


def test_ports_that_are_taken(place: Place) -> None:
    port = place.ear.url.rpartition(":")[2]
    installed = {name: os.environ[name] for name in ("PATH", "HOME")}  # Node.js and Surfpool
    ended = place.run(f"demo --rpc-port {port}", **installed)
    assert (ended.code, ended.stderr.count("\n")) == (3, 1)
    assert port in ended.stderr


def test_an_endpoint_that_is_not_there(place: Place) -> None:
    ended = place.run("stake show", NOSANA_NETWORK="localnet", NOSANA_RPC_URL="http://127.0.0.1:1")
    assert (ended.code, ended.stderr.count("\n")) == (5, 1)
    assert "check that it runs" in ended.stderr
