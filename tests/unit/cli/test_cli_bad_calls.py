"""Bad calls of every noun: an exit code, one helpful line, nothing asked of anybody, nothing written."""

from __future__ import annotations

import json
import shlex
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from harness.command_line import write_key

from nosana_chain.cli.main import app
from nosana_chain.wallet import Wallet

A = "nosXBVoaCTtYdLvKY6Csb4AC8JCdQKKAaWYtx2ZMoo7"
MACHINE = "--architecture 1 --country 528 --cpu 8 --gpu 1 --memory 32 --iops 500 --storage 1000"
TIMES = "--start 2027-01-01 --end 2027-02-01 --clawback-start 2027-03-01"
KEY = "4" * 87  # as long as a secret key in base58

#: A command line, its exit code, and what its line must say.
BAD = [
    # nouns, verbs, options
    ("stkae show", 2, "did you mean 'stake'?"),
    ("stake shw", 2, "did you mean"),
    ("pool opn-fee", 2, "did you mean 'open-fee'?"),
    ("tx nonce creat", 2, "did you mean 'create'?"),
    ("journal resum", 2, "did you mean 'resume'?"),
    ("sweep fnd", 2, "did you mean 'find'?"),
    ("rewards clam", 2, "did you mean 'claim'?"),
    ("distributor shw", 2, "did you mean"),
    ("node registr", 2, "did you mean 'register'?"),
    ("wallet adress", 2, "did you mean 'address'?"),
    ("config shwo", 2, "did you mean"),
    ("completion pwsh", 2, "'pwsh' is not one of 'bash', 'zsh', 'fish'"),
    ("stake show --ownr x", 2, "did you mean '--owner'?"),
    ("stake show extra", 2, "unexpected extra argument"),
    ("--network devnet stake show", 2, "options stand behind the verb"),
    ("stake --network devnet show", 2, "no such option '--network'"),
    # shared options
    ("stake show --network", 2, "requires an argument"),
    ("stake show --network devnte", 3, "did you mean devnet?"),
    ("stake show --network ftp://a", 3, "must begin with http:// or https://"),
    ("stake show --network http://a --rpc-url http://b", 3, "give one of them"),
    ("stake show --rpc-url localhost:8899", 3, "must begin with http"),
    ("stake show --rpc-url https://[", 3, "is not a URL"),
    ("stake show --output yaml", 2, "'yaml' is not one of"),
    ("stake show --keypair /nowhere/id.json", 3, "no key file"),
    (f"stake show --keypair {KEY}", 3, "no key file"),
    ("stake show --keypair ~", 3, "Is a directory"),
    ("stake show --keypair broken.json", 3, "a secret key has 64"),
    ("stake show --keypair shared.json", 3, "other users may access"),
    ("stake unstake --fee-payer /nowhere/id.json", 3, "no key file"),
    ("stake unstake --wait processed", 2, "'processed' is not one of 'confirmed', 'finalized'"),
    ("stake unstake --max-nos 0", 2, "more than 0"),
    ("stake unstake --max-nos -1", 2, "is not an amount"),
    ("stake unstake --max-priority-lamports 1.5", 2, "whole number of lamports"),
    ("stake unstake --max-priority-lamports 99999999999999999999", 2, "must be from 0"),
    ("stake unstake --dry-run --unsigned", 2, "exclude each other"),
    (f"stake unstake --nonce {A}", 2, "--nonce goes with --unsigned"),
    (f"stake unstake --signer {A}", 2, "--signer goes with --unsigned or --dry-run"),
    ("stake unstake --unsigned --nonce abc", 2, "is no address"),
    ("stake unstake --idempotency-key a", 2, "no such option '--idempotency-key'"),
    ("stake topup 1 --idempotency-key ''", 3, "printable characters"),
    (f"stake topup 1 --idempotency-key {'x' * 256}", 3, "printable characters"),
    # on mainnet nobody is asked here, since there is no terminal
    ("stake topup 1 --network mainnet --rpc-url {url}", 2, "add --yes"),
    ("stake unstake --network mainnet --rpc-url {url}", 2, "add --yes"),
    ("rewards claim --network mainnet --rpc-url {url}", 2, "add --yes"),
    (f"pool close {A} --network mainnet --rpc-url {{url}}", 2, "add --yes"),
    ("sweep do --network mainnet --rpc-url {url}", 2, "add --yes"),
    ("tx send AQ== --network mainnet --rpc-url {url}", 2, "add --yes"),
    ("tx nonce create --network mainnet --rpc-url {url}", 2, "add --yes"),
    # amounts and times
    ("stake create", 2, "missing argument 'AMOUNT'"),
    ("stake create 1", 2, "missing option '--duration'"),
    ("stake create 0 --duration 14d", 2, "more than 0"),
    ("stake create 1.1234567 --duration 14d", 2, "more than 6 decimals"),
    ("stake create 1e3 --duration 14d", 2, "is not an amount"),
    ("stake create 1,5 --duration 14d", 2, "is not an amount"),
    ("stake create NaN --duration 14d", 2, "is not an amount"),
    ("stake create inf --duration 14d", 2, "is not an amount"),
    ("stake create 0x10 --duration 14d", 2, "is not an amount"),
    (f"stake create {'9' * 5000} --duration 14d", 2, "is not an amount"),
    ("stake create 99999999999999 --duration 14d", 2, "must be from 0"),
    ("stake create ' ' --duration 14d", 2, "is not an amount"),
    ("stake create \N{ARABIC-INDIC DIGIT THREE} --duration 14d", 2, "is not an amount"),
    ("stake create 1 --duration 14", 3, "14 to 365 days"),
    ("stake create 1 --duration 13d23h", 3, "14 to 365 days"),
    ("stake create 1 --duration 366d", 3, "14 to 365 days"),
    ("stake create 1 --duration 1y", 2, "is not a duration"),
    ("stake create 1 --duration 30m2h", 2, "is not a duration"),
    ("stake create 1 --duration -1d", 2, "is not a duration"),
    ("stake topup", 2, "missing argument 'AMOUNT'"),
    ("stake topup 0", 2, "more than 0"),
    ("stake topup -- -1", 2, "is not an amount"),
    ("stake topup abc", 2, "write for example 1.5"),
    ("stake extend 0", 2, "more than 0"),
    ("stake extend soon", 2, "write for example 90"),
    ("stake show --owner abc", 2, "is no address"),
    (f"stake show --owner {KEY}", 2, "is no address"),
    ("stake withdrawable --at tomorrow", 2, "is no moment"),
    ("stake withdrawable --at 99999999999999999999", 2, "must be from 0"),
    ("stake withdrawable --at 1900-01-01", 2, "must be from 0"),
    ("stake yield --times 0", 2, "not in the range 1<=x<=8760"),
    ("stake yield --fees -5", 2, "is not an amount"),
    ("stake estimate 1", 2, "missing argument 'DURATION'"),
    ("stake estimate 1 1d", 3, "14 to 365 days"),
    ("stake estimate 1 90d --pool-xnos 0", 2, "more than 0"),
    ("stake slash abc 1", 2, "is no address"),
    (f"stake slash {A} 0", 2, "more than 0"),
    ("stake update-settings", 2, "nothing to change"),
    ("stake update-settings --authority abc", 2, "is no address"),
    ("stake watch --since", 2, "requires an argument"),
    # rewards and pools
    ("rewards add-fee 0", 2, "more than 0"),
    ("rewards add-fee", 2, "missing argument 'AMOUNT'"),
    ("rewards sync abc", 2, "is no address"),
    ("rewards show --owner abc", 2, "is no address"),
    ("pool show", 2, "missing argument 'ADDRESS'"),
    ("pool show abc", 2, "is no address"),
    ("pool list --authority abc", 2, "is no address"),
    (f"pool open-vesting {A} --start 2027-01-01", 2, "missing option '--emission'"),
    (f"pool open-vesting {A} --emission 1", 2, "missing option '--start'"),
    (f"pool open-vesting {A} --emission x --start 2027-01-01", 2, "--emission: 'x' is not an amount"),
    (f"pool open-vesting {A} --emission 1 --start 2027-13-01", 2, "is no moment"),
    (f"pool open-vesting {A} --emission 1 --start 2027-01-01 --deposit -1", 2, "--deposit: '-1' is not an amount"),
    (f"pool open-vesting {A} --emission 1 --start 2027-01-01 --mint {A}", 2, "add --base-units"),
    (f"pool open-vesting {A} --emission 1.5 --start 2027-01-01 --base-units", 2, "no whole number of base units"),
    ("pool open-fee --emission 0.0000001 --start 0", 2, "more than 6 decimals"),
    (f"pool add {A}", 2, "missing argument 'AMOUNT'"),
    (f"pool add {A} 1.5 --base-units", 2, "no whole number of base units"),
    (f"pool add {A} 0 --base-units", 3, "changes nothing"),
    (f"pool pay-to {A}", 2, "missing argument 'WALLET'"),
    (f"pool pay-to {A} abc", 2, "is no address"),
    # nodes
    ("node register", 2, "missing option '--architecture'"),
    (f"node register {MACHINE} --architecture 10", 3, "from 0 to 9"),
    (f"node register {MACHINE} --cpu 0", 3, "from 1 to 65535"),
    (f"node register {MACHINE} --country 231", 3, "Ethiopia"),
    (f"node register {MACHINE} --endpoint {'x' * 63}", 3, "a node has room for 62"),
    (f"node register {MACHINE} --memory x", 2, "is not a valid integer"),
    (f"node register {MACHINE} --payer /nowhere", 3, "key file"),
    ("node update", 2, "nothing to change"),
    ("node update --gpu 65536", 3, "from 0 to 65535"),
    ("node audit", 2, "missing argument 'HOST'"),
    ("node list --country x", 2, "is not a valid integer"),
    # distributors
    (f"distributor claim {A}", 2, "missing argument 'TREE'"),
    (f"distributor claim {A} none.json", 3, "none.json"),
    (f"distributor claim {A} broken.json", 3, "broken.json"),
    (f"distributor claim {A} tree.json --vote maybe", 2, "'maybe' is not one of 'yes', 'no'"),
    (f"distributor create none.json --mint {A} {TIMES}", 3, "none.json"),
    (f"distributor create none.json {TIMES}", 2, "missing option '--mint'"),
    (f"distributor create none.json --mint {A} {TIMES} --enable-slot -1", 2, "not in the range"),
    (f"distributor enable-from {A} x", 2, "is not a valid integer"),
    (f"distributor eligible {A} broken.json", 3, "broken.json"),
    ("distributor hand-over abc abc", 2, "is no address"),
    # sweeps, the journal, transactions
    ("sweep do --also everything", 2, "'everything' is not one of"),
    ("sweep find --job abc", 2, "is no address"),
    (f"sweep find --result {A}", 2, "requires 2 arguments"),
    (f"sweep find --result {A} Qmabc --rpc-url {{url}}", 3, "CID"),
    ("sweep find --nos-per-sol 0", 2, "more than 0"),
    ("journal show", 2, "missing argument 'KEY'"),
    ("journal forget", 2, "missing argument 'KEY'"),
    ("tx explain abc", 3, "neither a signature"),
    ("tx explain", 2, "missing argument 'TRANSACTION'"),
    ("tx events abc", 2, "is no signature"),
    ("tx review abc", 3, "transaction"),
    ("tx review -", 3, "transaction"),
    ("tx combine", 2, "missing argument 'TRANSACTIONS...'"),
    ("tx combine abc def", 3, "transaction"),
    ("tx nonce show abc", 2, "is no address"),
    (f"tx nonce withdraw {A} --lamports 1.5", 2, "whole number of lamports"),
    # wallets, settings, the demo
    ("wallet balance abc", 2, "is no address"),
    ("wallet new", 2, "missing argument 'PATH'"),
    ("wallet new broken.json", 3, "never overwritten"),
    ("wallet new nowhere/id.json", 3, "No such file or directory"),
    ("wallet new .", 3, "never overwritten"),
    (f"wallet new {'x' * 300}", 3, "too long"),
    ("wallet close-account abc", 2, "is no address"),
    ("config set", 2, "missing argument 'SETTING'"),
    ("config set network", 2, "give a value, or --unset"),
    ("config set netwrok devnet", 3, "did you mean network?"),
    (f"config set wallet {KEY}", 3, "a key itself is never written down"),
    ("demo none.json", 3, "none.json"),
    ("demo --output xml", 2, "'xml' is not one of"),
    ("demo --rpc-port 0", 2, "not in the range 1<=x<=65535"),
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


@pytest.fixture(scope="module")
def ear() -> Iterator[Ear]:
    listening = Ear()
    yield listening
    listening.close()


@pytest.fixture(scope="module")
def wallet() -> Wallet:
    return Wallet.generate()


@pytest.fixture
def home(tmp_path: Path, wallet: Wallet) -> Path:
    write_key(tmp_path / "id.json", wallet)
    write_key(tmp_path / "shared.json", wallet).chmod(0o644)
    write_key(tmp_path / "broken.json", wallet).write_text("[1, 2, 3]")
    return tmp_path


def told(home: Path, ear: Ear, line: str) -> Result:
    environ = {
        "HOME": str(home),
        "XDG_CONFIG_HOME": str(home / "config"),
        "XDG_STATE_HOME": str(home / "state"),
        "NOSANA_WALLET": str(home / "id.json"),
        "NOSANA_NETWORK": "devnet",
        "NOSANA_RPC_URL": ear.url,
        **dict.fromkeys(("NOSANA_WS_URL", "NOSANA_FEE_PAYER", "NOSANA_OUTPUT", "NOSANA_ALLOW_SHARED_KEY")),
    }
    words = [word.replace("{url}", ear.url) for word in shlex.split(line)]
    return CliRunner(env=environ).invoke(app, words, input="")


def files(folder: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize(("line", "code", "say"), BAD, ids=lambda value: str(value)[:50])
def test_a_bad_call(home: Path, ear: Ear, monkeypatch: pytest.MonkeyPatch, line: str, code: int, say: str) -> None:
    monkeypatch.chdir(home)
    before, heard = files(home), ear.heard
    result = told(home, ear, line)
    assert (result.exit_code, result.stdout) == (code, ""), result.output
    assert result.stderr.startswith("error: ")
    assert result.stderr.count("\n") == 1
    assert say in result.stderr
    assert KEY not in result.stderr
    assert "Traceback" not in result.stderr
    assert ear.heard == heard
    assert files(home) == before


@pytest.mark.parametrize(("line", "code"), [(row[0], row[1]) for row in BAD[::9]])
def test_a_bad_call_is_json_for_programs(
    home: Path, ear: Ear, monkeypatch: pytest.MonkeyPatch, line: str, code: int
) -> None:
    monkeypatch.chdir(home)
    monkeypatch.setenv("NOSANA_OUTPUT", "json")
    words = [word.replace("{url}", ear.url) for word in shlex.split(line)]
    environ = {"HOME": str(home), "NOSANA_WALLET": str(home / "id.json"), "NOSANA_RPC_URL": ear.url}
    result = CliRunner(env={**environ, "NOSANA_NETWORK": "devnet"}).invoke(app, words, input="")
    assert result.exit_code == code
    assert {"code", "message"} <= set(json.loads(result.stderr)["error"])


def test_the_table_is_long_enough() -> None:
    assert len({line for line, _, _ in BAD}) == len(BAD) >= 150


# ---------------------------------------------------------------- what stands around a call

BRACKETS = "a = " + "[" * 30_000
SURROUNDINGS = [
    ({"config": "network = "}, 3, "is not TOML"),
    ({"config": BRACKETS}, 3, "nested too deeply"),
    ({"config": "x" * 70_000}, 3, "no configuration file"),
    ({"config": "netwrok = 'devnet'"}, 3, "did you mean network?"),
    ({"config": "output = 'xml'", "NOSANA_OUTPUT": None}, 3, "there is no such output"),
    ({"config": "output = 5", "NOSANA_OUTPUT": None}, 3, "must be text"),
    ({"config": "\ufeffoutput = 'yaml'"}, 3, "there is no such output"),
    ({"NOSANA_OUTPUT": "xml"}, 3, "there is no such output"),
    ({"NOSANA_ALLOW_SHARED_KEY": "maybe"}, 3, "neither yes nor no"),
    ({"NOSANA_NETWORK": "devnte"}, 3, "did you mean devnet?"),
    ({"NOSANA_RPC_URL": "localhost:8899"}, 3, "must begin with http"),
    ({"NOSANA_WS_URL": "http://a"}, 3, "must begin with ws://"),
    ({"NOSANA_WALLET": "garbage"}, 3, "a secret key has 64"),
    ({"NOSANA_WALLET": "[1,2,3]"}, 3, "a secret key has 64"),
    ({"NOSANA_WALLET": KEY}, 3, "is damaged"),
    ({"NOSANA_FEE_PAYER": "/nowhere"}, 3, "no key file"),
]


@pytest.mark.parametrize(("around", "code", "say"), SURROUNDINGS, ids=lambda value: str(value)[:40])
def test_a_bad_surrounding(home: Path, ear: Ear, around: dict[str, str | None], code: int, say: str) -> None:
    environ: dict[str, str | None] = {
        "HOME": str(home),
        "XDG_CONFIG_HOME": str(home),
        "XDG_STATE_HOME": str(home / "state"),
        "NOSANA_WALLET": str(home / "id.json"),
        "NOSANA_RPC_URL": ear.url,
        "NOSANA_NETWORK": "devnet",
    }
    given = {name: value for name, value in around.items() if name != "config"}
    if content := around.get("config"):
        (home / "nosana-chain").mkdir()
        (home / "nosana-chain" / "config.toml").write_text(content)
    before, heard = files(home), ear.heard
    result = CliRunner(env={**environ, **given}).invoke(app, ["stake", "unstake"])
    assert (result.exit_code, result.stdout) == (code, ""), result.output
    assert result.stderr.startswith("error: ")
    assert result.stderr.count("\n") == 1
    assert say in result.stderr
    assert KEY not in result.stderr
    assert (ear.heard, files(home)) == (heard, before)


def test_ports_that_are_taken(ear: Ear) -> None:
    port = ear.url.rpartition(":")[2]
    result = CliRunner().invoke(app, ["demo", "--rpc-port", port])
    assert (result.exit_code, result.stderr.count("\n")) == (3, 1)
    assert port in result.stderr


def test_an_endpoint_that_is_not_there(home: Path) -> None:
    environ = {"HOME": str(home), "NOSANA_WALLET": str(home / "id.json"), "NOSANA_RPC_URL": "http://127.0.0.1:1"}
    result = CliRunner(env={**environ, "NOSANA_NETWORK": "localnet"}).invoke(app, ["stake", "show"])
    assert (result.exit_code, result.stderr.count("\n")) == (5, 1)
    assert "check that it runs" in result.stderr
