"""What `check` tells of a job file: where, what was meant, and what will not do what it looks like."""

from pathlib import Path
from typing import Any

import pytest

from nosana_chain.errors import ConfigError, InputError, JobDefinitionError, JobFileError
from nosana_chain.job_definition import EXAMPLE_JOB, make_job_definition, read_job_definition
from nosana_chain.job_definition.check import MAX_PROBLEMS, JobCheck, check_job_definition, check_job_value

RUN: dict[str, Any] = {"type": "container/run", "id": "one", "args": {"image": "a"}}


SPREAD = """{"version": "0.1", "type": "container", "ops": [
  {"type": "container/run", "id": "a", "args": {"image": "x", "expose": [PORTS]}}]}"""
LOGS = """{"version": "0.1", "type": "container", "ops": [{"type": "container/run", "id": "a", "args": {"image": "x"},
  "results": {"r": {"regex": "x", "logType": [TYPES]}}}]}"""
CHECKED = """{"port": 80, "health_checks": [{"type": "http", "path": "/", "method": "POST", "expected_status": 200,
  "continuous": true, "body": BODY}]}"""


def job(*ops: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"version": "0.1", "type": "container", **more, "ops": [*ops]}


def run(name: str = "one", /, **args: Any) -> dict[str, Any]:
    return {"type": "container/run", "id": name, "args": {"image": "a", **args}}


def told(check: JobCheck) -> list[str]:
    return [str(problem) for problem in check.problems]


def check_text(folder: Path, text: str, name: str = "job.json") -> JobCheck:
    path = folder / name
    path.write_text(text, newline="")
    return check_job_definition(path)


def test_the_example_is_valid_and_pinned_as_it_is() -> None:
    check = check_job_definition(EXAMPLE_JOB)
    assert (check.problems, check.remarks, check.refused_by_hosts, check.refused_by_published) == ((), (), (), ())
    assert check.require_valid() == read_job_definition(EXAMPLE_JOB)


def test_a_problem_points_at_its_line_and_column(tmp_path: Path) -> None:
    text = """{
  "version": "0.1", "type": "container",
  "ops": [
    {"type": "container/run", "id": "a}]{[\\"", "args": {
        "image": "x", "imag": "y",
        "expose": [80, {"port": 80}]}, "results": {"a b": 7}}
  ]
}"""
    assert told(check_text(tmp_path, text)) == [
        (
            "line 5, column 23: $.ops[0].args.imag is no key that container/run has; the known ones are image, cmd, "
            "gpu, expose, env, entrypoint, work_dir, volumes, resources, private, aliases, restart_policy, "
            "authentication"
        ),
        "line 6, column 24: $.ops[0].args.expose[1] is port 80 again, which $.ops[0].args.expose[0] is already",
        'line 6, column 52: $.ops[0].results["a b"] must be a regular expression, or an object with one, not a number',
    ]


@pytest.mark.parametrize(
    ("wrong", "hint"),
    [
        ({"imagee": "b"}, None),  # image is there: it can't be what was meant
        ({"Expose": 80}, 'did you mean "expose"?'),
        ({"enviroment": {}}, "the known ones are"),
        ({"restart_policy": "allways"}, 'did you mean "always"?'),
        ({"authentication": {"docker": {"pasword": "x"}}}, 'did you mean "password"?'),
    ],
)
def test_what_was_meant(wrong: dict[str, Any], hint: str | None) -> None:
    [problem] = told(check_job_value(job(run(**wrong))))
    assert (hint or "the known ones are") in problem


def test_an_invalid_definition_is_not_to_be_had(tmp_path: Path) -> None:
    check = check_text(tmp_path, '{"version": "0.2", "type": 1, "ops": [{}], "x": 1}')
    assert check.definition is None
    assert check.needs is None
    with pytest.raises(JobDefinitionError, match=r"job\.json' is not valid: line 1.*; and 3 more") as caught:
        check.require_valid()
    assert len(caught.value.problems) == 6
    assert caught.value.code == "input.job_definition"


def test_no_value_is_repeated_but_words() -> None:
    secret = {"docker": {"password": ["hunter2"], "hunter3": 1}}
    assert "hunter2" not in "".join(told(check_job_value(job(run(authentication=secret)))))


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ('{"ops": [\n  {},,]}', (2, 6)),
        ('{"ops": [],\n "a": {"b": 1,\n  "b": 2}}', (3, 3)),
    ],
)
def test_broken_json_is_told_with_its_place(tmp_path: Path, text: str, place: tuple[int, int]) -> None:
    with pytest.raises(JobFileError) as caught:
        check_text(tmp_path, text)
    assert (caught.value.line, caught.value.column) == place
    assert f"line {place[0]}, column {place[1]}" in caught.value.message


def test_a_deep_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(JobFileError, match="nested too deeply"):
        check_text(tmp_path, "[" * 100_000)


@pytest.mark.parametrize(
    ("ops", "remark"),
    [
        ([run(env={"A": '{"b": 1}'})], "$.ops[0].args.env.A reads as JSON"),
        ([run(cmd=["run", " [1]"])], "$.ops[0].args.cmd[1] reads as JSON"),
        ([run(expose={"port": 80})], "$.ops[0].args.expose is a lone object"),
        ([run(expose=[1, 70000])], "$.ops[0].args.expose[1] is port 70000"),
        ([run(cmd="%%globals.variables.A%%")], "hosts leave as it is"),
        ([run(authentication={"docker": {"password": "p"}})], "authentication.docker.password is pinned to IPFS"),
        ([run(resources=[{"type": "S3", "target": "/a"}])], "names nothing to fetch"),
        ([run(resources=[{"type": "HF", "target": "/", "repo": "r", "accessToken": "t"}])], "accessToken is pinned"),
        ([{**RUN, "execution": {"depends_on": ["gone"]}}], "names no operation of this job: 'gone'"),
        ([RUN, {**run("two"), "execution": {"depends_on": ["one"]}}], "is in another group ($.ops[0])"),
        ([{**RUN, "type": "container/create-volume"}], "are not those of container/create-volume"),
    ],
)
def test_what_is_valid_and_will_not_do_what_it_looks_like(ops: list[dict[str, Any]], remark: str) -> None:
    check = check_job_value(job(*ops))
    assert check.is_valid
    [found] = map(str, check.remarks)
    assert remark in found


def test_groups_that_run_together_may_depend_on_each_other() -> None:
    group = {"execution": {"group": "g"}}
    second = {**run("two"), "execution": {"group": "g", "depends_on": ["one"]}}
    assert check_job_value(job({**RUN, **group}, second)).remarks == ()


def test_what_a_host_must_bring() -> None:
    volume = {"type": "container/create-volume", "id": "v", "args": {"name": "models"}}
    web = run(
        "web",
        gpu=True,
        expose=[8080, {"port": 9000, "type": "web"}, "%%ops.one.results.p%%", {"__spread__": "%%ops.one.results.q%%"}],
        private=True,
        volumes=[{"name": "models", "dest": "/m"}],
        resources=[
            {"type": "HF", "target": "/m", "repo": "acme/tiny"},
            {"type": "S3", "target": "/d", "buckets": [{"url": "https://a"}, {"url": "https://b"}]},
            "__remove-if-empty__",
        ],
        authentication={"docker": {"server": "registry.acme", "username": "u", "password": "p"}},
    )
    meta = {"system_requirements": {"vram_total_mb": "24000", "required_cuda": ["12.4"], "required_vram": 24}}
    needs = check_job_value(job(RUN, volume, web, meta=meta, ssh={"public_keys": ["k"]})).needs
    assert needs is not None
    assert (needs.images, needs.gpu, needs.vram_mb, needs.required_vram, needs.cuda) == (
        *(("a",), True, 24000, 24),
        ("12.4",),
    )
    assert needs.ports == ("8080", "9000", "%%ops.one.results.p%%", "%%ops.one.results.q%%")
    assert (needs.volumes, needs.has_private_services, needs.ssh_keys) == (("models",), True, 1)
    assert needs.resources == ("HF acme/tiny", "S3 https://a https://b")
    assert (needs.registries, needs.is_confidential) == (("registry.acme",), False)


def test_a_global_gpu_counts() -> None:
    needs = check_job_value(job(RUN, **{"global": {"gpu": True}})).needs
    assert needs is not None
    assert needs.gpu


@pytest.mark.timeout(20)
@pytest.mark.parametrize(
    ("text", "problems"),
    [
        ('{"version": "0.1", "type": "container", "ops": [\n' + ",\n".join(["{}"] * 100_000) + "]}", MAX_PROBLEMS),
        (SPREAD.replace("PORTS", ",".join(map(str, range(1, 60_000)))), 0),
        (SPREAD.replace("PORTS", ",".join(["80"] * 200_000)), MAX_PROBLEMS),
        (LOGS.replace("TYPES", ",".join(['"stdin"'] * 50_000)), MAX_PROBLEMS),
        (SPREAD.replace("PORTS", CHECKED.replace("BODY", "[" * 800 + "]" * 800)), 0),
    ],
)
def test_large_and_deep_files_are_checked_in_no_time(tmp_path: Path, text: str, problems: int) -> None:
    assert len(check_text(tmp_path, text).problems) == problems


def test_a_definition_made_by_a_program() -> None:
    made = make_job_definition(job(RUN))
    assert made.content.startswith(b'{"version":"0.1","type":"container","ops":[{"type":"container/run","id":"one",')
    assert made.path is None
    assert check_job_value(job(RUN)).require_valid() == made
    with pytest.raises(JobFileError, match="no operations"):
        make_job_definition(job())
    with pytest.raises(JobFileError, match="larger than"):
        make_job_definition(job(run(cmd="x" * 2**20)))
    with pytest.raises(InputError, match="holds no set"):
        make_job_definition(job(run(cmd={"x"})))


def test_yaml_without_its_library_says_what_to_install(tmp_path: Path, blocked_yaml: None) -> None:
    with pytest.raises(ConfigError, match=r"pip install 'nosana-chain\[yaml\]'"):
        check_text(tmp_path, "a: 1", "job.yaml")


@pytest.fixture
def blocked_yaml(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "yaml", None)  # as Python itself marks what can't be imported
