"""The examples of `market`, `job` and `host` likewise, on a local network with a market and a job in their place."""

from __future__ import annotations

from pathlib import Path

import pytest
from harness.command_line import Home, LocalWorld
from harness.command_tree import examples
from harness.forked_command import ForkedCommands

from nosana_chain.cli.nouns.host import HOST, JOB
from nosana_chain.job_definition import EXAMPLE_JOB, read_job_definition
from nosana_chain.localnet.ipfs import LocalIpfs

NOUNS = ("market", "job", "host")
#: What goes on until Ctrl-C, or has tests of its own.
LIVE = ("market watch", "job watch", "job keep", "host watch", "host status --follow")
#: By their beginning: how those end that a fresh job, an empty market and an unstaked builder don't allow.
CODES = {
    "market update": 6,  # another one's market
    "market close 97G9 --force": 6,
    "market close": 3,  # jobs wait there
    "market evict": 6,
    "job wait": 4,
    "job recover": 3,
    "job clean": 6,
    "job results": 3,
    f"job url {JOB} --from-host": 3,  # nobody runs it
    "job send": 3,
    "job follow": 3,
    "host info": 5,
    "host queue": 4,  # no stake
    "host leave": 6,
    "host place": 4,
    "host finish": 3,
    "host quit": 3,
    "host claim": 4,
    "host complete": 6,
    "host evict": 3,
}


def lines() -> list[str]:
    found = sorted({example.removeprefix("nosana-chain ") for example in examples()})
    return [line for line in found if line.split()[0] in NOUNS and not line.startswith(LIVE)]


@pytest.fixture
def files(tmp_path: Path) -> None:
    """What lies in the builder's folder."""
    (tmp_path / "job.json").write_bytes(EXAMPLE_JOB.read_bytes())
    (tmp_path / "job.yaml").write_bytes(EXAMPLE_JOB.read_bytes())  # JSON is YAML
    (tmp_path / "result.json").write_text('{"status": "success"}')


@pytest.fixture(scope="module")
def waiting(world: LocalWorld, ipfs: LocalIpfs, market: str) -> str:
    """A job that waits, for all but those who take it back."""
    definition = read_job_definition(EXAMPLE_JOB)
    ipfs.add(definition.content)
    posted = world.act(
        "builder", lambda client: client.jobs.post_job(market, definition_cid=definition.cid, timeout=600)
    )
    return str(posted.job)


@pytest.mark.usefixtures("files")
@pytest.mark.parametrize("where", ["pipe", "terminal"])
@pytest.mark.parametrize("line", lines())
def test_an_example(builder: Home, processes: ForkedCommands, market: str, waiting: str, line: str, where: str) -> None:
    code = next((code for start, code in CODES.items() if line.startswith(start)), 0)
    if line.startswith(("job stop", "job extend")):  # one of its own
        waiting = builder.json(f"job post {builder.folder / 'job.json'} --market {market} --timeout 10m")["job"]
    line = line.replace(JOB, waiting)
    line = line.replace("nvidia-4090", market).replace("97G9", market[:10])
    line = line.replace("--within 3h", "--within 1s").replace(
        f"info {HOST}", f"info {HOST} --host-url http://127.0.0.1:1"
    )
    if "--output json" not in line:
        line += " --output table"
    ended = builder.forked(processes, line, where)
    assert ended.code == code, ended
    assert "unexpected" not in ended.stdout + ended.stderr
