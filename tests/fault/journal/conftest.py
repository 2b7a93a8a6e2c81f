import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from harness.journals.postgres import NoServerError, PostgresServer


@pytest.fixture(scope="session")
def server() -> Iterator[PostgresServer]:
    folder = Path(tempfile.mkdtemp(prefix="pg-"))  # a socket's path has at most 107 characters
    folder.chmod(0o755)
    try:
        server = PostgresServer(folder)
    except NoServerError as error:
        shutil.rmtree(folder, ignore_errors=True)
        pytest.skip(f"no PostgreSQL: {error}")
    yield server
    server.close()


@pytest.fixture
def url(server: PostgresServer) -> str:
    return server.fresh_schema()
