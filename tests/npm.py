"""JavaScript packages that tests run, each set installed once for its lock file under .tools/."""

import hashlib
import shutil
import subprocess
import tempfile
from pathlib import Path

TOOLS = Path(__file__).parents[1] / ".tools"
ANSWERING = Path(__file__).with_name("answering.mjs")  # which scripts import
NPM_CI = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]


def install_script(script: Path) -> Path:
    """A copy of `script` that can import the packages of the lock file beside it; the first time npm fetches them."""
    sources = [script.with_name(name) for name in ("package.json", "package-lock.json", script.name)]
    sources.append(ANSWERING)
    digest = hashlib.sha256(b"".join(source.read_bytes() for source in sources)).hexdigest()
    folder = TOOLS / f"{script.parent.name}-{script.stem}-{digest[:16]}"
    if not folder.exists():
        _install(sources, folder)
    return folder / script.name


def _install(sources: list[Path], folder: Path) -> None:
    """Install aside and rename into place: an interrupted install is never taken for a whole one."""
    TOOLS.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=TOOLS) as aside:
        fresh = Path(aside) / "fresh"
        fresh.mkdir()
        for source in sources:
            shutil.copy(source, fresh)
        subprocess.run(NPM_CI, cwd=fresh, check=True, stdin=subprocess.DEVNULL)
        _rename(fresh, folder)


def _rename(fresh: Path, folder: Path) -> None:
    try:
        fresh.rename(folder)
    except OSError:
        if not folder.exists():  # else another run was faster, with the same content
            raise
