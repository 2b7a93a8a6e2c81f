"""Job files in YAML: what they mean, where things stand, and what is refused."""

import json
from pathlib import Path
from typing import Any

import pytest

from nosana_chain.errors import JobFileError
from nosana_chain.job_definition import EXAMPLE_JOB
from nosana_chain.job_definition.check import JobCheck, check_job_definition
from nosana_chain.job_definition.yaml_reading import MAX_DEPTH, read_yaml


def check(folder: Path, text: str) -> JobCheck:
    path = folder / "job.yaml"
    path.write_text(text)
    return check_job_definition(path)


JOB = """# a comment
version: "0.1"
type: container
ops:
- type: container/run
  id: web
  args:
    image: nginx:1.27
    restart_policy: no
    cmd: |
      echo hello
      nginx
    env: &env
      TIME: 22:22
      ON: on
    expose: [80, 0x1F90, 1e4]
- type: container/run
  id: other
  args: {image: busybox, env: *env, gpu: true}
"""


def test_a_file_becomes_the_json_that_javascript_would_write(tmp_path: Path) -> None:
    definition = check(tmp_path, JOB).require_valid()
    assert definition.content.decode() == (
        '{"version":"0.1","type":"container","ops":['
        '{"type":"container/run","id":"web","args":{"image":"nginx:1.27",'
        '"restart_policy":"no","cmd":"echo hello\\nnginx\\n","env":{"TIME":"22:22","ON":"on"},'
        '"expose":[80,8080,10000]}},'
        '{"type":"container/run","id":"other","args":{"image":"busybox","env":{"TIME":"22:22","ON":"on"},"gpu":true}}]}'
    )


def test_json_is_yaml_too() -> None:
    assert read_yaml(EXAMPLE_JOB.read_text())[0] == json.loads(EXAMPLE_JOB.read_text())


def test_a_problem_points_into_the_yaml(tmp_path: Path) -> None:
    text = JOB.replace("image: nginx", "imige: nginx").replace('"0.1"', "0.1").replace("{image", "{privat: 1, image")
    assert [str(problem).split(";")[0] for problem in check(tmp_path, text).problems] == [
        'line 2, column 1: $.version must be "0.1", not a number',
        "line 8, column 5: $.ops[0].args.imige is no key that container/run has",
        "line 7, column 3: $.ops[0].args.image is missing: text",
        "line 19, column 10: $.ops[1].args.privat is no key that container/run has",
    ]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("[~, null, Null, '', \"\"]", [None, None, None, "", ""]),
        ("a:", {"a": None}),
        ("[true, True, yes, no, on, off, y]", [True, True, "yes", "no", "on", "off", "y"]),
        ("[1, -2, +3, 0o17, 0xff, 1_000, 0b1]", [1, -2, 3, 15, 255, "1_000", "0b1"]),
        ("[1.5, .5, 1., 1e3, -1.5E-3, 1.2.3]", [1.5, 0.5, 1.0, 1000.0, -0.0015, "1.2.3"]),
        ("[2026-01-01, '1', \"2\", !!str 3, !!int 4, 22:22:22]", ["2026-01-01", "1", "2", "3", 4, "22:22:22"]),
        ("{80: web}", {"80": "web"}),
        ("[&a [1], *a, &b x, *b]", [[1], [1], "x", "x"]),
        ("", None),
    ],
)
def test_what_plain_values_mean(text: str, value: Any) -> None:
    assert read_yaml(text)[0] == value


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("a: 1\nb: 2\na: 3", r"the key 'a' is there twice; remove one \(line 3, column 1\)"),
        ("a: &x {b: *x}", r"the alias \*x names nothing before it \(line 1, column 11\)"),
        ("base: &b {a: 1}\nc: {<<: *b}", r"merge keys \('<<'\) are not read; write the keys out \(line 2, column 5\)"),
        ("a: !!python/object:os.system {}", "the tag .* is not read"),
        ("a: !mine b", "the tag '!mine' is not read"),
        ("a: !!int b", "doesn't fit the value"),
        ("a: 0123", "read as a number by some"),
        ("a: .inf", "read as a number by some"),
        ("a: 1e999", "beyond JSON's numbers"),
        ("a: " + "9" * 400, "beyond JSON's"),
        ("true: a", "the key 'true' is no text; put it in quotes"),
        ("? [a]\n: b", "a key must be a text"),
        ("&k a: 1\n*k : 2", "an alias can't be a key"),
        ("a: 1\n---\nb: 2", "there is a second document"),
        ("a: [1\nb: 2", "line 2"),
        ("a:\n\t- b", "line 2, column 1"),
        ("a: \x01", "not YAML that can be used"),
        ("[" * (MAX_DEPTH + 1), "nested too deeply"),
        ("\n".join(f"{'  ' * depth}a:" for depth in range(MAX_DEPTH + 1)) + " b", "nested too deeply"),
        ("\ufeffa: 1", "byte order mark"),
    ],
)
def test_what_is_refused(tmp_path: Path, text: str, reason: str) -> None:
    with pytest.raises(JobFileError, match=reason) as caught:
        check(tmp_path, text)
    assert len(caught.value.message.splitlines()) == 1


@pytest.mark.timeout(10)
def test_a_few_lines_that_mean_billions_are_refused(tmp_path: Path) -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 12)]
    with pytest.raises(JobFileError, match="more than 200000 values, aliases written out"):
        check(tmp_path, "\n".join(lines))
