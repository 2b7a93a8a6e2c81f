"""Bad calls of `market`, `job` and `host`: an exit code, one line that helps, and nothing is asked of anybody.

The network that the calls are given has no endpoint: a call that asked it would end with 5.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import Result
from harness.command_tree import call

from nosana_chain.wallet import Wallet

HERE = "nosXBVoaCTtYdLvKY6Csb4AC8JCdQKKAaWYtx2ZMoo7"
CID = "QmYwAPJzv5CZsnA625s3Xf2nemtYgPpHdWEz79ojWnPbdG"
POST = f"job post --cid {CID} --market {HERE} --timeout 10m"

#: Line, exit code, part of what is said.
CALLS = [
    # ---- market
    ("market show", 2, "missing argument 'MARKET'"),
    ("market show ab", 2, "'ab' is no market: give its address, the first letters of it (4 or more), or a name"),
    ("market show 'no such thing'", 2, "is no market"),
    ("market show O0Il", 2, "is no market"),
    (f"market show {HERE}x", 2, "which is no address"),
    ("market show " + "z" * 90, 2, "has 90 characters and is no address"),
    ("market show ''", 2, "is no market"),
    (f"market show {HERE} {HERE}", 2, "unexpected extra argument"),
    ("market list --authority me", 2, "is 'me', which is no address"),
    (f"market queue {HERE} --history -1", 2, "-1 is not in the range 0<=x<=1000"),
    (f"market queue {HERE} --history many", 2, "'many' is not a valid integer"),
    ("market open", 2, "a market needs a price"),
    ("market open --price 1 --price-per-hour 3600", 2, "exclude each other"),
    ("market open --price-per-hour 1", 3, "the nearest are 0.997200 or 1.000800"),
    ("market open --price 0.0000001", 2, "NOS has 6"),
    ("market open --price -1", 2, "not an amount of NOS"),
    ("market open --price 1e3", 2, "not an amount of NOS"),
    ("market open --price 99999999999999999999", 2, "must be from 0"),
    ("market open --price 1 --timeout soon", 2, "'soon' is not a duration"),
    ("market open --price 1 --expiration 1y", 2, "not a duration"),
    ("market open --price 1 --type huge", 2, "'huge' is not one of 'default', 'small'"),
    ("market open --price 1 --access-key nobody", 2, "which is no address"),
    (f"market update {HERE}", 2, "nothing is to be changed; say what"),
    (f"market update {HERE} --access-key {HERE} --no-access-key", 2, "exclude each other"),
    (f"market update {HERE} --price 1 --price-per-hour 1", 2, "exclude each other"),
    (f"market close {HERE} --force=yes", 2, "does not take a value"),
    (f"market close {HERE} --dry-run --unsigned", 2, "exclude each other"),
    (f"market evict {HERE}", 2, "missing argument 'HOST'"),
    (f"market evict {HERE} somebody", 2, "which is no address"),
    ("market audit", 2, "missing argument 'MARKET'"),
    ("market wach", 2, "did you mean 'watch'"),
    ("market watch", 2, "missing argument 'MARKET'"),
    # ---- job
    ("job check", 2, "missing argument 'FILE'"),
    ("job check nowhere.json", 3, "'nowhere.json' can't be read: No such file or directory"),
    ("job check .", 3, "can't be read"),
    ("job check bad.json", 3, "is not JSON"),
    ("job check empty.json", 3, "is empty"),
    ("job check mark.json", 3, "byte order mark"),
    ("job check large.json", 3, "larger than 1048576 bytes"),
    ("job check infinite.json", 3, "beyond JSON's numbers"),
    ("job check deep.json", 3, "nested too deeply"),
    ("job check bad.yaml", 3, "is not YAML that can be used"),
    ("job quote --market nvidia-4090", 2, "missing option '--timeout'"),
    ("job quote --timeout 1h", 2, "missing option '--market'"),
    (f"job quote --market {HERE} --timeout 0", 2, "it must be more than 0"),
    (f"job quote --market {HERE} --timeout -1h", 2, "not a duration"),
    (f"job post --market {HERE} --timeout 1h", 2, "give either a FILE with the job's definition, or --cid"),
    (f"job post good.json --cid {CID} --market {HERE} --timeout 1h", 2, "give either a FILE"),
    ("job post good.json --timeout 1h", 2, "missing option '--market'"),
    (f"job post good.json --market {HERE}", 2, "missing option '--timeout'"),
    (f"job post good.json --market {HERE} --timeout 1h", 3, "nothing pins 'good.json', so nobody could fetch it"),
    (f"job post wrong.json --market {HERE} --timeout 1h", 3, "line 1, column 44: $.ops[0].args is missing"),
    (f"job post bad.json --market {HERE} --timeout 1h", 3, "is not JSON"),
    (f"job post nowhere.json --market {HERE} --timeout 1h", 3, "can't be read"),
    (f"job post --cid Qm --market {HERE} --timeout 1h", 3, "CIDv0"),
    (f"job post --cid bafybeigdyrzt5sfp7udm7hu76uh7y26nf3 --market {HERE} --timeout 1h", 3, "CIDv0"),
    (f"{POST} --host nobody", 2, "which is no address"),
    (f"{POST} --max-nos 0", 2, "it must be more than 0"),
    (f"{POST} --max-nos 1.5.5", 2, "not an amount of NOS"),
    (f"{POST} --dry-run --unsigned", 2, "exclude each other"),
    (f"{POST} --signer {HERE}", 2, "--signer goes with --unsigned or --dry-run"),
    (f"{POST} --nonce {HERE}", 2, "--nonce goes with --unsigned"),
    (f"{POST} --wait forever", 2, "'forever' is not one of 'confirmed', 'finalized'"),
    (f"{POST} --payer nowhere.json", 3, "nowhere.json"),
    (f"{POST} --fee-payer nowhere.json", 3, "nowhere.json"),
    (f"{POST} --keypair nowhere.json", 3, "nowhere.json"),
    (f"{POST} --keypair shared.json", 3, "other users may access the key file"),
    (f"{POST} --confidential", 2, "what --cid names is public already"),
    (f"job send {HERE}", 2, "missing argument 'FILE'"),
    (f"job send {HERE} wrong.json", 3, "$.ops[0].args is missing"),
    (f"job send {HERE} good.json --within 0", 2, "it must be more than 0"),
    (f"job results {HERE} --from-host --raw new.json", 2, "--raw goes with what is on IPFS"),
    ("job follow", 2, "missing argument 'JOB'"),
    ("host info", 2, "missing argument 'HOST'"),
    (f"host info {HERE} --host-url ftp://x", 3, "must begin with https:// or http://"),
    (f"host info {HERE} --host-url http://127.0.0.1:1", 5, "127.0.0.1:1"),
    ("job list --state finished", 2, "'finished' is not one of 'queued', 'running', 'done', 'stopped'"),
    ("job list --project me", 2, "which is no address"),
    ("job show", 2, "missing argument 'JOB'"),
    (f"job show {CID}", 2, "has 46 characters and is no address"),
    (f"job watch {HERE} --market {HERE}", 2, "a JOB is watched alone"),
    (f"job wait {HERE}", 2, "missing option '--within'"),
    (f"job wait {HERE} --within 1h --until finished", 2, "'finished' is not one of"),
    (f"job wait {HERE} --within 0s", 2, "it must be more than 0"),
    (f"job extend {HERE}", 2, "give either --by or --to"),
    (f"job extend {HERE} --by 1h --to 2h", 2, "give either --by or --to"),
    (f"job extend {HERE} --by 0", 2, "it must be more than 0"),
    ("job stop", 2, "missing argument 'JOB'"),
    (f"job recover {HERE} --to me", 2, "which is no address"),
    (f"job clean {HERE} --as-amdin", 2, "did you mean '--as-admin'"),
    (f"job results {HERE} --raw good.json", 3, "is there already; name another one"),
    (f"job results {HERE} --artifacts .", 3, "is there already"),
    (f"job results {HERE} --gateway ftp://example", 3, "must begin with https:// or http://"),
    (f"job url {HERE} --file wrong.json", 3, "line 1, column 44: $.ops[0].args is missing"),
    ("job spending --since yesterday", 2, "'yesterday' is no moment"),
    # ---- host
    ("host status --host me", 2, "which is no address"),
    ("host status --keypair nowhere.json", 3, "nowhere.json"),
    ("host queue", 2, "missing argument 'MARKET'"),
    (f"host queue {HERE} --access-mint {HERE}", 2, "--access-account and --access-mint go together"),
    (f"host queue {HERE} --access-account x --access-mint {HERE}", 2, "which is no address"),
    ("host leave ??", 2, "is no market"),
    (f"host finish {HERE}", 2, "missing argument 'RESULT'"),
    (f"host finish {HERE} nowhere.json", 3, "'nowhere.json' is neither a file nor a CIDv0"),
    (f"host finish {HERE} sparse.json", 3, "'sparse.json' is larger than 67108864 bytes"),
    (f"host finish {HERE} good.json", 3, "nothing pins 'good.json'"),
    (f"host finish {HERE} {CID} --to me", 2, "which is no address"),
    (f"host finish {HERE} {CID} --run 12", 2, "which is no address"),
    (f"host complete {HERE} {CID[:-1]}", 3, "is neither a file nor a CIDv0"),
    ("host quit", 2, "missing argument 'JOB'"),
    (f"host claim {HERE} --access-account {HERE}", 2, "go together"),
    ("host earnings --until 31.12.2026", 2, "is no moment"),
    ("host evict not-a-job", 2, "which is no address"),
    ("host plce nvidia-4090", 2, "did you mean 'place'"),
]

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
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("bad")
    for name, text in FILES.items():
        (folder / name).write_text(text, encoding="utf-8")
    with (folder / "sparse.json").open("wb") as file:
        file.truncate(64 * 1024 * 1024 + 1)
    keypair = Wallet.from_seed(bytes(32))._keypair.reveal().to_json()  # noqa: SLF001  a test's own key
    for name, mode in (("id.json", 0o600), ("shared.json", 0o644)):
        (folder / name).write_text(keypair)
        (folder / name).chmod(mode)
    return folder


def called(line: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Result:
    monkeypatch.chdir(folder)
    nowhere = {"NOSANA_NETWORK": "devnet", "NOSANA_RPC_URL": "http://127.0.0.1:1", "HOME": str(folder)}
    nobody = {
        "NOSANA_PINATA_JWT": "",
        "NOSANA_PINATA_JWT_FILE": "",
        "NOSANA_KUBO_URL": "",
        "XDG_STATE_HOME": str(folder),
    }
    return call(line, NOSANA_WALLET=str(folder / "id.json"), **nowhere, **nobody)


@pytest.mark.parametrize(
    ("line", "code", "told"), CALLS, ids=[f"{number} {line[:60]}" for number, (line, *_) in enumerate(CALLS)]
)
def test_a_bad_call_ends_with_a_line_that_helps(
    line: str, code: int, told: str, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = {path: path.stat().st_mtime_ns for path in folder.rglob("*")}
    result = called(line, folder, monkeypatch)
    assert (result.exit_code, told in result.stderr) == (code, True), result.output
    assert result.stderr.startswith("error: ")
    assert len(result.stderr.splitlines()) == 1, result.stderr
    assert len(result.stderr) < 700
    assert result.stdout == ""
    assert {path: path.stat().st_mtime_ns for path in folder.rglob("*")} == before


def test_programs_get_the_same_as_json(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    result = called(f"job extend {HERE} --output json", folder, monkeypatch)
    assert json.loads(result.stderr)["error"]["message"].startswith("give either --by or --to")


def test_the_table_is_as_long_as_it_should_be() -> None:
    assert len({line for line, *_ in CALLS}) == len(CALLS) >= 60
