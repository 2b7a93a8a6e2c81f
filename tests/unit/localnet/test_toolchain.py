"""Finding Node.js and Surfpool, and installing Surfpool: with programs of the tests' own under their names."""

import json
import os
import shutil
import stat
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from nosana_chain.errors import MissingDependencyError
from nosana_chain.localnet import surfpool_package
from nosana_chain.localnet.surfpool_package import SURFPOOL_VERSION, surfpool_build
from nosana_chain.localnet.toolchain import find_toolchain

BUILD = surfpool_build()
MODULE = f"surfpool-sdk.{BUILD}.node"
NPM_THAT_INSTALLS = f"""
sleep 0.2
mkdir -p node_modules/@solana/surfpool-{BUILD}
echo module > node_modules/@solana/surfpool-{BUILD}/{MODULE}
echo package > node_modules/@solana/surfpool-{BUILD}/package.json
"""


@pytest.fixture
def programs(tmp_path: Path) -> Path:
    """A folder to put in PATH, with a `node` that tells a version and nothing else."""
    folder = tmp_path / "programs"
    folder.mkdir()
    write_program(folder, "node", "echo v20.20.2")
    return folder


@pytest.fixture
def environment(programs: Path, tmp_path: Path) -> dict[str, str]:
    return {"PATH": f"{programs}:/usr/bin:/bin", "XDG_CACHE_HOME": str(tmp_path / "cache")}


def write_program(folder: Path, name: str, body: str) -> None:
    program = folder / name
    program.write_text(f"#!/bin/sh\n{body}\n")
    program.chmod(0o755)


def installed_in(cache: Path) -> Path:
    return cache / "nosana-chain" / "surfpool" / SURFPOOL_VERSION


@pytest.fixture(params=[0o000, 0o022, 0o077])
def umask(request: pytest.FixtureRequest) -> Iterator[None]:
    before = os.umask(request.param)
    yield
    os.umask(before)


@pytest.mark.parametrize("path", ["", "/nowhere"])
def test_without_node_it_says_what_to_install(path: str) -> None:
    with pytest.raises(MissingDependencyError, match=r"needs Node\.js: install Node\.js 18 or later"):
        find_toolchain({"PATH": path})


def test_an_old_node_is_named_with_its_version(programs: Path, environment: dict[str, str]) -> None:
    write_program(programs, "node", "echo v16.20.0")

    with pytest.raises(MissingDependencyError, match=r"is Node\.js 16: install Node\.js 18 or later"):
        find_toolchain(environment)


@pytest.mark.parametrize("body", ["exit 1", "echo node"])
def test_a_node_that_does_not_run_is_no_node(body: str, programs: Path, environment: dict[str, str]) -> None:
    write_program(programs, "node", body)

    with pytest.raises(MissingDependencyError, match="does not run"):
        find_toolchain(environment)


@pytest.mark.parametrize("platform", [("linux", "aarch64"), ("win32", "AMD64")])
def test_a_platform_without_a_build_is_told_which_have_one(platform: tuple[str, str]) -> None:
    with pytest.raises(MissingDependencyError, match="the local network runs on darwin arm64"):
        surfpool_build(*platform)


def test_a_chosen_folder_without_the_module_is_refused(environment: dict[str, str], tmp_path: Path) -> None:
    with pytest.raises(MissingDependencyError, match=f"where there is no {MODULE}"):
        find_toolchain({**environment, "NOSANA_SURFPOOL_DIR": str(tmp_path)})


def test_without_npm_it_says_so(programs: Path, environment: dict[str, str]) -> None:
    with pytest.raises(MissingDependencyError, match="npm, which comes with Node"):
        find_toolchain({**environment, "PATH": str(programs)})


def test_an_npm_that_installs_nothing_is_quoted(programs: Path, environment: dict[str, str]) -> None:
    write_program(programs, "npm", "echo fetch failed; echo up to date")

    with pytest.raises(MissingDependencyError, match=r"npm ping.*npm said: fetch failed$"):
        find_toolchain(environment)


def test_a_failed_installation_leaves_nothing_behind(
    programs: Path, environment: dict[str, str], tmp_path: Path
) -> None:
    write_program(programs, "npm", "exit 1")

    with pytest.raises(MissingDependencyError):
        find_toolchain(environment)

    assert list(installed_in(tmp_path / "cache").parent.iterdir()) == []


def test_a_cache_that_can_not_be_written_is_named(programs: Path, environment: dict[str, str], tmp_path: Path) -> None:
    write_program(programs, "npm", NPM_THAT_INSTALLS)
    (tmp_path / "cache").write_text("not a folder")

    with pytest.raises(MissingDependencyError, match="can't install Surfpool in"):
        find_toolchain(environment)


def test_without_any_folder_of_the_user_it_asks_for_one(environment: dict[str, str]) -> None:
    for folders in ({}, {"XDG_CACHE_HOME": "relative"}):
        with pytest.raises(MissingDependencyError, match="set HOME, XDG_CACHE_HOME or NOSANA_SURFPOOL_DIR"):
            find_toolchain({"PATH": environment["PATH"], **folders})


def test_a_chosen_folder_is_taken_and_nothing_installed(environment: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / MODULE).touch()

    found = find_toolchain({**environment, "NOSANA_SURFPOOL_DIR": str(tmp_path)})

    assert found.surfpool == tmp_path / MODULE


def test_it_installs_once_and_says_so(programs: Path, environment: dict[str, str], tmp_path: Path) -> None:
    write_program(programs, "npm", NPM_THAT_INSTALLS)
    said: list[str] = []

    first = find_toolchain(environment, said.append)
    (programs / "npm").unlink()
    second = find_toolchain(environment, said.append)

    assert first == second
    assert first.node == programs / "node"
    assert first.surfpool.parent.parent.parent.parent == installed_in(tmp_path / "cache")
    assert len(said) == 1
    assert f"installing Surfpool {SURFPOOL_VERSION}" in said[0]


def test_the_npm_that_came_with_node_is_preferred(programs: Path, environment: dict[str, str], tmp_path: Path) -> None:
    write_program(programs, "npm", "exit 1")
    own = tmp_path / "lib" / "node_modules" / "npm" / "bin"
    own.mkdir(parents=True)
    write_program(own, "npm-cli.js", NPM_THAT_INSTALLS)
    write_program(programs, "node", '[ "$1" = --version ] && echo v20.0.0 || exec /bin/sh "$@"')

    assert find_toolchain(environment).surfpool.read_text() == "module\n"


def test_installations_at_the_same_time_do_not_meet(
    programs: Path, environment: dict[str, str], tmp_path: Path
) -> None:
    write_program(programs, "npm", NPM_THAT_INSTALLS)

    with ThreadPoolExecutor(4) as threads:
        found = set(threads.map(find_toolchain, [environment] * 4))

    assert len(found) == 1
    assert found.pop().surfpool.read_text() == "module\n"
    assert [path.name for path in installed_in(tmp_path / "cache").parent.iterdir()] == [SURFPOOL_VERSION]


def test_an_npm_that_fails_is_quoted_whatever_it_left(programs: Path, environment: dict[str, str]) -> None:
    write_program(programs, "npm", f"{NPM_THAT_INSTALLS}\necho ENOSPC: error; exit 1")

    with pytest.raises(MissingDependencyError, match=r"npm said: ENOSPC: error$"):
        find_toolchain(environment)


def cut_off(module: Path) -> None:
    os.truncate(module, module.stat().st_size // 2)


def spoil(module: Path) -> None:
    module.write_bytes(b"x" * module.stat().st_size)


def remove_another(module: Path) -> None:
    (module.parent / "package.json").unlink()


def forget(module: Path) -> None:
    next(module.parents[3].glob(".installed*")).unlink()


@pytest.mark.parametrize("damage", [cut_off, spoil, remove_another, forget, Path.unlink])
def test_a_broken_installation_is_found_and_made_anew(
    damage: Callable[[Path], None], programs: Path, environment: dict[str, str], tmp_path: Path
) -> None:
    write_program(programs, "npm", NPM_THAT_INSTALLS)
    module = find_toolchain(environment).surfpool
    said: list[str] = []

    damage(module)
    again = find_toolchain(environment, said.append).surfpool

    assert again == module
    assert module.read_text() == "module\n"
    assert [line.split()[0] for line in said] == ["installing"]
    assert [path.name for path in installed_in(tmp_path / "cache").parent.iterdir()] == [SURFPOOL_VERSION]


def test_a_copy_of_an_installation_is_whole(programs: Path, environment: dict[str, str], tmp_path: Path) -> None:
    write_program(programs, "npm", NPM_THAT_INSTALLS)
    find_toolchain(environment)
    shutil.copytree(tmp_path / "cache", tmp_path / "copy", copy_function=shutil.copyfile)
    (programs / "npm").unlink()

    for _ in range(2):  # read anew, and then known by its time
        found = find_toolchain({**environment, "XDG_CACHE_HOME": str(tmp_path / "copy")})
        assert found.surfpool.read_text() == "module\n"


def test_what_a_killed_installation_left_is_removed(
    programs: Path, environment: dict[str, str], tmp_path: Path
) -> None:
    write_program(programs, "npm", NPM_THAT_INSTALLS)
    folder = installed_in(tmp_path / "cache").parent
    for name, age in ((".installing-old", 7200), (".installing-new", 60)):
        (folder / name).mkdir(parents=True)
        os.utime(folder / name, times=(time.time() - age,) * 2)

    find_toolchain(environment)

    assert {path.name for path in folder.iterdir()} == {SURFPOOL_VERSION, ".installing-new"}


@pytest.mark.usefixtures("umask")
@pytest.mark.parametrize("before", [None, 0o755, 0o777])
def test_others_are_kept_out_of_the_cache_whatever_the_umask(
    before: int | None, programs: Path, environment: dict[str, str], tmp_path: Path
) -> None:
    write_program(programs, "npm", NPM_THAT_INSTALLS)
    cache = tmp_path / "cache" / "nosana-chain"
    if before:
        cache.mkdir(parents=True)
        cache.chmod(before)

    find_toolchain(environment)
    assert stat.S_IMODE(cache.stat().st_mode) == 0o700

    cache.chmod(0o755)  # as an earlier version left it
    find_toolchain(environment)
    assert stat.S_IMODE(cache.stat().st_mode) == 0o700


def test_npm_sees_proxies_and_no_keys(programs: Path, environment: dict[str, str], tmp_path: Path) -> None:
    write_program(programs, "npm", f"env > {tmp_path}/seen; {NPM_THAT_INSTALLS}")

    find_toolchain({**environment, "https_proxy": "http://proxy", "AWS_SECRET_ACCESS_KEY": "secret"})

    seen = (tmp_path / "seen").read_text()
    assert "https_proxy=http://proxy" in seen
    assert "secret" not in seen


def test_the_lock_file_pins_every_package_by_hash() -> None:
    folder = Path(surfpool_package.__file__).with_name("npm")
    wanted = json.loads((folder / "package.json").read_text())
    locked = json.loads((folder / "package-lock.json").read_text())["packages"]

    assert set(wanted["optionalDependencies"].values()) == {SURFPOOL_VERSION}
    for name, version in {**wanted["dependencies"], **wanted["optionalDependencies"]}.items():
        package = locked[f"node_modules/{name}"]
        assert package["version"] == version
        assert package["integrity"].startswith("sha512-")
