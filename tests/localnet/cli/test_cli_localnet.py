"""The local network by the command line: started, used from other processes, kept, and stopped."""

from __future__ import annotations

import json
import os
import shlex
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from harness.terminal import terminal

from nosana_chain.cli.main import app
from nosana_chain.job_definition import EXAMPLE_JOB
from nosana_chain.units import nos, sol

_KEPT = ("PATH", "LANG", "LC_ALL", "VIRTUAL_ENV", "PYTHONPATH")


class Folder:
    """A home with a local network in it."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.state = home / "net"

    @property
    def environ(self) -> dict[str, str]:
        return {"HOME": str(self.home), "XDG_STATE_HOME": str(self.home / "state")}

    @property
    def process_environ(self) -> dict[str, str]:
        cache = os.environ.get("XDG_CACHE_HOME", str(Path.home() / ".cache"))  # Surfpool is installed there
        kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
        return {**kept, **self.environ, "XDG_CACHE_HOME": cache}

    def start(self, more: str = "") -> subprocess.Popen[str]:
        line = f"localnet up --rpc-port 0 --slot-ms 50 --state {self.state} --output jsonl {more}"
        command = [sys.executable, "-m", "nosana_chain", *shlex.split(line)]
        return subprocess.Popen(
            command, env=self.process_environ, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )

    def call(self, line: str, *, code: int = 0, **environ: str) -> Result:
        cleared = {name: None for name in os.environ if name.startswith(("NOSANA_", "XDG_"))}
        result = CliRunner(env={**cleared, **self.environ, **environ}).invoke(app, shlex.split(line))
        assert result.exit_code == code, (line, result.output)
        return result

    def json(self, line: str, **environ: str) -> Any:
        return json.loads(self.call(line, **environ).stdout)

    def at(self, line: str, **more: Any) -> Result:
        """A verb of `localnet` on the network in this folder."""
        return self.call(f"localnet {line} --state {self.state}", **more)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Folder:
    return Folder(tmp_path_factory.mktemp("home"))


@pytest.fixture(scope="module")
def told(folder: Folder) -> Iterator[dict[str, Any]]:
    """What a network that runs told at its start."""
    process = folder.start()
    assert process.stdout is not None
    try:
        line = process.stdout.readline()
        assert line, process.communicate()[1]
        yield json.loads(line)
    finally:
        process.send_signal(signal.SIGTERM)
        out, err = process.communicate(timeout=30)
    assert (process.returncode, out, err) == (0, "", "")


def test_programs_are_told_all_of_it(folder: Folder, told: dict[str, Any]) -> None:
    written = json.loads((folder.state / "localnet.json").read_text())
    assert json.loads(folder.at("status").stdout) == written
    told = {**told, "runtime_purse": written["runtime_purse"]}  # another one after a reset
    assert told == written
    for_people = folder.at("status --output table").stdout
    for shown in (told["rpc_url"], told["market"], told["wallets"]["builder"]["address"], "survives in its folder"):
        assert shown in for_people
    assert "createNosanaClient" in folder.at("status --snippet kit").stdout
    assert folder.at("status --snippet solana").stdout.startswith("solana config set")
    with_csv = folder.at("status --output csv", code=2)
    assert "take --output json" in with_csv.stderr


def test_money_and_time_come_from_nowhere(folder: Folder, told: dict[str, Any]) -> None:
    somebody = told["wallets"]["staker"]["address"]
    network = {"NOSANA_NETWORK": told["rpc_url"]}
    before = folder.json(f"wallet balance {somebody}", **network)
    assert json.loads(folder.at("mint staker 12.5").stdout)["owner"] == somebody
    assert json.loads(folder.at(f"fund {somebody} 2.5").stdout)["given_lamports"] == sol("2.5")
    after = folder.json(f"wallet balance {somebody}", **network)
    assert after["nos_units"] - before["nos_units"] == nos("12.5")
    assert after["sol_lamports"] - before["sol_lamports"] == sol("2.5")
    first, second = (json.loads(folder.at("warp 1h").stdout)["now_unix"] for _ in range(2))
    assert second - first >= 3600
    assert "did you mean builder?" in folder.at("mint biulder 1", code=3).stderr
    assert "its wallets are faucet" in folder.at("mint xyz 1", code=3).stderr


def test_a_newcomers_job(folder: Folder, told: dict[str, Any], tmp_path: Path) -> None:
    """As `localnet up` says it: the variables, a post; then the host's part, and the verified result."""
    keys, market = told["wallets"], told["market"]
    known = {
        "NOSANA_NETWORK": told["rpc_url"],
        "NOSANA_KUBO_URL": told["ipfs_url"],
        "NOSANA_IPFS_GATEWAYS": told["ipfs_gateway"],
    }
    builder = {**known, "NOSANA_WALLET": keys["builder"]["keypair"]}
    posted = folder.json(f"job post {EXAMPLE_JOB} --market {market[:8]} --timeout 10m", **builder)
    assert posted["run"], "the host that waits takes it at once"
    result = tmp_path / "result.json"
    result.write_text('{"status": "success", "opStates": []}')
    folder.call(f"host finish {posted['job']} {result}", **known, NOSANA_WALLET=keys["host"]["keypair"])
    shown = folder.json(f"job results {posted['job']} --output json", **builder)
    assert (shown["success"], shown["verified"]) == (True, True)


def test_a_snapshot_is_gone_back_to(folder: Folder, told: dict[str, Any]) -> None:
    somebody = told["wallets"]["authority"]["address"]

    def has() -> int:
        found = folder.json(f"wallet balance {somebody}", NOSANA_NETWORK=told["rpc_url"])
        return int(found["nos_units"])

    before = has()
    assert Path(json.loads(folder.at("snapshot before").stdout)["file"]).exists()
    folder.at("mint authority 7")
    assert has() == before + nos("7")
    assert json.loads(folder.at("reset before").stdout) == {"reset_to": "before"}
    assert has() == before
    assert "before" in folder.at("reset after", code=4).stderr
    assert "letters, digits" in folder.at("snapshot ../out", code=3).stderr


def test_a_second_one_in_the_folder_is_refused(folder: Folder, told: dict[str, Any]) -> None:
    process = folder.start()
    out, err = process.communicate(timeout=30)
    assert (process.returncode, out) == (3, "")
    assert str(told["process_id"]) in err
    assert len(err.splitlines()) == 1


def test_in_a_terminal_it_ends_with_ctrl_c(tmp_path: Path) -> None:
    home = Folder(tmp_path)
    line = f"localnet up --rpc-port 0 --slot-ms 50 --state {home.state}"
    with terminal(shlex.split(line), env=home.process_environ, width=80) as screen:
        screen.wait_for("Ctrl-C stops it.")
        assert home.at("status").exit_code == 0
        screen.type("\x03")
        assert screen.end() == 0
    assert f"stopped; its state is in {home.state}" in screen.shown
    assert "export NOSANA_KUBO_URL=http://127.0.0.1:" in screen.shown
    assert "\x1b[1mmarket\x1b[0m" in screen.shown
    assert "Traceback" not in screen.shown
    assert "no local network runs" in home.at("status", code=4).stderr


def test_down_stops_it(tmp_path: Path) -> None:
    home = Folder(tmp_path)
    process = home.start()
    assert process.stdout is not None
    assert process.stdout.readline()
    stopped = json.loads(home.at("down").stdout)
    assert stopped["kept"] is True
    assert process.wait(10) == 0
    assert process.stdout.read() == ""
    process.stdout.close()
    assert process.stderr is not None
    process.stderr.close()
    home.at("down", code=4)


@pytest.mark.parametrize(
    ("line", "code", "told"),
    [
        ("up --slot-ms 0", 2, "0 is not in the range x>=1"),
        ("up --rpc-port 70000", 2, "70000 is not in the range 0<=x<=65535"),
        ("up --fork nowhere", 3, "a fork is of devnet, of mainnet, or of an endpoint's URL"),
        ("up --fork mainnet", 3, "needs an endpoint of yours"),
        ("up --fork http://127.0.0.1:1 --fee", 3, "leave out the fee"),
        ("up --fork http://127.0.0.1:1 --state fresh", 5, "can't be reached"),
        ("up --state /proc/here", 3, "can't hold the local network's files"),
        ("up --output csv", 2, "take --output json"),
        ("upp", 2, "did you mean 'up'"),
        ("status", 4, "no local network runs in"),
        ("status --snippet rust", 2, "'rust' is not one of"),
        ("warp", 2, "missing argument 'BY'"),
        ("warp 0", 2, "it must be more than 0"),
        ("warp -1h", 2, "no such option"),
        ("warp 1h", 4, "no local network runs in"),
        ("mint builder", 2, "missing argument 'AMOUNT'"),
        ("mint builder 0", 2, "it must be more than 0"),
        ("mint builder 0.0000001", 2, "NOS has 6"),
        ("mint builder 1", 4, "no local network runs in"),
        ("fund builder 0", 2, "it must be more than 0"),
        ("fund builder 1.0000000001", 2, "SOL has 9"),
        ("snapshot", 2, "missing argument 'NAME'"),
        ("snapshot a", 4, "no local network runs in"),
        ("reset nothing", 4, "there is no snapshot nothing"),
        ("down", 4, "no local network runs in"),
        ("down now", 2, "unexpected extra argument"),
    ],
)
def test_bad_calls(line: str, code: int, told: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    result = Folder(tmp_path).call(f"localnet {line}", code=code)
    assert told in result.stderr
    assert len(result.stderr.splitlines()) == 1
    assert result.stdout == ""
