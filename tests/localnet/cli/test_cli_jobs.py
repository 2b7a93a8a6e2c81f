"""A job's life by the command line: from the file to the verified result, by builder and host."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from harness.command_line import Home, LocalWorld
from stage import CID, PRICE

from nosana_chain.cid import cid_of
from nosana_chain.localnet.ipfs import LocalIpfs

pytestmark = pytest.mark.usefixtures("staked_host")

RESULT = {
    "status": "success",
    "startTime": 1_767_225_600_000,
    "endTime": 1_767_225_660_000,
    "opStates": [
        {
            "operationId": "../../web",
            "status": "success",
            "exitCode": 0,
            "startTime": 1_767_225_600_000,
            "endTime": 1_767_225_630_000,
            "logs": [
                {"type": "stdout", "log": "\x1b]0;owned\x07served\n"},
                {"type": "stderr", "log": "\x1b[31mwarm\n"},
            ],
            "results": {"speed": ["12"]},
        }
    ],
}


@pytest.fixture
def result_file(tmp_path: Path) -> Path:
    path = tmp_path / "result.json"
    path.write_text(json.dumps(RESULT))
    return path


def post(builder: Home, market: str, file: Path | str, more: str = "") -> dict[str, object]:
    found: dict[str, object] = builder.json(f"job post {file} --market {market} --timeout 10m {more}")
    return found


def test_from_the_file_to_the_result(
    builder: Home, host: Home, market: str, job_file: Path, result_file: Path, tmp_path: Path
) -> None:
    quoted = builder.json(f"job quote --market {market} --timeout 10m")
    assert (quoted["deposit_units"], quoted["price_per_hour_units"]) == (600 * PRICE, 3600 * PRICE)
    posted = post(builder, market[:8], job_file)
    job = posted["job"]
    assert posted["deposit_units"] == quoted["deposit_units"]
    shown = builder.json(f"job show {job}")
    assert (shown["state"], shown["position"], shown["refund_units"]) == ("queued", 1, 600 * PRICE)
    [waiting] = [json.loads(line) for line in builder.call(f"market queue {market}").stdout.splitlines()]
    assert (waiting["kind"], waiting["address"], waiting["timeout_seconds"]) == ("job", job, 600)
    assert abs(waiting["since_unix"] - builder.json("job spending")["now_unix"]) < 60
    definition = json.loads(builder.call(f"job definition {job}").stdout)
    assert definition["ops"][0]["args"]["image"] == "nginx"
    service = builder.json(f"job url {job}")
    assert (service["operation"], service["port"]) == ("web", "80")
    assert builder.json(f"job url {job} --file {job_file}") == service

    run = host.json(f"host queue {market}")["run"]
    assert host.json("host runs") | {"run": run, "job": job} == host.json("host runs")
    status = host.json("host status --output json")
    assert (status["state"], status["running"][0]["job"]) == ("works", job)
    assert "works  " in host.call("host status").stdout
    assert builder.json(f"job wait {job} --until running --within 10s")["standing"] == "running"
    builder.call(f"job wait {job} --within 1s", code=4)
    assert builder.json(f"job extend {job} --by 5m")["timeout_seconds"] == 900
    assert builder.json(f"job extend {job} --to 20m --max-nos 0.3")["deposit_units"] == 300 * PRICE

    early = builder.call(f"job results {job}", code=3)
    assert "not done yet" in early.stderr
    finished = host.json(f"host finish {job} {result_file}")
    assert finished["paid_units"] + finished["refunded_units"] == 1200 * PRICE
    assert finished["result_cid"] == cid_of(result_file.read_bytes())
    assert builder.json(f"job wait {job} --within 10s")["result_cid"] == finished["result_cid"]
    told = builder.json(f"job results {job} --artifacts {tmp_path}/out --raw {tmp_path}/raw.json --output json")
    assert (told["status"], told["success"], told["ops"][0]["results"]) == ("success", True, {"speed": ["12"]})
    assert (tmp_path / "raw.json").read_bytes() == result_file.read_bytes()
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == [
        "01-_.._web.log",
        "01-_.._web.results.json",
        "result.json",
    ]
    assert (tmp_path / "out" / "01-_.._web.log").read_text() == "served\nwarm\n"
    for_people = builder.call(f"job results {job}").stdout
    assert f"{finished['result_cid']}, verified" in for_people
    assert "../../web: success, exit code 0, 30s" in for_people
    assert "\x1b" not in for_people
    assert builder.call(f"job results {job} --logs").stdout == "served\nwarm\n"
    assert "did" not in builder.call(f"job results {job} --op nothing", code=4).stdout
    assert builder.call(f"job results {job} --raw {tmp_path}/raw.json", code=3).stderr.endswith("name another one\n")

    assert host.json("host earnings")["paid_units"] >= finished["paid_units"]
    assert host.json("host earnings --since 2000-01-01 --until 2001-01-01")["paid_units"] == 0
    assert builder.json("job spending")["paid_units"] >= finished["paid_units"]
    assert job in builder.call("job list --state done --output csv").stdout
    assert job in builder.call(f"job list --market {market} --host {host.wallet.address}").stdout
    assert builder.call(f"job clean {job}", code=6).stderr.startswith("error: ")


def test_a_result_that_is_something_else_is_refused(builder: Home, host: Home, market: str, job_file: Path) -> None:
    job = post(builder, market, job_file)["job"]
    host.call(f"host queue {market}")
    host.call(f"host finish {job} {cid_of(b'nobody has it')}")
    refused = builder.call(f"job results {job}", code=5)
    assert cid_of(b"nobody has it") in refused.stderr


def test_stopping_giving_up_and_taking_over(builder: Home, host: Home, market: str, result_file: Path) -> None:
    waiting = post(builder, market, "", f"--cid {CID}")["job"]
    assert builder.json(f"job stop {waiting}")["kind"] == "delisted"
    gone = builder.json(f"job wait {waiting} --until gone --within 5s")
    assert gone["standing"] == "delisted"
    late = builder.call(f"job wait {waiting} --within 5s", code=4)
    assert "won't be done any more" in late.stderr
    assert json.loads(late.stdout)["standing"] == "delisted"

    given_up = post(builder, market, "", f"--cid {CID}")["job"]
    host.call(f"host queue {market}")
    host.call(f"host quit {given_up}")
    run = host.json(f"host claim {given_up} --idempotency-key shift-1")["run"]
    assert host.json(f"host claim {given_up} --idempotency-key shift-1")["run"] == run
    host.call(f"host quit {given_up} --run {run}")
    builder.call(f"job recover {given_up}")

    ended = post(builder, market, "", f"--cid {CID}")["job"]
    host.call(f"host queue {market}")
    assert builder.json(f"job stop {ended}")["kind"] == "ended"
    host.call(f"host complete {ended} {result_file}")
    assert builder.json(f"job results {ended} --output json")["success"]


def test_a_host_waits_and_leaves(host: Home, market: str, builder: Home) -> None:
    assert host.json(f"host queue {market}")["run"] is None
    place = host.json(f"host place {market}")
    assert (place["position"], place["waiting"]) == (1, 1)
    assert host.json("host status --output json")["places"][0]["market"] == market
    assert "in " + market in host.call("host status").stdout
    assert market in builder.call("market list --hosts --output csv").stdout
    assert builder.json(f"market queue {market}")["kind"] == "host"
    host.call(f"host leave {market}")
    host.call(f"host place {market}", code=4)
    assert host.call("host runs").stdout == ""
    host.call(f"host queue {market}")
    refused = builder.call(f"market evict {market} {host.wallet.address}", code=6)
    assert "Unauthorized" in refused.stderr or "authority" in refused.stderr
    host.call(f"host leave {market}")


def test_nothing_is_paid_for_what_nobody_could_fetch(
    home: Callable[..., Home], world: LocalWorld, market: str, job_file: Path, ipfs: LocalIpfs
) -> None:
    builder = home("builder")
    before = world.act("builder", lambda client: client.fetch_nos_balance())
    pins = len(ipfs.pins)
    refused = builder.call(f"job post {job_file} --market {market} --timeout 1m", code=3)
    assert "NOSANA_PINATA_JWT" in refused.stderr
    assert "--no-pin" in refused.stderr
    nowhere = home("builder", NOSANA_KUBO_URL="http://127.0.0.1:1")
    assert "not pinned" in nowhere.call(f"job post {job_file} --market {market} --timeout 1m", code=5).stderr
    tried = nowhere.json(f"job post {job_file} --market {market} --timeout 1m --dry-run --output json")
    assert tried["quote"]["deposit_units"] == 60 * PRICE
    assert world.act("builder", lambda client: client.fetch_nos_balance()) == before
    assert len(ipfs.pins) == pins
    told = builder.json(f"job post {job_file} --market {market} --timeout 1m --no-pin --idempotency-key k1")
    again = builder.json(f"job post {job_file} --market {market} --timeout 1m --no-pin --idempotency-key k1")
    assert told["job"] == again["job"]
    assert world.act("builder", lambda client: client.fetch_nos_balance()) == before - 60 * PRICE
    builder.call(f"job stop {told['job']}")


def test_nothing_is_pinned_for_what_would_fail(
    builder: Home, host: Home, market: str, result_file: Path, ipfs: LocalIpfs
) -> None:
    job = post(builder, market, "", f"--cid {CID}")["job"]
    result_file.write_text('{"status": "failed"}')
    assert "nobody runs job" in host.call(f"host finish {job} {result_file}", code=3).stderr
    host.call(f"host complete {job} {result_file}", code=6)
    assert cid_of(result_file.read_bytes()) not in ipfs.pins
    builder.call(f"job stop {job}")


def test_an_unsigned_post_is_pinned(builder: Home, market: str, tmp_path: Path, ipfs: LocalIpfs) -> None:
    path = tmp_path / "job.json"
    path.write_text(
        '{"version":"0.1","type":"container","ops":[{"type":"container/run","id":"u","args":{"image":"u"}}]}'
    )
    line = f"job post {path} --market {market} --timeout 1m --unsigned --signer {builder.wallet.address} --output json"
    assert builder.json(line)["transaction"]
    assert cid_of(path.read_bytes()) in ipfs.pins


def test_somebody_else_pays_the_deposit(
    home: Callable[..., Home], builder: Home, world: LocalWorld, market: str, tmp_path: Path
) -> None:
    home("staker").environ  # noqa: B018  writes the key file
    before = world.act("staker", lambda client: client.fetch_nos_balance())
    posted = post(builder, market, "", f"--cid {CID} --payer {tmp_path}/staker.json")
    assert before - world.act("staker", lambda client: client.fetch_nos_balance()) == 600 * PRICE
    assert builder.json(f"job show {posted['job']}")["payer"] == str(home("staker").wallet.address)
    builder.call(f"job stop {posted['job']}")
    assert before == world.act("staker", lambda client: client.fetch_nos_balance())


def test_more_than_max_nos_is_not_paid(builder: Home, market: str) -> None:
    refused = builder.call(f"job post --cid {CID} --market {market} --timeout 10m --max-nos 0.5", code=3)
    assert "it takes 0.600000 NOS" in refused.stderr
    assert "nothing was signed" in refused.stderr


def test_admins_evict_and_clean(
    home: Callable[..., Home], builder: Home, host: Home, market: str, world: LocalWorld
) -> None:
    admin = home("authority")
    job = post(builder, market, "", f"--cid {CID}")["job"]
    host.call(f"host queue {market}")
    admin.call(f"host evict {job}")
    assert builder.json(f"job show {job}")["state"] == "stranded"
    assert "stranded" in builder.call(f"job wait {job} --within 5s", code=4).stderr
    assert "admin" in builder.call(f"job clean {job} --as-admin", code=6).stderr.lower()
    admin.call(f"job clean {job} --as-admin")
    builder.call(f"job show {job}", code=4)
