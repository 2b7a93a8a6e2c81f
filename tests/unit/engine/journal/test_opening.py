import subprocess
import sys
from pathlib import Path

import pytest

from nosana_chain.engine.journal import MemoryJournal, PostgresJournal, SqliteJournal, open_journal
from nosana_chain.errors import ConfigError, InputError

PASSWORD = "open-sesame"  # noqa: S105  no one's


def test_each_setting_is_a_journal(tmp_path: Path) -> None:
    assert open_journal(None) is None
    assert isinstance(open_journal(), SqliteJournal)
    assert (
        repr(open_journal(tmp_path / "a")) == repr(open_journal(str(tmp_path / "a"))) == f"SqliteJournal({tmp_path}/a)"
    )
    assert isinstance(open_journal(":memory:"), MemoryJournal)
    assert isinstance(open_journal("postgresql://db/jobs"), PostgresJournal)
    journal = MemoryJournal()
    assert open_journal(journal) is journal
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("setting", ["", f"mysql://me:{PASSWORD}@db/jobs"])
def test_other_settings_are_refused_without_being_shown(setting: str) -> None:
    with pytest.raises(InputError) as caught:
        open_journal(setting)
    assert PASSWORD not in str(caught.value)


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        (f"postgresql://me:{PASSWORD}@db.example:5433/jobs", "postgresql://db.example:5433/jobs"),
        (f"postgres://me@db.example/jobs?password={PASSWORD}", "postgresql://db.example:5432/jobs"),
    ],
)
def test_a_password_is_never_shown(url: str, shown: str) -> None:
    journal = open_journal(url)
    assert repr(journal) == f"PostgresJournal({shown})"
    assert isinstance(journal, PostgresJournal)
    assert PASSWORD not in repr(vars(journal)) + repr(vars(journal._store))  # noqa: SLF001  a traceback with locals does


@pytest.mark.parametrize(
    "url",
    [
        f"postgresql://me:{PASSWORD}/x@db/jobs",
        f"postgresql://me:x@{PASSWORD}@db/jobs",
        f"postgresql://me:1/{PASSWORD}@db/jobs",
        f"postgresql://db/jobs?{PASSWORD}=1",
    ],
)
def test_a_url_that_is_none_is_refused_without_being_shown(url: str) -> None:
    with pytest.raises(ConfigError, match="write postgresql://") as caught:
        open_journal(url)
    assert PASSWORD not in str(caught.value)
    assert caught.value.__context__ is None


def test_without_its_driver_the_extra_is_named() -> None:
    script = """
import sys
sys.modules["psycopg"] = None  # as where it isn't installed
from nosana_chain.engine.journal import open_journal
from nosana_chain.errors import ConfigError
try:
    open_journal("postgresql://db/jobs")
except ConfigError as error:
    print(error)
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert "pip install 'nosana-chain[postgres]'" in done.stdout


def test_the_driver_is_imported_only_for_postgres() -> None:
    script = "import sys, nosana_chain.engine.journal as j; j.open_journal('x'); print('psycopg' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"
