"""`job check`: what is wrong and where, what a host would need, for people and for programs."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from harness.command_tree import call

GOOD = """\
version: "0.1"
type: container
meta: {system_requirements: {required_vram: 8, required_cuda: ["12.4"]}}
ops:
  - type: container/run
    id: web
    args:
      image: nginx
      gpu: true
      expose: [80]
      authentication: {docker: {username: me, password: secret, server: registry.example}}
"""
WRONG = """\
{
  "version": "0.1",
  "type": "container",
  "ops": [
    {"type": "container/run", "id": "a", "args": {"image": 5}},
    {"type": "container/run", "id": "b"}
  ]
}
"""


def written(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_text(text)
    return path


def test_a_valid_file_tells_its_cid_and_its_needs(tmp_path: Path) -> None:
    path = written(tmp_path, "job.yaml", GOOD)
    result = call(f"job check {path}")
    assert (result.exit_code, result.stderr) == (0, "")
    lines = result.stdout.splitlines()
    assert f"{path} is valid" in lines
    assert "  vram     required_vram 8 (the dashboard's rule for markets)" in lines
    for told in ("  images   nginx", "  gpu      yes", "  cuda     12.4", "  ports    80"):
        assert told in lines
    assert any(line.startswith(f"{path}:11:") and "mind: $.ops[0]" in line for line in lines)  # the password
    told: dict[str, Any] = json.loads(call(f"job check {path} --output json").stdout)
    assert (told["valid"], told["problems"], told["needs"]["gpu"]) == (True, [], True)
    assert told["cid"].startswith("Qm")
    assert told["remarks"][0]["line"] == 11


@pytest.mark.parametrize("output", ["table", "json"])
def test_a_wrong_file_is_told_line_by_line(tmp_path: Path, output: str) -> None:
    path = written(tmp_path, "job.json", WRONG)
    result = call(f"job check {path} --output {output}")
    assert result.exit_code == 3
    if output == "table":
        assert result.stdout.splitlines() == [
            f"{path}:5:51: $.ops[0].args.image must be text, not a number",
            f"{path}:6:5: $.ops[1].args is missing: an object",
        ]
        assert len(result.stderr.splitlines()) == 1
    else:
        told = json.loads(result.stdout)
        places = [(each["line"], each["column"], each["path"]) for each in told["problems"]]
        assert places == [(5, 51, "$.ops[0].args.image"), (6, 5, "$.ops[1].args")]
        assert (told["valid"], told["cid"], told["needs"]) == (False, None, None)
        assert json.loads(result.stderr)["error"]["code"] == "input.job_definition"
